"""The pages of selling: who sees which sale, and how it ends."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadstern.accounts.models import Team, User
from leadstern.accounts.terms import Role
from leadstern.core.registry import DataSubject, personal_data
from leadstern.sales import actions
from leadstern.sales.models import Answer, CallRecord, Opportunity, Task
from leadstern.sales.queries import opportunities
from leadstern.sales.terms import CallResult, LossReason
from tests.conftest import NOW, make_user
from tests.routing.make import make_company
from tests.sales.make import run_steps, sql

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("now")


def sale(ben: User, carla: User, name: str = "Kim Muster", **details: object) -> Opportunity:
    opportunity = actions.accept_lead(sql(ben, carla, name, **details), by=carla, now=NOW)
    run_steps()
    return opportunity


def test_board_is_for_those_who_sell(
    sign_in: SignIn, anna: User, ben: User, carla: User, doris: User, emil: User, fremd: User
) -> None:
    found = {
        user.name: sign_in(user).get("/sell/opportunities/").status_code
        for user in (anna, ben, carla, doris, emil, fremd)
    }
    assert found == {"Anna": 403, "Ben": 403, "Carla": 200, "Doris": 200, "Emil": 403, "Fremd": 403}


def test_sales_are_seen_by_owner_team_and_head(sign_in: SignIn, ben: User, carla: User, doris: User) -> None:
    team = Team.objects.create(name="West")
    colleague, stranger = make_user("Cem", Role.FIELD_SALES), make_user("Dana", Role.FIELD_SALES)
    for user in (carla, colleague):
        user.team = team
        user.save()
    opportunity = sale(ben, carla)

    found = {
        user.name: sign_in(user).get(f"/sell/opportunities/{opportunity.pk}/").status_code
        for user in (carla, colleague, doris, stranger)
    }
    assert found == {"Carla": 200, "Cem": 200, "Doris": 200, "Dana": 404}
    assert "Kim Muster" not in sign_in(stranger).get("/sell/opportunities/").content.decode()
    assert sign_in(stranger).post(f"/sell/opportunities/{opportunity.pk}/won/", {"value": "1"}).status_code == 404


def test_board_empty_says_how_it_begins(sign_in: SignIn, carla: User) -> None:
    assert "Zu meinen Aufgaben" in sign_in(carla).get("/sell/opportunities/").content.decode()


def test_board_asks_as_often_for_one_as_for_three(sign_in: SignIn, ben: User, carla: User) -> None:
    client, counts = sign_in(carla), []
    for names in (["Kim Eins"], ["Kim Zwei", "Kim Drei"]):
        for name in names:
            sale(ben, carla, name, company=make_company(f"Firma {name}"))
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/sell/opportunities/").content.decode()
        counts.append(len(queries))
    assert counts == [7, 7]
    assert page.count("nächster Schritt fehlt") == 3


def test_list_of_a_state_holds_all_in_slices(
    sign_in: SignIn, ben: User, carla: User, doris: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opportunities, "SHOWN", 2)
    made = [sale(ben, carla, f"Kim Nummer{number}") for number in range(5)]
    client = sign_in(doris)
    board = client.get("/sell/opportunities/").content.decode()
    assert "Die ersten 2 von 5" in board

    seen, cursor = [], ""
    for _turn in range(3):
        answer = client.get("/sell/opportunities/", {"state": "open", "cursor": cursor})
        seen += [card.opportunity for card in answer.context["page"].cards]
        cursor = answer.context["slice"].next

    assert (seen, cursor) == (made, "")
    assert client.get("/sell/opportunities/?state=won").context["page"].cards == []
    for odd in ("state=x", "state=won&since=x", "state=open&cursor=x", "state=won&since=9999-12-31"):
        assert client.get(f"/sell/opportunities/?{odd}").status_code == 200, odd


def test_list_of_a_state_shows_what_the_board_shows(sign_in: SignIn, ben: User, carla: User) -> None:
    sale(ben, carla)
    stranger = make_user("Dana", Role.FIELD_SALES)
    found = {
        user.name: len(sign_in(user).get("/sell/opportunities/?state=open").context["page"].cards)
        for user in (carla, stranger)
    }
    assert found == {"Carla": 1, "Dana": 0}
    for user in (ben,):
        assert sign_in(user).get("/sell/opportunities/?state=open").status_code == 403


def test_list_of_a_state_asks_as_often_for_one_as_for_three(sign_in: SignIn, ben: User, carla: User) -> None:
    client, counts = sign_in(carla), []
    for names in (["Kim Eins"], ["Kim Zwei", "Kim Drei"]):
        for name in names:
            sale(ben, carla, name, company=make_company(f"Firma {name}"))
        with CaptureQueriesContext(connection) as queries:
            client.get("/sell/opportunities/?state=open")
        counts.append(len(queries))
    assert counts == [4, 4]


def test_sale_is_changed_and_won(sign_in: SignIn, ben: User, carla: User) -> None:
    opportunity, client = sale(ben, carla), sign_in(carla)
    address = f"/sell/opportunities/{opportunity.pk}/"

    assert client.get(f"/sell/leads/{opportunity.lead_id}/opportunity/").headers["Location"] == address
    changed = client.post(f"{address}change/", {"value": "18.500,50", "next_step": "Termin am Dach"})
    wrong = client.post(f"{address}won/", {"value": "viel"})
    won = client.post(f"{address}won/", {"value": "19.000"}, follow=True)

    assert (changed.status_code, wrong.status_code) == (302, 422)
    opportunity.refresh_from_db()
    assert (opportunity.state, opportunity.value, opportunity.next_step) == ("won", Decimal(19000), "Termin am Dach")
    assert "19.000,00" in won.content.decode()
    again = client.post(f"{address}lost/", {"reason": LossReason.PRICE}, follow=True)
    assert "schon abgeschlossen" in again.content.decode()


def test_a_decision_is_expected_on_no_past_day(sign_in: SignIn, ben: User, carla: User) -> None:
    opportunity = sale(ben, carla)
    address, values = f"/sell/opportunities/{opportunity.pk}/change/", {"value": "", "next_step": "Termin"}
    answer = sign_in(carla).post(address, values | {"expected_at": f"{NOW - timedelta(days=1):%Y-%m-%d}"})
    assert answer.status_code == 422
    assert "Dieser Tag liegt in der Vergangenheit." in answer.content.decode()
    assert sign_in(carla).post(address, values | {"expected_at": f"{NOW:%Y-%m-%d}"}).status_code == 302
    Opportunity.objects.filter(pk=opportunity.pk).update(expected_at=NOW - timedelta(days=9))
    kept = sign_in(carla).post(address, values | {"expected_at": f"{NOW - timedelta(days=9):%Y-%m-%d}"})
    assert kept.status_code == 302


def test_sale_is_lost_with_a_reason_only(sign_in: SignIn, ben: User, carla: User) -> None:
    opportunity, client = sale(ben, carla), sign_in(carla)
    address = f"/sell/opportunities/{opportunity.pk}/lost/"

    assert client.post(address, {"reason": ""}).status_code == 422
    client.post(address, {"reason": LossReason.PRICE, "note": "20 % billiger"})

    opportunity.refresh_from_db()
    assert (opportunity.state, opportunity.reason, opportunity.note) == ("lost", LossReason.PRICE, "20 % billiger")


def test_personal_data_shows_and_forgets(ben: User, carla: User) -> None:
    opportunity = sale(ben, carla)
    lead = opportunity.lead
    actions.record_call(lead, result=CallResult.REACHED, note="Frau ist krank", by=carla, now=NOW)
    stage = personal_data.get("sales")
    assert stage is not None

    kinds = {row["kind"] for row in stage.show(DataSubject((lead.pk,)))}
    stage.erase(DataSubject((lead.pk,)), NOW)

    assert kinds == {"call", "answer", "task", "opportunity", "outcome"}
    assert not Answer.objects.exists()
    assert not Task.objects.filter(done_at__isnull=True).exists()
    assert CallRecord.objects.get().note == ""
    assert Opportunity.objects.count() == 1
