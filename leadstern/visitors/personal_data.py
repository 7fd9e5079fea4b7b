"""What the stage knows of a browser whose owner agreed. Called by the leads stage, which knows whose browser it is."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from leadstern.core.db import write
from leadstern.visitors.models import Hit, Visitor

_SHOWN = (
    "at", "site__name", "kind", "path", "label", "channel", "source", "medium", "campaign", "referrer_host",
)  # fmt: skip


def show_visitor(keys: Iterable[UUID]) -> list[dict[str, Any]]:
    """Consents and hits of these browsers, oldest first (Art. 15 GDPR)."""
    wanted = list(keys)
    visitors = Visitor.objects.filter(key__in=wanted).order_by("consented_at", "id")
    hits = Hit.objects.filter(visitor_key__in=wanted).order_by("id")
    consents = visitors.values("key", "site__name", "consented_at", "consent_text", "withdrawn_at")
    return [
        *(dict(row) for row in consents),
        *(dict(row) for row in hits.values(*_SHOWN)),
    ]


def erase_visitor(keys: Iterable[UUID]) -> None:
    """Nothing leads from these browsers to a person any more (Art. 17 GDPR); the anonymous hits stay counted."""
    wanted = list(keys)
    with write():
        Visitor.objects.filter(key__in=wanted).delete()
        Hit.objects.filter(visitor_key__in=wanted).update(visitor_key=None)
