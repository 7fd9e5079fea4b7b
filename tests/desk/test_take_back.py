"""Taking a decision back on the pages "Today" and "Lead": who sees the button, what it says, what a second click
does."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadstern.accounts.models import User
from leadstern.core.time import clock_at
from leadstern.qualification.terms import Stage
from leadstern.sales import actions
from leadstern.sales.models import Outcome
from tests.conftest import NOW
from tests.sales.make import mql, run_steps, sql, stage_of

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("now")


def words(client: Client, address: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", client.get(address).content.decode()))


def test_today_offers_the_way_back_and_the_lead_returns(sign_in: SignIn, ben: User) -> None:
    lead, client = mql(ben), sign_in(ben)
    client.post(f"/today/{lead.pk}/disqualify/", {"reason": "student"})
    run_steps()
    found = client.get("/today/")
    assert "Zuletzt: Kim Muster – Aussortiert" in words(client, "/today/")
    assert 'data-key="u"' in found.content.decode()

    values = {"decision": found.context["decision"].pk}
    answers = [client.post(f"/today/{lead.pk}/take-back/", values) for _n in range(2)]
    run_steps()

    assert [answer.headers["Location"] for answer in answers] == [f"/today/?lead={lead.pk}"] * 2
    text = words(client, f"/today/?lead={lead.pk}")
    assert "Zurückgenommen: Kim Muster – MQL." in text
    assert "Diese Entscheidung wurde schon zurückgenommen." in text
    assert "Zuletzt:" not in text
    assert stage_of(lead) is Stage.MARKETING_QUALIFIED
    assert [line.lead for line in client.get("/today/").context["lines"]] == [lead]


def test_today_asks_as_often_with_three_decisions_as_with_one(sign_in: SignIn, ben: User) -> None:
    client, counts = sign_in(ben), []
    mql(ben, "Kim Bleibt")
    for names in (["Eins"], ["Zwei", "Drei"]):
        for name in names:
            actions.disqualify_lead(mql(ben, f"Kim {name}"), reason="student", by=ben, now=NOW)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/today/").context["decision"] is not None
        counts.append(len(queries))
    assert counts == [20, 20]


def test_today_offers_it_for_half_an_hour_and_only_to_who_decided(sign_in: SignIn, ben: User, doris: User) -> None:
    actions.disqualify_lead(mql(ben), reason="student", by=ben, now=NOW)

    assert sign_in(doris).get("/today/").context["decision"] is None
    with clock_at(NOW + timedelta(minutes=29)):
        assert sign_in(ben).get("/today/").context["decision"] is not None
    with clock_at(NOW + timedelta(minutes=30)):
        assert sign_in(ben).get("/today/").context["decision"] is None


def test_lead_page_offers_it_near_the_stage_and_tells_both(
    sign_in: SignIn, ben: User, carla: User, anna: User, emil: User
) -> None:
    lead = sql(ben, carla)
    actions.reject_lead(lead, reason="wrong_person", by=carla, now=NOW)
    address = f"/leads/{lead.pk}/"
    shown = {user.name: "Zurücknehmen" in words(sign_in(user), address) for user in (anna, ben, carla, emil)}
    assert shown == {"Anna": False, "Ben": False, "Carla": True, "Emil": False}

    client = sign_in(carla)
    client.post(f"/today/{lead.pk}/take-back/", {"decision": Outcome.objects.latest("id").pk, "back": address})

    text = words(client, address)
    assert "Zurückgenommen: wieder SQL" in text
    assert "zurückgenommen" in text
    assert "Carla · Korrektur" in text
    assert "Zurücknehmen" not in text


def test_take_back_is_a_post_on_a_visible_lead(
    sign_in: SignIn, anna: User, ben: User, carla: User, fremd: User
) -> None:
    lead = mql(ben)
    outcome = actions.disqualify_lead(lead, reason="student", by=ben, now=NOW)
    address, values = f"/today/{lead.pk}/take-back/", {"decision": outcome.pk}

    assert sign_in(ben).get(address).status_code == 405
    assert sign_in(anna).post(address, values).status_code == 403
    assert sign_in(fremd).post(address, values).status_code == 403
    assert sign_in(carla).post(address, values).status_code == 404
    assert Client().post(address, values).status_code == 302
    assert Client(enforce_csrf_checks=True).post(address, values).status_code in (302, 403)
    assert stage_of(lead) is Stage.DISQUALIFIED


@pytest.mark.parametrize("given", ["", "x", "-1", "²", "9" * 40, "0"])
def test_take_back_survives_nonsense(sign_in: SignIn, ben: User, given: str) -> None:
    lead = mql(ben)
    actions.disqualify_lead(lead, reason="student", by=ben, now=NOW)

    assert sign_in(ben).post(f"/today/{lead.pk}/take-back/", {"decision": given}).status_code == 404
    assert stage_of(lead) is Stage.DISQUALIFIED


def test_take_back_of_another_leads_decision_is_not_found(sign_in: SignIn, ben: User) -> None:
    one, two = mql(ben, "Kim Eins"), mql(ben, "Kim Zwei")
    outcome = actions.disqualify_lead(one, reason="student", by=ben, now=NOW)

    assert sign_in(ben).post(f"/today/{two.pk}/take-back/", {"decision": outcome.pk}).status_code == 404


def test_take_back_says_that_an_objection_stays(sign_in: SignIn, ben: User) -> None:
    lead, client = mql(ben, phone="+4922112345678"), sign_in(ben)
    outcome = actions.disqualify_lead(lead, reason="no_contact_wished", by=ben, now=NOW)

    client.post(f"/today/{lead.pk}/take-back/", {"decision": outcome.pk})

    assert "Widerrufene Einwilligungen bleiben widerrufen" in words(client, "/today/")


def test_today_without_a_decision_has_no_button(sign_in: SignIn, ben: User, carla: User) -> None:
    lead = sql(ben, carla)
    client = sign_in(carla)
    client.post(f"/today/{lead.pk}/accept/")

    assert 'data-key="u"' not in client.get("/today/").content.decode()
