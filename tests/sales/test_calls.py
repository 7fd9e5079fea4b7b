"""Calls, answers and what inside sales decides: one test per way out, and replays."""

from datetime import datetime, timedelta

import pytest

from leadstern.accounts.models import User
from leadstern.audit.models import Entry
from leadstern.consent.models import LedgerEntry
from leadstern.core.errors import Invalid, Refused
from leadstern.leads.models import Activity, Lead
from leadstern.leads.terms import ActivityKind
from leadstern.qualification.models import Verdict
from leadstern.qualification.terms import Stage
from leadstern.routing.models import Assignment
from leadstern.routing.queries import current_assignment, owner_of
from leadstern.sales import actions
from leadstern.sales.logic import AnswerInput
from leadstern.sales.models import Answer, CallRecord, Outcome, Task
from leadstern.sales.queries import attempts_since_reached, guide
from leadstern.sales.terms import (
    AnswerState,
    CallResult,
    DisqualifyReason,
    OutcomeKind,
    Question,
    RecycleReason,
    TaskKind,
)
from tests.conftest import NOW, make_user
from tests.routing.make import make_lead
from tests.sales.make import ALL_YES, mql, open_kinds, run_steps, sql, stage_of

SOON = NOW + timedelta(minutes=10)
TOMORROW = NOW + timedelta(days=1)


def test_record_call_not_reached_plans_a_callback_and_stops_the_clock(ben: User) -> None:
    lead = mql(ben)

    actions.record_call(lead, result=CallResult.NOT_REACHED, note="Mailbox", again_at=TOMORROW, by=ben, now=SOON)

    task = Task.objects.get(done_at__isnull=True)
    assert (task.kind, task.owner, task.due_at, task.is_deadline) == (TaskKind.CALL_BACK, ben, TOMORROW, False)
    assignment = current_assignment(lead.pk)
    assert assignment is not None
    assert assignment.met_at == SOON
    entry = Activity.objects.get(kind=ActivityKind.CALL)
    assert (entry.content, entry.by, entry.data["result"]) == ("Mailbox", ben, "not_reached")


def test_record_call_keeps_the_first_attempt(ben: User) -> None:
    lead = mql(ben)
    for minutes in (10, 20):
        actions.record_call(
            lead, result=CallResult.REACHED, by=ben, now=NOW + timedelta(minutes=minutes), key=str(minutes)
        )
    assert Assignment.objects.get().met_at == SOON


def test_record_call_reached_takes_the_deadline_away_but_leaves_something_to_do(ben: User) -> None:
    lead = mql(ben)

    actions.record_call(lead, result=CallResult.REACHED, by=ben, now=SOON)

    task = Task.objects.get(done_at__isnull=True)
    assert (task.kind, task.is_deadline) == (TaskKind.FIRST_CALL, False)


@pytest.mark.parametrize("again_at", [None, NOW, NOW - timedelta(days=1), NOW + timedelta(days=900)])
def test_record_call_not_reached_wants_a_time_ahead(ben: User, again_at: datetime | None) -> None:
    lead = mql(ben)

    with pytest.raises(Invalid):
        actions.record_call(lead, result=CallResult.NOT_REACHED, again_at=again_at, by=ben, now=NOW)
    assert open_kinds(lead) == [TaskKind.FIRST_CALL]
    assert not CallRecord.objects.exists()


def test_record_call_twice_is_one_call(ben: User) -> None:
    lead = mql(ben)

    first, second = (
        actions.record_call(lead, result=CallResult.NOT_REACHED, again_at=TOMORROW, by=ben, now=SOON, key="abc")
        for _n in range(2)
    )

    assert first == second
    assert CallRecord.objects.count() == 1
    assert Activity.objects.filter(kind=ActivityKind.CALL).count() == 1


def test_attempts_count_since_somebody_answered(ben: User) -> None:
    lead = mql(ben)
    results = [CallResult.NOT_REACHED, CallResult.REACHED, CallResult.NOT_REACHED, CallResult.NOT_REACHED]
    for n, result in enumerate(results):
        actions.record_call(lead, result=result, again_at=TOMORROW, by=ben, now=NOW + timedelta(minutes=n))

    assert attempts_since_reached(lead.pk) == 2


def test_record_answers_keeps_what_was_said_before(ben: User) -> None:
    lead = mql(ben)
    for state, words in (
        (AnswerState.OPEN, "weiß noch nicht"),
        (AnswerState.YES, "20.000 €"),
        (AnswerState.YES, "20.000 €"),
    ):
        actions.record_answers(
            lead, {Question.BUDGET: AnswerInput(state, words)}, said_by="Kim Muster", by=ben, now=NOW
        )

    assert list(Answer.objects.order_by("id").values_list("text", flat=True)) == ["weiß noch nicht", "20.000 €"]
    line = next(line for line in guide(lead.pk).lines if line.question is Question.BUDGET)
    assert line.answer is not None
    assert (line.state, line.answer.said_by, line.answer.recorded_by) == (AnswerState.YES, "Kim Muster", ben)


def test_qualify_lead_names_what_is_missing(ben: User) -> None:
    lead = mql(ben)
    actions.record_answers(lead, {Question.NEED: ALL_YES[Question.NEED]}, said_by="Kim", by=ben, now=NOW)

    with pytest.raises(Refused, match=r"Budget, .*, "):
        actions.qualify_lead(lead, by=ben, now=NOW)
    assert stage_of(lead) is Stage.MARKETING_QUALIFIED
    assert not Outcome.objects.exists()


def test_qualify_lead_makes_an_sql_and_ends_the_calls(ben: User, carla: User) -> None:
    lead = sql(ben, carla)

    assert stage_of(lead) is Stage.PHONE_QUALIFIED
    assert open_kinds(lead) == [TaskKind.HAND_OVER]
    assert Outcome.objects.get().kind == OutcomeKind.QUALIFIED
    assert Entry.objects.filter(verb="lead.qualified", actor=ben).count() == 1


def test_recycle_lead_returns_on_its_day(ben: User) -> None:
    lead = mql(ben)

    actions.recycle_lead(lead, reason=RecycleReason.LATER, return_at=TOMORROW, by=ben, now=NOW, note="Umbau 2027")

    verdict = Verdict.objects.get(lead=lead, is_current=True)
    assert (verdict.stage, verdict.reason, verdict.return_at, verdict.note) == (
        Stage.RECYCLED, RecycleReason.LATER, TOMORROW, "Umbau 2027",
    )  # fmt: skip
    assert open_kinds(lead) == []
    run_steps()
    assert owner_of(lead.pk) is None


def test_disqualify_lead_who_wishes_no_contact_withdraws_every_consent(ben: User) -> None:
    lead = mql(ben, phone="+4922112345678")

    actions.disqualify_lead(lead, reason=DisqualifyReason.NO_CONTACT_WISHED, by=ben, now=NOW)

    assert stage_of(lead) is Stage.DISQUALIFIED
    entry = LedgerEntry.objects.get()
    assert (entry.address, entry.event) == ("+4922112345678", "withdrawn")


@pytest.mark.parametrize("reason", ["", "other", "later"])
def test_outcomes_want_a_reason_of_theirs(ben: User, reason: str) -> None:
    lead = mql(ben)

    with pytest.raises(Invalid):
        actions.disqualify_lead(lead, reason=reason, by=ben, now=NOW)
    with pytest.raises(Invalid):
        actions.recycle_lead(
            lead, reason="student" if reason == "later" else reason, return_at=TOMORROW, by=ben, now=NOW
        )
    assert stage_of(lead) is Stage.MARKETING_QUALIFIED


def test_repeated_outcomes_change_nothing(ben: User) -> None:
    lead = mql(ben)
    for _n in range(2):
        actions.disqualify_lead(lead, reason=DisqualifyReason.PRESS, by=ben, now=NOW)

    assert Outcome.objects.count() == 1
    assert Verdict.objects.filter(lead=lead, stage=Stage.DISQUALIFIED).count() == 1


def test_the_second_person_is_told_who_was_first(ben: User) -> None:
    lead = mql(ben)
    actions.disqualify_lead(lead, reason=DisqualifyReason.PRESS, by=ben, now=NOW)

    with pytest.raises(Refused, match="Ben"):
        actions.disqualify_lead(lead, reason=DisqualifyReason.PRESS, by=make_user("Birgit"), now=NOW)


def test_outcomes_are_refused_for_a_merged_lead(ben: User) -> None:
    lead, other = mql(ben), make_lead("Kim M.")
    Lead.objects.filter(pk=lead.pk).update(merged_into=other)

    with pytest.raises(Refused):
        actions.record_call(lead, result=CallResult.REACHED, by=ben, now=NOW)
