"""What this stage knows of one person: who looked after them and why (GDPR Art. 15, 17). Called by `privacy`."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from leadstern.core.db import write
from leadstern.core.registry import DataSubject, PersonalData
from leadstern.routing.models import Assignment

COLUMNS = ("at", "owner__name", "reason", "reason_detail", "due_at", "met_at", "ended_at")


def show(subject: DataSubject) -> list[dict[str, Any]]:
    """Every assignment, oldest first."""
    rows = Assignment.objects.filter(lead_id__in=subject.lead_ids).order_by("id").values(*COLUMNS)
    return [{"kind": "assignment", **row} for row in rows]


def erase(subject: DataSubject, now: datetime) -> None:
    """Words and places go, nobody has anything to do any more; who was in charge when stays for the counts."""
    with write():
        rows = Assignment.objects.filter(lead_id__in=subject.lead_ids)
        rows.filter(ended_at__isnull=True).update(ended_at=now)
        rows.update(reason_detail="", is_waiting=False)


ASSIGNMENTS = PersonalData("routing", _("Who looked after them"), show, erase, models=("routing.Assignment",))
