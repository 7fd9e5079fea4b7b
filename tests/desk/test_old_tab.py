"""Outcomes sent from a page that was opened before somebody else, or the same person in another tab, ended the lead."""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client

from leadstern.accounts.models import User
from leadstern.core.errors import Refused
from leadstern.leads.models import Activity, Lead
from leadstern.leads.terms import ActivityKind
from leadstern.qualification.terms import Stage
from leadstern.sales import actions
from leadstern.sales.models import Answer, CallRecord, Opportunity, Outcome, Task
from leadstern.sales.terms import CallResult, LossReason, Question
from tests.conftest import NOW
from tests.sales.make import make_regions, mql, run_steps, sql, stage_of

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("now")
TOMORROW = datetime.fromisoformat("2026-11-19T10:00+01:00")
YES = {f"{question}_state": "yes" for question in Question} | {"said_by": "Kim Muster"}
SENT = {
    "reached": {"key": "abc", "note": "will kaufen"},
    "reached again": {"key": "abc", "again_at": "2026-11-19T10:00"},
    "not-reached": {"key": "abc", "again": TOMORROW.isoformat()},
    "later": {"until": "2026-11-19T10:00"},
    "answers": YES,
    "answers qualify": YES | {"qualify": "1"},
    "recycle": {"reason": "later", "return_at": "2027-03-01"},
    "disqualify": {"reason": "student"},
}


def traces() -> list[int]:
    """How much an outcome leaves behind."""
    calls = Activity.objects.filter(kind=ActivityKind.CALL)
    open_tasks = Task.objects.filter(done_at__isnull=True)
    return [rows.count() for rows in (CallRecord.objects, Answer.objects, Outcome.objects, calls, open_tasks)]


def told(client: Client, lead: Lead, outcome: str) -> str:
    """What the person reads after sending this outcome."""
    name = outcome.partition(" ")[0]
    found = client.post(f"/today/{lead.pk}/{name}/", SENT[outcome], follow=True).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


@pytest.mark.parametrize("outcome", SENT)
def test_nothing_is_noted_on_a_lead_that_was_sorted_out(sign_in: SignIn, ben: User, carla: User, outcome: str) -> None:
    make_regions(ben, carla)
    lead, client = mql(ben, phone="+4922112345678"), sign_in(ben)
    actions.disqualify_lead(lead, reason="no_contact_wished", by=ben, now=NOW)
    before = traces()

    words = told(client, lead, outcome)

    assert (traces(), stage_of(lead)) == (before, Stage.DISQUALIFIED)
    assert "Eingetragen" not in words
    assert "ist aussortiert" not in words
    if outcome == "later":
        assert "Für diesen Lead ist nichts mehr zu tun." in words
    elif outcome == "recycle":
        assert "Das geht auf der Stufe „Aussortiert“ nicht." in words
    else:
        assert "Ben hat diesen Lead schon auf die Stufe „Aussortiert“ gebracht." in words
        assert "Es wurde nichts eingetragen." in words


@pytest.mark.parametrize("outcome", ["reached", "not-reached", "answers"])
def test_an_objection_is_said(sign_in: SignIn, ben: User, outcome: str) -> None:
    lead = mql(ben, phone="+4922112345678")
    actions.disqualify_lead(lead, reason="no_contact_wished", by=ben, now=NOW)

    assert "Die Person wünscht keinen Kontakt." in told(sign_in(ben), lead, outcome)


@pytest.mark.parametrize("outcome", ["reached", "not-reached"])
def test_no_call_is_noted_on_a_lead_back_in_nurturing(sign_in: SignIn, ben: User, outcome: str) -> None:
    lead = mql(ben)
    actions.recycle_lead(lead, reason="later", return_at=TOMORROW, by=ben, now=NOW)
    before = traces()

    assert "Für diesen Lead ist nichts mehr zu tun. Es wurde nichts eingetragen." in told(sign_in(ben), lead, outcome)
    assert traces() == before


@pytest.mark.parametrize("outcome", ["reached", "not-reached"])
def test_no_call_is_noted_on_a_lead_handed_over(sign_in: SignIn, ben: User, carla: User, outcome: str) -> None:
    lead, client = sql(ben, carla), sign_in(carla)
    before = traces()

    assert "Es wurde nichts eingetragen." in told(client, lead, outcome)
    assert traces() == before


def test_the_same_call_sent_twice_is_still_one(sign_in: SignIn, ben: User) -> None:
    lead, client = mql(ben), sign_in(ben)
    told(client, lead, "reached")
    actions.disqualify_lead(lead, reason="student", by=ben, now=NOW)

    assert "Eingetragen" in told(client, lead, "reached")
    assert CallRecord.objects.count() == 1


def test_a_second_reason_is_not_lost_in_silence(ben: User, carla: User) -> None:
    make_regions(ben, carla)
    out, back, returned = mql(ben, "Kim Eins"), mql(ben, "Kim Zwei"), sql(ben, carla, "Kim Drei")
    actions.disqualify_lead(out, reason="press", by=ben, now=NOW)
    actions.recycle_lead(back, reason="later", return_at=TOMORROW, by=ben, now=NOW)
    actions.reject_lead(returned, reason="no_capacity", by=carla, now=NOW)

    with pytest.raises(Refused, match="schon auf die Stufe „Aussortiert“"):
        actions.disqualify_lead(out, reason="no_contact_wished", by=ben, now=NOW)
    with pytest.raises(Refused):
        actions.recycle_lead(back, reason="no_budget_yet", return_at=TOMORROW, by=ben, now=NOW)
    with pytest.raises(Refused):
        actions.reject_lead(returned, reason="wrong_person", by=carla, now=NOW)


def test_a_closed_sale_is_not_closed_otherwise(ben: User, carla: User) -> None:
    make_regions(ben, carla)
    won, lost = (actions.accept_lead(sql(ben, carla, f"Kim {name}"), by=carla, now=NOW) for name in ("Eins", "Zwei"))
    actions.win_opportunity(won, value=Decimal(10000), by=carla, now=NOW)
    actions.lose_opportunity(lost, reason=LossReason.PRICE, note="", by=carla, now=NOW)
    run_steps()

    actions.win_opportunity(won, value=Decimal(10000), by=carla, now=NOW)
    with pytest.raises(Refused, match="schon abgeschlossen"):
        actions.win_opportunity(won, value=Decimal(20000), by=carla, now=NOW)
    with pytest.raises(Refused, match="schon abgeschlossen"):
        actions.lose_opportunity(lost, reason=LossReason.TIMING, note="", by=carla, now=NOW)
    with pytest.raises(Refused, match="schon auf die Stufe „Kunde“"):
        actions.record_call(won.lead, result=CallResult.REACHED, by=carla, now=NOW)
    assert Opportunity.objects.get(pk=won.pk).value == Decimal(10000)
