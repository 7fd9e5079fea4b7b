"""Activities: told by later stages (calls, mails, stages), and by visitors through hits and downloads (`visits.py`)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.core.db import claim, write
from leadstern.core.errors import Refused
from leadstern.core.rows import insert_rows
from leadstern.leads.actions.locks import lock_leads
from leadstern.leads.models import Activity, Lead
from leadstern.leads.terms import ActivityKind, NewActivity


def add_activity(
    lead: Lead,
    *,
    kind: ActivityKind,
    at: datetime,
    content: str = "",
    by: User | None = None,
    data: dict[str, Any] | None = None,
    key: str | None = None,
    counts: bool = True,
) -> Activity | None:
    """Adds one entry to the lead's timeline. None when `key` is there already: the same event told twice is one.

    `counts`: the lead is handed to scoring again. Joins the caller's transaction, or is one of its own. Refused for
    somebody who was erased meanwhile: nothing lands on them any more.
    """
    activity = Activity(lead=lead, kind=kind, at=at, content=content[:500], by=by, data=data or {}, key=key)
    with write():
        if not lock_leads([lead.pk]):
            raise Refused(_("This lead was erased or joined with another; it can no longer be changed."))
        if key is not None and Activity.objects.filter(key=key).exists():
            return None
        try:
            with transaction.atomic():
                activity.save(force_insert=True)
        except IntegrityError:
            if key is not None and Activity.objects.filter(key=key).exists():
                return None
            raise
        if counts:
            mark_changed([lead.pk])
    return activity


def add_activities(activities: Iterable[NewActivity]) -> int:
    """Adds many in five queries at most; those whose key is there already, or whose lead was erased, are left out.
    How many were new."""
    told = list(activities)
    with write():
        living = lock_leads({activity.lead_id for activity in told}) if told else set()
        wanted = [activity for activity in told if activity.lead_id in living]
        counting = [activity for activity in wanted if activity.counts]
        keys = [activity.key for activity in counting if activity.key is not None]
        known = set(Activity.objects.filter(key__in=keys).values_list("key", flat=True)) if keys else set()
        ids = insert_rows(Activity, ACTIVITY, map(_row, wanted), skip_known=True) if wanted else []
        mark_changed(sorted({one.lead_id for one in counting if one.key is None or one.key not in known}))
    return len(ids)


ACTIVITY = ("lead", "kind", "at", "content", "submission", "by", "data", "key")


def _row(new: NewActivity) -> tuple[Any, ...]:
    return new.lead_id, new.kind.value, new.at, new.content[:500], new.submission_id, new.by_id, new.data, new.key


def mark_changed(lead_ids: list[int]) -> None:
    """Hands the leads to scoring again, also those that a worker is scoring right now. Locks in id order; joins."""
    if lead_ids:
        mine = Lead.objects.filter(id__in=lead_ids).order_by("id").select_for_update(no_key=True)
        Lead.objects.filter(id__in=list(mine.values_list("id", flat=True))).update(is_changed=True)


def take_changed(*, limit: int) -> list[int]:
    """Ids of up to `limit` changed leads, now ours: the caller is inside `write()` and scores them there.

    A crash before its commit leaves them changed. A change made meanwhile by others marks them again.
    """
    ids = [lead.pk for lead in claim(Lead.objects.filter(is_changed=True).order_by("id").only("id"), limit=limit)]
    Lead.objects.filter(id__in=ids).update(is_changed=False)
    return ids
