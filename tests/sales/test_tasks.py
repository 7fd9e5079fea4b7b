"""What assignments and verdicts make of the queue: one task a lead, with whom and until when."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadstern.accounts.models import User
from leadstern.accounts.terms import Role
from leadstern.core.errors import Invalid, Refused
from leadstern.qualification.actions import move_lead
from leadstern.qualification.terms import Cause, Stage
from leadstern.routing.actions import assign_lead
from leadstern.routing.models import Assignment
from leadstern.sales import actions
from leadstern.sales.models import Task
from leadstern.sales.terms import (
    CallResult,
    DisqualifyReason,
    TaskKind,
)
from tests.conftest import NOW, make_user
from tests.routing.make import make_lead, ready_lead
from tests.sales.make import at_once, by_hand, make_regions, mql, open_kinds, run_steps, sql

SOON = NOW + timedelta(minutes=10)
TOMORROW = NOW + timedelta(days=1)


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
