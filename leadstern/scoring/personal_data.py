"""What scoring knows of a lead: its points and the logic behind them (GDPR Art. 15 (1) h)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from leadstern.core.registry import DataSubject, PersonalData
from leadstern.core.time import now
from leadstern.scoring.actions import erase_scores
from leadstern.scoring.queries import explain


def show(subject: DataSubject) -> list[dict[str, Any]]:
    """The score with each rule that gave points; empty when there is none."""
    explanation = explain(subject.lead_ids[0], now=now())
    if explanation.points is None:
        return []
    return [
        {
            "fit": explanation.points.fit,
            "activity": explanation.points.activity,
            "temperature": str(explanation.points.temperature.label),
            "grade": explanation.points.grade,
            "model_version": explanation.version,
            "lines": [
                {
                    "rule": line.label,
                    "points": line.points,
                    "original": line.original,
                    "events": line.events,
                    "last_at": line.last_at.isoformat() if line.last_at else None,
                    "half_life_days": line.half_life,
                }
                for line in explanation.lines
            ],
        }
    ]


def erase(subject: DataSubject, _now: datetime) -> None:
    erase_scores(subject.lead_ids)


SCORES = PersonalData("scores", _("Scores"), show, erase, ("scoring.Score", "scoring.ScoreLine"))
