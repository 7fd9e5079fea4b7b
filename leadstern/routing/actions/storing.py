"""The rows of assignments and turns. Called by `dealing`, `by_person` and sales; all join the caller's transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from leadstern.accounts.models import User
from leadstern.core.rows import insert_rows
from leadstern.leads.actions import add_activities
from leadstern.leads.terms import ActivityKind, NewActivity
from leadstern.routing.models import Assignment
from leadstern.routing.queries import current_assignments
from leadstern.routing.terms import Reason

_LOCK = 0x4C53_0001


class NewAssignment(NamedTuple):
    """An assignment not yet stored, in plain values: there are thousands at once. Names as in `models.Assignment`."""

    lead_id: int
    verdict_id: int | None
    owner_id: int
    region_id: int | None
    reason: Reason
    reason_detail: str
    at: datetime
    due_at: datetime
    met_at: datetime | None = None
    assigned_by_id: int | None = None
    is_waiting: bool = True


def one_at_a_time() -> None:
    """Lets one transaction at a time hand out leads, so that turns are fair and nobody is assigned twice.

    PostgreSQL: an advisory lock until the commit. SQLite: IMMEDIATE transactions are alone already.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def store_assignments(rows: Sequence[NewAssignment]) -> list[int]:
    """Writes new current assignments, whose leads have none, and tells the timelines. Ids in the same order."""
    ids = insert_rows(Assignment, NewAssignment._fields, rows)
    names = dict(User.objects.filter(pk__in={row.owner_id for row in rows}).values_list("pk", "name"))
    add_activities(_told(row, pk, names[row.owner_id]) for row, pk in zip(rows, ids, strict=True))
    return ids


def _told(row: NewAssignment, assignment_id: int, owner: str) -> NewActivity:
    """The timeline's entry. It never counts: an owner is no sign of interest."""
    data = {"reason": row.reason, "detail": row.reason_detail}
    return NewActivity(
        row.lead_id, ActivityKind.OWNER, row.at, content=owner, by_id=row.assigned_by_id, data=data,
        key=f"assignment:{assignment_id}", counts=False,
    )  # fmt: skip


def end_assignments(lead_ids: Collection[int], *, now: datetime) -> None:
    """From now on the leads have no owner."""
    if lead_ids:
        current_assignments().filter(lead_id__in=lead_ids).update(ended_at=now, is_waiting=False)


def note_turns(taken: Mapping[int, datetime]) -> None:
    """When each member, by id, had their turn last. One prepared statement: `bulk_update` costs more than the leads."""
    moment = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        rows = [(moment(at), member_id) for member_id, at in sorted(taken.items())]
        cursor.executemany("UPDATE routing_member SET last_at = %s WHERE id = %s", rows)


def note_first_contact(lead_id: int, *, at: datetime) -> None:
    """Stops the clock of the first contact: the first human attempt counts."""
    current_assignments().filter(lead_id=lead_id, met_at__isnull=True).update(met_at=at)


def mark_taken(assignment_ids: Iterable[int]) -> None:
    """Sales has made its tasks."""
    Assignment.objects.filter(pk__in=assignment_ids).update(is_waiting=False)
