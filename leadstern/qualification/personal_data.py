"""What qualification knows of a lead: its stages with the reasons, and what the definition says of it (GDPR Art.
15)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from leadstern.core.registry import DataSubject, PersonalData
from leadstern.qualification.actions import erase_stages
from leadstern.qualification.queries import judgement, stage_history


def show(subject: DataSubject) -> list[dict[str, Any]]:
    """All verdicts in order, then the newest judgement."""
    lead_id, *joined = subject.lead_ids
    shown: list[dict[str, Any]] = [
        {
            "kind": "stage",
            "stage": verdict.stage,
            "before": verdict.old_stage,
            "cause": verdict.cause,
            "reason": verdict.reason,
            "note": verdict.note,
            "at": verdict.at.isoformat(),
            "return_at": verdict.return_at.isoformat() if verdict.return_at else None,
        }
        for one in (lead_id, *joined)
        for verdict in stage_history(one)
    ]
    account = judgement(lead_id)
    if account is not None:
        lines = [
            {"criterion": line.label, "finding": line.finding, "importance": line.importance, "value": line.value}
            for line in account.lines
        ]
        shown.append(
            {
                "kind": "judgement",
                "result": account.result,
                "definition": account.version,
                "criteria": lines,
                "judged_at": account.judged_at.isoformat(),
            }
        )
    return shown


def erase(subject: DataSubject, _now: datetime) -> None:
    erase_stages(subject.lead_ids)


STAGES = PersonalData(
    "stages",
    _("Stages"),
    show,
    erase,
    ("qualification.Verdict", "qualification.Judgement", "qualification.HandOver"),
)
