"""Writes the audit trail. Called by the actions of every stage, inside their transaction."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import models

from leadstern.accounts.models import User
from leadstern.audit.models import Entry


def record(
    verb: str, subject: models.Model | None, *, by: User | None, now: datetime, data: dict[str, Any] | None = None
) -> None:
    """Adds one entry about `subject`. `by` is None when the machine decided. Joins the caller's transaction."""
    Entry.objects.create(
        at=now,
        actor=by,
        actor_name=by.name if by else "",
        verb=verb,
        object_type=subject._meta.label_lower if subject is not None else "",  # noqa: SLF001 -- Django's own
        object_id=subject.pk if subject is not None else None,
        data=data or {},
    )


def blank(entries: Iterable[Entry], *, keys: Collection[str]) -> int:
    """Empties these details of the entries and returns how many it changed: the only change the trail knows.

    For erasing a person (GDPR Art. 17) about whom somebody wrote free words. Who did what, when and to what stays.
    Joins the caller's transaction.
    """
    changed = [entry for entry in entries if any(entry.data.get(key) for key in keys)]
    for entry in changed:
        entry.data = {key: "" if key in keys else value for key, value in entry.data.items()}
    Entry.objects.bulk_update(changed, ["data"], batch_size=200)
    return len(changed)
