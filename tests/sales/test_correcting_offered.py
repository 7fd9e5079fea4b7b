"""Which decision can be taken back, by whom, how long and how often; where it is offered."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadstern.accounts.models import Team, User
from leadstern.accounts.terms import Right, Role
from leadstern.audit.models import Entry
from leadstern.core.errors import Refused
from leadstern.leads.models import Lead
from leadstern.qualification.actions import return_due
from leadstern.qualification.models import Verdict
from leadstern.qualification.terms import Cause, Stage
from leadstern.routing.queries import owner_of
from leadstern.sales import actions
from leadstern.sales.models import Opportunity, Outcome
from leadstern.sales.queries import decision_about, decision_just_made
from leadstern.sales.queries.decisions import decisions_just_made
from tests.conftest import NOW, make_user
from tests.routing.make import make_lead
from tests.sales.decided import LATER, SOON, accepted, disqualified, last, recycled, won
from tests.sales.make import at_once, by_hand, make_regions, mql, stage_of


@pytest.mark.parametrize(
    ("age", "is_late"), [(timedelta(days=7), False), (timedelta(days=7, seconds=1), True)], ids=["young", "late"]
)
def test_take_back_within_seven_days(ben: User, age: timedelta, is_late: bool) -> None:
    lead, decide, by = disqualified(ben, ben)
    decide()

    assert (decision_about(lead.pk, user=by, now=SOON + age) is None) == is_late
    if is_late:
        with pytest.raises(Refused, match="sieben Tage"):
            actions.take_back(last(), by=by, now=SOON + age)
    else:
        actions.take_back(last(), by=by, now=SOON + age)
    assert stage_of(lead) is (Stage.DISQUALIFIED if is_late else Stage.MARKETING_QUALIFIED)


def test_take_back_twice_is_told(ben: User) -> None:
    lead, decide, by = recycled(ben, ben)
    decide()
    outcome = last()
    actions.take_back(outcome, by=by, now=LATER)

    with pytest.raises(Refused, match="schon zurückgenommen"):
        actions.take_back(outcome, by=by, now=LATER)
    assert lead.verdicts.filter(cause=Cause.CORRECTED).count() == 1
    assert Entry.objects.filter(verb="decision.corrected").count() == 1


def test_take_back_after_the_lead_came_back_by_itself(ben: User) -> None:
    lead, decide, by = recycled(ben, ben)
    decide()
    Verdict.objects.filter(lead=lead, is_current=True).update(return_at=SOON)
    return_due(now=LATER, limit=10)

    assert decision_about(lead.pk, user=by, now=LATER) is None
    with pytest.raises(Refused, match="seitdem weiterbewegt"):
        actions.take_back(last(), by=by, now=LATER)
    assert stage_of(lead) is Stage.CAPTURED
    assert not Outcome.objects.filter(is_corrected=True).exists()


def test_take_back_by_those_who_may_decide(ben: User, carla: User, doris: User, anna: User) -> None:
    lead, decide, _by = won(ben, carla)
    decide()
    other = make_user("Chris", Role.FIELD_SALES)
    other.team = Team.objects.create(name="Nord")
    other.save()

    for user in (ben, anna, other):
        assert decision_about(lead.pk, user=user, now=LATER) is None
        with pytest.raises(Refused, match="Nur wer"):
            actions.take_back(last(), by=user, now=LATER)
    assert decision_about(lead.pk, user=carla, now=LATER) == last()
    actions.take_back(last(), by=doris, now=LATER)
    assert stage_of(lead) is Stage.SALES_ACCEPTED


def test_accepting_and_imports_are_not_taken_back(ben: User, carla: User) -> None:
    lead, _sale = accepted(ben, carla)
    with pytest.raises(Refused, match="nicht zurücknehmen"):
        actions.take_back(last(), by=carla, now=LATER)

    lead = make_lead("Ida Import", external="77")
    rows = [(1, {"id": "77", "at": "2026-11-17"})]
    actions.import_outcomes(rows, mapping={"external_id": "id", "won_at": "at"}, now=NOW, by=None)
    with pytest.raises(Refused, match="nicht zurücknehmen"):
        actions.take_back(Outcome.objects.get(lead=lead), by=carla, now=LATER)


def test_take_back_is_refused_for_a_merged_lead(ben: User) -> None:
    lead, decide, by = disqualified(ben, ben)
    decide()
    Lead.objects.filter(pk=lead.pk).update(merged_into=make_lead("Kim Zwei"))

    assert decision_just_made(by, now=LATER) is None
    with pytest.raises(Refused):
        actions.take_back(last(), by=by, now=LATER)


def test_decision_just_made_is_the_persons_last(ben: User, doris: User) -> None:
    make_regions(ben)
    one, two = mql(ben, "Kim Eins"), mql(ben, "Kim Zwei")
    actions.disqualify_lead(one, reason="student", by=ben, now=NOW)
    actions.disqualify_lead(two, reason="student", by=ben, now=SOON)
    by_hand(ben, doris)

    found = decision_just_made(ben, now=LATER)
    assert found is not None
    assert found.lead == two
    assert decision_just_made(doris, now=LATER) is None
    assert decision_just_made(ben, now=SOON + timedelta(minutes=30)) is None
    actions.take_back(found, by=ben, now=LATER)
    assert decision_just_made(ben, now=LATER) is None


def test_decision_just_made_asks_once(ben: User) -> None:
    assert ben.has_right(Right.QUALIFY)  # read once per request
    for name in ("Kim Eins", "Kim Zwei"):
        actions.disqualify_lead(mql(ben, name), reason="student", by=ben, now=NOW)
        with CaptureQueriesContext(connection) as queries:
            assert decision_just_made(ben, now=SOON)
        assert len(queries) == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_take_back_once(ben: User, doris: User) -> None:
    lead, decide, _by = disqualified(ben, ben)
    decide()
    outcome = last()

    refused = at_once(*(lambda by=by: actions.take_back(outcome, by=by, now=LATER) for by in (ben, doris)))

    assert [str(error) for error in refused] == ["Diese Entscheidung wurde schon zurückgenommen."]
    assert lead.verdicts.filter(cause=Cause.CORRECTED).count() == 1
    assert owner_of(lead.pk) == ben


def test_board_and_page_of_a_sale_offer_the_way_back(ben: User, carla: User, sign_in: Any, now: datetime) -> None:
    lead, sale = accepted(ben, carla)
    client, address = sign_in(carla), f"/sell/opportunities/{sale.pk}/"
    assert "Zurücknehmen" not in client.get(address).content.decode()
    client.post(f"{address}won/", {"value": "900"})

    text = client.get(address).content.decode()
    assert "Zuletzt: Kim Muster – Gewonnen" in text
    answer = client.post(f"/today/{lead.pk}/take-back/", {"decision": last().pk, "back": address}, follow=True)

    assert answer.redirect_chain == [(address, 302)]
    text = answer.content.decode()
    assert "Zurückgenommen: Kim Muster – " in text
    assert "Als gewonnen eintragen" in text
    sale.refresh_from_db()
    assert (sale.state, sale.value, sale.closed_at) == (Opportunity.State.OPEN, Decimal(500), None)


def test_decision_just_made_is_read_from_an_index_of_the_persons_rows(ben: User) -> None:
    mine = decisions_just_made(ben, now=LATER)
    plan = mine.explain()

    if connection.vendor == "sqlite":
        assert "outcome_by_person" in plan
