"""What this stage knows of one person: who looked after them and why (GDPR Art. 15, 17). Called by `privacy`."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leadstern.core.db import write
from leadstern.core.registry import PersonalData
from leadstern.leads.models import Lead
from leadstern.routing.models import Assignment

COLUMNS = ("at", "owner__name", "reason", "reason_detail", "due_at", "met_at", "ended_at")


def _all_ids(lead_id: int) -> list[int]:
    return [lead_id, *Lead.objects.filter(merged_into=lead_id).values_list("pk", flat=True)]


def show(lead_id: int) -> list[dict[str, Any]]:
    """Every assignment, oldest first."""
    rows = Assignment.objects.filter(lead_id__in=_all_ids(lead_id)).order_by("id").values(*COLUMNS)
    return [{"kind": "assignment", **row} for row in rows]


def erase(lead_id: int) -> None:
    """Words and places go; who was in charge when stays for the counts."""
    with write():
        rows = Assignment.objects.filter(lead_id__in=_all_ids(lead_id))
        rows.update(reason_detail="")


ASSIGNMENTS = PersonalData("routing", _("Who looked after them"), show, erase, models=("routing.Assignment",))
