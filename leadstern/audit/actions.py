"""Writes the audit trail. Called by the actions of every stage, inside their transaction."""

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
