"""Calls and outcomes: one test per way out, replays, and two people at once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadstern.accounts.models import User
from leadstern.accounts.terms import Role
from leadstern.audit.models import Entry
from leadstern.consent.models import LedgerEntry
from leadstern.core.errors import Invalid, LeadsternError, Refused
from leadstern.leads.models import Activity, Lead
from leadstern.leads.terms import ActivityKind
from leadstern.qualification.actions import move_lead
from leadstern.qualification.models import Verdict
from leadstern.qualification.terms import Cause, Stage
from leadstern.routing.actions import assign_lead
from leadstern.routing.models import Assignment
from leadstern.routing.queries import current_assignment, owner_of
from leadstern.sales import actions
from leadstern.sales.logic import AnswerInput
from leadstern.sales.models import Answer, CallRecord, Opportunity, Outcome, Task
from leadstern.sales.queries import attempts_since_reached, guide, open_opportunity
from leadstern.sales.terms import (
    AnswerState,
    CallResult,
    DisqualifyReason,
    IssueCode,
    LossReason,
    OutcomeKind,
    Question,
    RecycleReason,
    RejectReason,
    TaskKind,
)
from tests.conftest import NOW, make_user
from tests.routing.make import make_lead, ready_lead
from tests.sales.make import ALL_YES, by_hand, make_regions, mql, run_steps, sql, stage_of

SOON = NOW + timedelta(minutes=10)
TOMORROW = NOW + timedelta(days=1)


def open_kinds(lead: Lead) -> list[str]:
    return sorted(Task.objects.filter(lead=lead, done_at__isnull=True).values_list("kind", flat=True))


def test_take_assignments_makes_a_first_call_due_when_the_assignment_is(ben: User) -> None:
    lead = mql(ben)

    task = Task.objects.get()
    assert (task.lead, task.owner, task.kind) == (lead, ben, TaskKind.FIRST_CALL)
    assert (task.due_at, task.is_deadline) == (NOW + timedelta(hours=4), True)
    assert actions.take_assignments(now=NOW, limit=100) == 0


def test_take_assignments_hands_sqls_to_field_sales(ben: User, carla: User) -> None:
    lead = sql(ben, carla)

    task = Task.objects.get(done_at__isnull=True)
    assert (task.lead, task.owner, task.kind) == (lead, carla, TaskKind.HAND_OVER)
    assert task.due_at == NOW + timedelta(days=1)


def test_take_assignments_moves_open_tasks_to_the_new_owner(ben: User, doris: User) -> None:
    lead = mql(ben)
    actions.record_call(lead, result=CallResult.NOT_REACHED, again_at=TOMORROW, by=ben, now=NOW)
    birgit = make_user("Birgit", Role.INSIDE_SALES)

    assign_lead(lead, owner=birgit, by=doris, reason="Urlaub", now=SOON)
    run_steps(now=SOON)

    task = Task.objects.get(done_at__isnull=True)
    assert (task.owner, task.kind, task.due_at) == (birgit, TaskKind.CALL_BACK, TOMORROW)


def test_take_assignments_makes_nothing_for_a_lead_that_left_meanwhile(ben: User, doris: User) -> None:
    lead = make_lead()
    assign_lead(lead, owner=ben, by=doris, reason="Messe", now=NOW)
    actions.disqualify_lead(lead, reason=DisqualifyReason.STUDENT, by=doris, now=NOW)

    actions.take_assignments(now=NOW, limit=100)

    assert open_kinds(lead) == []


def test_take_assignments_plans_without_deadline_what_is_not_ready(ben: User, doris: User) -> None:
    lead = by_hand(ben, doris)

    task = Task.objects.get(lead=lead)
    assert (task.kind, task.is_deadline) == (TaskKind.FOLLOW_UP, False)


def test_take_assignments_asks_as_often_for_many_as_for_one(ben: User) -> None:
    make_regions(ben)
    counts = []
    for size in (1, 20):
        for n in range(size):
            ready_lead(f"Lead {size} {n}")
        run_routing_only()
        with CaptureQueriesContext(connection) as queries:
            assert actions.take_assignments(now=NOW, limit=1000) == size
        counts.append(len(queries))
    assert counts[0] == counts[1]


def run_routing_only() -> None:
    from leadstern.routing.actions import take_verdicts  # noqa: PLC0415

    take_verdicts(now=NOW, limit=1000)


@pytest.mark.parametrize("stage", [Stage.RECYCLED, Stage.DISQUALIFIED])
def test_take_verdicts_ends_tasks_of_leads_that_left(ben: User, anna: User, stage: Stage) -> None:
    lead = mql(ben)
    move_lead(lead, stage=stage, cause=Cause.PERSON, by=anna, now=SOON)

    run_steps(now=SOON)

    assert open_kinds(lead) == []


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


def test_accept_lead_opens_an_opportunity_with_a_first_step(ben: User, carla: User) -> None:
    lead = sql(ben, carla)

    opportunity = actions.accept_lead(lead, by=carla, now=SOON)
    run_steps(now=SOON)

    assert (opportunity.owner, opportunity.state, opportunity.opened_at) == (carla, "open", SOON)
    assert stage_of(lead) is Stage.SALES_ACCEPTED
    task = Task.objects.get(done_at__isnull=True)
    assert (task.kind, task.owner, task.is_deadline) == (TaskKind.FOLLOW_UP, carla, True)
    assignment = current_assignment(lead.pk)
    assert assignment is not None
    assert assignment.met_at == SOON
    assert actions.accept_lead(lead, by=carla, now=SOON) == opportunity
    assert Outcome.objects.filter(kind=OutcomeKind.ACCEPTED).count() == 1


def test_accept_lead_by_a_colleague_makes_them_the_owner(ben: User, carla: User) -> None:
    lead = sql(ben, carla)
    cem = make_user("Cem", Role.FIELD_SALES)

    actions.accept_lead(lead, by=cem, now=SOON)
    run_steps(now=SOON)

    assert owner_of(lead.pk) == cem
    assert open_kinds(lead) == [TaskKind.FOLLOW_UP]
    with pytest.raises(Refused, match="Cem"):
        actions.accept_lead(lead, by=carla, now=SOON)


def test_accept_lead_wants_an_sql(ben: User, carla: User) -> None:
    lead = mql(ben)

    with pytest.raises(Refused):
        actions.accept_lead(lead, by=carla, now=NOW)
    assert not Opportunity.objects.exists()


def test_reject_lead_gives_it_back_to_who_qualified_it(ben: User, carla: User) -> None:
    lead = sql(ben, carla)

    actions.reject_lead(lead, reason=RejectReason.MISSING_INFORMATION, by=carla, now=SOON, note="Dachfläche fehlt")
    run_steps(now=SOON)

    assert stage_of(lead) is Stage.MARKETING_QUALIFIED
    assert owner_of(lead.pk) == ben
    task = Task.objects.get(done_at__isnull=True)
    assert (task.owner, task.note) == (ben, "Dachfläche fehlt")
    outcome = Outcome.objects.get(kind=OutcomeKind.REJECTED)
    assert (outcome.reason, outcome.by) == (RejectReason.MISSING_INFORMATION, carla)


def accepted(ben: User, carla: User) -> Opportunity:
    opportunity = actions.accept_lead(sql(ben, carla), by=carla, now=NOW)
    run_steps()
    return opportunity


def test_win_opportunity_makes_a_customer(ben: User, carla: User) -> None:
    opportunity = accepted(ben, carla)

    for _n in range(2):
        actions.win_opportunity(opportunity, value=Decimal("18500.50"), by=carla, now=SOON)
    run_steps(now=SOON)

    opportunity.refresh_from_db()
    assert (opportunity.state, opportunity.value, opportunity.closed_at) == ("won", Decimal("18500.50"), SOON)
    assert stage_of(opportunity.lead) is Stage.WON
    assert Outcome.objects.filter(kind=OutcomeKind.WON, opportunity=opportunity).count() == 1
    assert open_kinds(opportunity.lead) == []
    assert owner_of(opportunity.lead_id) == carla


def test_lose_opportunity_keeps_the_reason_and_ends_everything(ben: User, carla: User) -> None:
    opportunity = accepted(ben, carla)

    actions.lose_opportunity(opportunity, reason=LossReason.PRICE, note="20 % billiger", by=carla, now=SOON)
    run_steps(now=SOON)

    opportunity.refresh_from_db()
    assert (opportunity.state, opportunity.reason) == ("lost", LossReason.PRICE)
    assert stage_of(opportunity.lead) is Stage.LOST
    assert owner_of(opportunity.lead_id) is None
    with pytest.raises(Refused):
        actions.win_opportunity(opportunity, value=None, by=carla, now=SOON)


@pytest.mark.parametrize("value", [Decimal(-1), Decimal(10) ** 13])
def test_opportunities_have_sensible_values(ben: User, carla: User, value: Decimal) -> None:
    opportunity = accepted(ben, carla)

    with pytest.raises(Invalid):
        actions.win_opportunity(opportunity, value=value, by=carla, now=SOON)
    assert open_opportunity(opportunity.lead_id) is not None


def test_change_opportunity_only_while_it_is_open(ben: User, carla: User) -> None:
    opportunity = accepted(ben, carla)
    values = {"value": Decimal(100), "next_step": "Termin am Dach", "expected_at": None, "by": carla, "now": SOON}

    changed = actions.change_opportunity(opportunity, **values)  # type: ignore[arg-type]
    assert (changed.value, changed.next_step) == (Decimal(100), "Termin am Dach")

    actions.lose_opportunity(opportunity, reason=LossReason.PRICE, note="", by=carla, now=SOON)
    with pytest.raises(Refused):
        actions.change_opportunity(opportunity, **values)  # type: ignore[arg-type]


def test_snooze_task_moves_it_but_not_the_promise(ben: User) -> None:
    mql(ben)
    task = Task.objects.get()

    actions.snooze_task(task, until=TOMORROW, by=ben, now=NOW)

    assert (task.due_at, task.is_deadline) == (TOMORROW, False)
    assert Assignment.objects.get().due_at == NOW + timedelta(hours=4)
    with pytest.raises(Invalid):
        actions.snooze_task(task, until=NOW, by=ben, now=NOW)
    Task.objects.update(done_at=NOW)
    with pytest.raises(Refused):
        actions.snooze_task(task, until=TOMORROW, by=ben, now=NOW)


def at_once(*deeds: Callable[[], object]) -> list[LeadsternError]:
    """Runs the deeds in threads that start together; the refusals."""
    start, refused = Barrier(len(deeds)), list[LeadsternError]()

    def run(deed: Callable[[], object]) -> None:
        start.wait()
        try:
            deed()
        except LeadsternError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


@pytest.mark.django_db(transaction=True)
def test_two_people_accept_at_once_and_one_gets_it() -> None:
    ben, carla = make_user("Ben", Role.INSIDE_SALES), make_user("Carla", Role.FIELD_SALES)
    cem = make_user("Cem", Role.FIELD_SALES)
    lead = sql(ben, carla)

    refused = at_once(*(lambda by=by: actions.accept_lead(lead, by=by, now=SOON) for by in (carla, cem)))

    opportunity = Opportunity.objects.get()
    assert opportunity.owner is not None
    assert len(refused) == 1
    assert opportunity.owner.name in str(refused[0])
    assert Verdict.objects.filter(lead=lead, stage=Stage.SALES_ACCEPTED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_task() -> None:
    ben = make_user("Ben", Role.INSIDE_SALES)
    make_regions(ben)
    for n in range(6):
        ready_lead(f"Lead {n}")
    run_routing_only()

    at_once(*[lambda: actions.take_assignments(now=NOW, limit=100)] * 2)
    run_steps()

    assert Task.objects.count() == 6


MAPPING = {"external_id": "mql_id", "won_at": "won_date", "segment": "business_segment", "value": "revenue"}


def row(external_id: str, won_at: str = "2026-10-01 12:00:00", revenue: str = "100") -> dict[str, str]:
    return {"mql_id": external_id, "won_date": won_at, "business_segment": "pet", "revenue": revenue}


def test_import_outcomes_records_wins_once_and_names_bad_lines(ben: User) -> None:
    make_regions(ben)
    known = [ready_lead(f"Lead {n}", external=f"id{n}") for n in range(3)]
    run_steps()
    rows = [
        (2, row("id0")), (3, row(" id1 ", won_at="2020-01-01")), (4, row("id0")), (5, row("nobody")),
        (6, row("id2", won_at="?")), (7, row("id2", revenue="viel")),
    ]  # fmt: skip

    result = actions.import_outcomes(rows, mapping=MAPPING, now=NOW, by=None)
    again = actions.import_outcomes(rows, mapping=MAPPING, now=SOON, by=None)

    issues = [(5, IssueCode.UNKNOWN_ID), (6, IssueCode.WRONG_DATE), (7, IssueCode.WRONG_VALUE)]
    assert (result.accepted, result.repeated, result.issues) == (2, 1, issues)
    assert (again.accepted, again.repeated, again.issues) == (0, 3, issues)
    assert [stage_of(lead) for lead in known] == [Stage.WON, Stage.WON, Stage.MARKETING_QUALIFIED]
    early = Verdict.objects.get(lead=known[1], is_current=True)
    assert (early.at, early.cause, early.recorded_at) == (
        datetime.fromisoformat("2020-01-01T00:00+01:00"), Cause.IMPORTED, NOW,
    )  # fmt: skip
    assert Opportunity.objects.get(lead=known[0]).key == "import:id0"
    assert Outcome.objects.filter(kind=OutcomeKind.WON).count() == 2
    assert open_kinds(known[0]) == []


def test_import_outcomes_wins_the_sale_under_way(ben: User, carla: User) -> None:
    opportunity = actions.accept_lead(sql(ben, carla, external="id0"), by=carla, now=NOW)

    actions.import_outcomes([(2, row("id0"))], mapping=MAPPING, now=SOON, by=None)

    opportunity.refresh_from_db()
    assert (opportunity.state, opportunity.key, opportunity.value) == ("won", "import:id0", Decimal(100))
    assert Opportunity.objects.count() == 1


def test_import_outcomes_takes_leads_that_were_not_judged_yet(db: None) -> None:
    lead = make_lead(external="id0")

    actions.import_outcomes([(2, row("id0"))], mapping=MAPPING, now=NOW, by=None)

    assert list(Verdict.objects.filter(lead=lead).order_by("id").values_list("stage", flat=True)) == [
        Stage.CAPTURED, Stage.WON,
    ]  # fmt: skip


def test_import_outcomes_asks_as_often_for_many_as_for_one(db: None) -> None:
    counts = []
    for size in (1, 10):
        rows = []
        for n in range(size):
            make_lead(f"Lead {n}", external=f"id{size}-{n}")
            rows.append((n, row(f"id{size}-{n}")))
        with CaptureQueriesContext(connection) as queries:
            assert actions.import_outcomes(rows, mapping=MAPPING, now=NOW, by=None).accepted == size
        counts.append(len(queries))
    assert counts[0] == counts[1]
