"""What qualification knows of a lead: its stages with the reasons, and what the definition says of it (GDPR Art.
15)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leadstern.core.registry import PersonalData
from leadstern.qualification.actions import erase_stages
from leadstern.qualification.queries import judgement, stage_history


def show(lead_id: int) -> list[dict[str, Any]]:
    """All verdicts in order, then the newest judgement."""
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
        for verdict in stage_history(lead_id)
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


STAGES = PersonalData(
    "stages",
    _("Stages"),
    show,
    erase_stages,
    ("qualification.Verdict", "qualification.Judgement", "qualification.HandOver"),
)
