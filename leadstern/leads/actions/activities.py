"""Activities: told by later stages (calls, mails, stages), and by visitors through hits and downloads (`visits.py`)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from leadstern.accounts.models import User
from leadstern.core.db import claim, write
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

    `counts`: the lead is handed to scoring again. Joins the caller's transaction, or is one of its own.
    """
    activity = Activity(lead=lead, kind=kind, at=at, content=content[:500], by=by, data=data or {}, key=key)
    with write():
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
    """Adds many in three queries; those whose key is there already are left out. How many were new."""
    wanted = list(activities)
    keys = [activity.key for activity in wanted if activity.key is not None]
    with write():
        known = set(Activity.objects.filter(key__in=keys).values_list("key", flat=True)) if keys else set()
        new = []
        for activity in wanted:
            if activity.key is None or activity.key not in known:
                known.add(activity.key)
                new.append(activity)
        Activity.objects.bulk_create(map(_row, new), ignore_conflicts=True)
        mark_changed(sorted({activity.lead_id for activity in new if activity.counts}))
    return len(new)


def _row(new: NewActivity) -> Activity:
    return Activity(
        lead_id=new.lead_id,
        kind=new.kind,
        at=new.at,
        content=new.content[:500],
        submission_id=new.submission_id,
        by_id=new.by_id,
        data=new.data,
        key=new.key,
    )


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
