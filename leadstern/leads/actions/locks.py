"""Locks on leads. One order for everybody, so that nobody waits crosswise: leads first, by id, then what hangs on them.

Called by all stages' actions inside their `write()`. SQLite's transactions are alone; there nothing is locked.
"""

from collections.abc import Collection
from typing import TypeVar

from django.db import connection, models

from leadstern.core.db import claim
from leadstern.leads.models import Lead

M = TypeVar("M", bound=models.Model)


def lock_leads(lead_ids: Collection[int]) -> set[int]:
    """Those not erased, held until the commit: who is being erased, or called, right now is waited for."""
    leads = Lead.objects.filter(id__in=lead_ids, erased_at__isnull=True).order_by("id")
    return set(leads.select_for_update(no_key=True).values_list("id", flat=True))


def claim_with_leads(waiting: models.QuerySet[M], *, limit: int) -> list[M]:
    """As `core.db.claim`, for rows with a lead that people change after locking the lead: so the leads come first."""
    if not connection.features.has_select_for_update_skip_locked:
        return claim(waiting, limit=limit)
    lead_ids = set(waiting.values_list("lead_id", flat=True)[:limit])
    lock_leads(lead_ids)
    return claim(waiting.filter(lead_id__in=lead_ids), limit=limit)
