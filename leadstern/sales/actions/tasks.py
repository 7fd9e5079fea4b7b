"""Turns assignments into tasks and ends tasks of leads that left. Called by the worker; `snooze_task` by the desk."""

from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.core.db import write
from leadstern.core.errors import Refused
from leadstern.core.rows import insert_rows
from leadstern.leads.actions import claim_with_leads, lock_leads
from leadstern.qualification.actions import take_hand_overs
from leadstern.qualification.models import Verdict
from leadstern.qualification.queries import stages
from leadstern.qualification.terms import CLOSED, NOT_YET, Cause, Stage
from leadstern.routing.actions import mark_taken
from leadstern.routing.models import Assignment
from leadstern.routing.queries import current_assignments
from leadstern.routing.terms import Reason
from leadstern.sales.actions.guards import check_ahead
from leadstern.sales.models import CallRecord, Opportunity, Task
from leadstern.sales.terms import CALLING, TAKER, TaskKind

LEAVING = CLOSED | {Stage.RECYCLED}


def take_assignments(*, now: datetime, limit: int) -> int:
    """Gives each new owner something to do. Returns how many assignments it took.

    Open tasks and the open sale move to the new owner. A ready lead becomes a first call (a follow-up when somebody has
    called before), a qualified one a hand-over to accept or return. Guarantee: tasks and the mark are written in one
    transaction, and there is one open task per lead and kind, so a crash or a second worker never doubles them.
    """
    with write():
        assignments = claim_with_leads(_waiting(), limit=limit)
        if not assignments:
            return 0
        lead_ids = sorted(lock_leads({assignment.lead_id for assignment in assignments}))
        move_to_owners(lead_ids)
        insert_rows(Task, TASK, _tasks(assignments, lead_ids, now=now), skip_known=True)
        mark_taken([assignment.pk for assignment in assignments])
    return len(assignments)


def ask_again(lead_id: int, *, now: datetime) -> None:
    """A task for an assigned lead that has nothing open, as its assignment asks for. Joins the caller's transaction."""
    assignments = list(current_assignments().filter(lead_id=lead_id).select_related("verdict"))
    if assignments and not Task.objects.filter(lead_id=lead_id, done_at__isnull=True).exists():
        insert_rows(Task, TASK, _tasks(assignments, [lead_id], now=now), skip_known=True)


def _waiting() -> "QuerySet[Assignment]":
    read = ("lead_id", "owner_id", "reason", "due_at", "met_at", "verdict__note")
    return Assignment.objects.filter(is_waiting=True).select_related("verdict").only(*read).order_by("id")


def move_to_owners(lead_ids: list[int]) -> None:
    """Open tasks and open sales go to whoever looks after the lead now. Two queries."""
    owner = Subquery(current_assignments().filter(lead_id=OuterRef("lead_id")).values("owner_id")[:1])
    newest = Coalesce(owner, F("owner_id"))
    Task.objects.filter(lead_id__in=lead_ids, done_at__isnull=True).update(owner_id=newest)
    Opportunity.objects.filter(lead_id__in=lead_ids, state=Opportunity.State.OPEN).update(owner_id=newest)


def _tasks(assignments: list[Assignment], lead_ids: list[int], *, now: datetime) -> list[tuple[Any, ...]]:
    """What each assignment asks for. Three queries."""
    stage_of, living = stages(lead_ids), set(lead_ids)
    called = set(CallRecord.objects.filter(lead_id__in=lead_ids).values_list("lead_id", flat=True))
    rows = Task.objects.filter(lead_id__in=lead_ids, done_at__isnull=True).values_list("lead_id", "kind")
    busy: dict[int, set[str]] = {}
    for lead_id, open_kind in rows:
        busy.setdefault(lead_id, set()).add(open_kind)
    found = []
    for assignment in assignments:
        if assignment.lead_id not in living:  # erased meanwhile
            continue
        stage = stage_of.get(assignment.lead_id)
        kind = _kind(stage, has_calls=assignment.lead_id in called)
        if kind and not _is_moved(assignment, kind, busy.get(assignment.lead_id, set())):
            found.append(_task(assignment, kind, stage, now=now))
    return found


def _kind(stage: Stage | None, *, has_calls: bool) -> TaskKind | None:
    if stage in CLOSED:
        return None
    if stage is Stage.PHONE_QUALIFIED:
        return TaskKind.HAND_OVER
    return TaskKind.FIRST_CALL if stage is Stage.MARKETING_QUALIFIED and not has_calls else TaskKind.FOLLOW_UP


def _is_moved(assignment: Assignment, kind: TaskKind, open_kinds: set[str]) -> bool:
    """The work that lay with the old owner is enough: nothing new to do."""
    if kind is TaskKind.HAND_OVER:
        return False
    by_person = assignment.reason in (Reason.BY_PERSON, Reason.ACCEPTED)
    return by_person and bool(open_kinds & set(CALLING))


TASK = ("lead", "owner", "kind", "due_at", "is_deadline", "note", "created_at")


def _task(assignment: Assignment, kind: TaskKind, stage: Stage | None, *, now: datetime) -> tuple[Any, ...]:
    is_deadline = stage not in NOT_YET and stage is not None and assignment.met_at is None
    note = assignment.verdict.note[:300] if assignment.verdict else ""
    return assignment.lead_id, assignment.owner_id, kind.value, assignment.due_at, is_deadline, note, now


def take_verdicts(*, now: datetime, limit: int) -> int:
    """Ends the tasks of leads that are closed or back in nurturing. Returns how many verdicts it took.

    Only a stage that still holds ends anything, and none that a correction restored: its tasks are as they were before.
    Restartable: the mark is set in the same transaction.
    """
    with write():
        verdicts = take_hand_overs(TAKER, now=now, limit=limit)
        gone = lock_leads({verdict.lead_id for verdict in verdicts if verdict.stage in LEAVING})
        here = Verdict.objects.filter(lead_id__in=gone, is_current=True, stage__in=LEAVING)
        leaving = list(here.exclude(cause=Cause.CORRECTED).values_list("lead_id", flat=True)) if gone else []
        if leaving:
            Task.objects.filter(lead_id__in=leaving, done_at__isnull=True).update(done_at=now)
    return len(verdicts)


def snooze_task(task: Task, *, until: datetime, by: User, now: datetime) -> Task:
    """Puts an open task off. The deadline of the assignment stays what it was: a breach is still counted.

    Raises Refused when the task is done already, Invalid for a time that has passed.
    """
    with write():
        check_ahead(until, field="until", now=now)
        found = Task.objects.filter(pk=task.pk, done_at__isnull=True)
        if not found.update(due_at=until, is_deadline=False):
            raise Refused(_("This task is done already."))
        record("task.snoozed", task, by=by, now=now, data={"from": task.due_at.isoformat(), "to": until.isoformat()})
    task.refresh_from_db()
    return task
