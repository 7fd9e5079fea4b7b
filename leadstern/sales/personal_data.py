"""What this stage knows of one person: calls, answers, tasks, sales (GDPR Art. 15, 17). Called by `privacy`."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from leadstern.core.db import write
from leadstern.core.registry import DataSubject, PersonalData
from leadstern.sales.models import Answer, CallRecord, Opportunity, Outcome, Task

CALL = ("at", "result", "note", "again_at")
ANSWER = ("at", "question", "state", "text", "said_by")
TASK = ("kind", "due_at", "note", "created_at", "done_at")
SALE = ("state", "value", "segment", "reason", "note", "next_step", "expected_at", "opened_at", "closed_at")
OUTCOME = ("kind", "reason", "note", "at", "recorded_at")


def show(subject: DataSubject) -> list[dict[str, Any]]:
    """Everything that was noted, oldest first in each kind; a column "kind" stands under "type"."""
    ids = subject.lead_ids
    return [
        *_rows("call", CallRecord.objects.filter(lead_id__in=ids), CALL),
        *_rows("answer", Answer.objects.filter(lead_id__in=ids), ANSWER),
        *_rows("task", Task.objects.filter(lead_id__in=ids), TASK),
        *_rows("opportunity", Opportunity.objects.filter(lead_id__in=ids), SALE),
        *_rows("outcome", Outcome.objects.filter(lead_id__in=ids), OUTCOME),
    ]


def _rows(kind: str, rows: Any, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {"kind": kind} | {("type" if name == "kind" else name): value for name, value in row.items()}
        for row in rows.order_by("id").values(*columns)
    ]


def erase(subject: DataSubject, _now: datetime) -> None:
    """Words go, open tasks too; that there was a call, a sale and an outcome stays for the counts."""
    ids = subject.lead_ids
    with write():
        Answer.objects.filter(lead_id__in=ids).delete()
        Task.objects.filter(lead_id__in=ids, done_at__isnull=True).delete()
        Task.objects.filter(lead_id__in=ids).update(note="")
        CallRecord.objects.filter(lead_id__in=ids).update(note="")
        Outcome.objects.filter(lead_id__in=ids).update(note="")
        Opportunity.objects.filter(lead_id__in=ids).update(note="", next_step="", key=None)


SALES = PersonalData(
    "sales",
    _("Calls, answers, tasks and sales"),
    show,
    erase,
    models=("sales.Answer", "sales.CallRecord", "sales.Opportunity", "sales.Outcome", "sales.Task"),
)
