"""Calls and what was said in them. Enters: what a person noted. Leaves: call records, answers, the next task."""

from collections.abc import Mapping
from datetime import datetime

from leadstern.accounts.models import User
from leadstern.core.db import write
from leadstern.leads.actions import add_activity
from leadstern.leads.models import Lead
from leadstern.leads.terms import ActivityKind
from leadstern.routing.actions import note_first_contact
from leadstern.routing.queries import owner_of
from leadstern.sales.actions.guards import (
    CALLS,
    check_ahead,
    check_is_open,
    check_to_call,
    close_tasks,
    lock_lead,
    plan_task,
)
from leadstern.sales.logic import AnswerInput
from leadstern.sales.models import Answer, CallRecord, Task
from leadstern.sales.queries import answers_of
from leadstern.sales.terms import CallResult, Question, TaskKind


def record_call(
    lead: Lead,
    *,
    result: CallResult,
    by: User,
    now: datetime,
    note: str = "",
    again_at: datetime | None = None,
    key: str | None = None,
) -> CallRecord:
    """One attempt to reach the lead. It stops the clock of the first contact, whatever its result.

    Not reached needs `again_at` (Invalid otherwise); with it the call tasks end and a callback is planned. Without it
    they stay open, without deadline. The same `key` again changes nothing and returns the first record. Refused for a
    lead on which nobody works any more.
    """
    if result is CallResult.NOT_REACHED or again_at is not None:
        check_ahead(again_at, field="again_at", now=now)
    with write():
        lock_lead(lead)
        if key is not None and (known := CallRecord.objects.filter(lead=lead, key=key).first()):
            return known
        check_to_call(lead)
        call = CallRecord.objects.create(lead=lead, by=by, at=now, result=result, note=note, again_at=again_at, key=key)
        note_first_contact(lead.pk, at=now)
        _plan_next(call, by=by, now=now)
        data = {"result": result.value, "again_at": again_at.isoformat() if again_at else None}
        add_activity(lead, kind=ActivityKind.CALL, at=now, content=note[:500], by=by, data=data, key=f"call:{call.pk}")
    return call


def _plan_next(call: CallRecord, *, by: User, now: datetime) -> None:
    if call.again_at is None:
        Task.objects.filter(lead=call.lead, done_at__isnull=True, kind__in=CALLS).update(is_deadline=False)
        return
    close_tasks(call.lead, by=by, now=now, kinds=CALLS)
    owner = owner_of(call.lead_id) or by
    plan_task(call.lead, kind=TaskKind.CALL_BACK, owner_id=owner.pk, due_at=call.again_at, now=now, note=call.note)


def record_answers(
    lead: Lead, answers: Mapping[Question, AnswerInput], *, said_by: str, by: User, now: datetime
) -> list[Answer]:
    """Adds what was said; earlier answers stay. One equal to the newest is not added again. Returns the new ones.

    Refused for a lead that is won, lost or sorted out.
    """
    with write():
        lock_lead(lead)
        check_is_open(lead)
        known = answers_of(lead.pk)
        rows = [
            Answer(
                lead=lead,
                question=question,
                state=given.state,
                text=given.text.strip()[:500],
                said_by=said_by.strip()[:120],
                recorded_by=by,
                at=now,
            )
            for question, given in answers.items()
        ]
        new = [row for row in rows if not _is_known(row, known.get(Question(row.question)))]
        return Answer.objects.bulk_create(new)


def _is_known(row: Answer, newest: Answer | None) -> bool:
    return newest is not None and (newest.state, newest.text, newest.said_by) == (row.state, row.text, row.said_by)
