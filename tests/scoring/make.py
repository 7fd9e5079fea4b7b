"""Leads, activities and models for the tests of scoring, made with as little as they need."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from leadstern.criteria.logic import parse, to_json
from leadstern.leads.models import Activity, Lead
from leadstern.leads.terms import ActivityKind
from leadstern.scoring.actions import publish_version, save_draft
from leadstern.scoring.models import ScoreModelVersion
from tests.conftest import NOW


def make_lead(**values: Any) -> Lead:
    return Lead.objects.create(**{"captured_at": NOW, "created_at": NOW, "last_name": "Muster"} | values)


def happen(lead: Lead, at: datetime, *, kind: ActivityKind = ActivityKind.SUBMISSION, content: str = "") -> Activity:
    """An activity that scoring counts."""
    Lead.objects.filter(pk=lead.pk).update(is_changed=True)
    return Activity.objects.create(lead=lead, kind=kind, at=at, content=content)


def fit_rule(key: str, condition: str, points: float) -> dict[str, Any]:
    return {"key": key, "label": {"de": key, "en": key}, "condition": to_json(parse(condition)), "points": points}


def activity_rule(
    key: str,
    kind: ActivityKind | Iterable[ActivityKind],
    points: float,
    *,
    half_life: float | None = 10,
    cap: float | None = None,
    content: dict[str, str] | None = None,
) -> dict[str, Any]:
    kinds = kind.value if isinstance(kind, ActivityKind) else [one.value for one in kind]
    return {
        "key": key, "label": {"de": key, "en": key}, "kind": kinds, "content": content, "points": points,
        "half_life_days": half_life, "cap": cap,
    }  # fmt: skip


def content(
    *,
    fit: list[dict[str, Any]] | None = None,
    activity: list[dict[str, Any]] | None = None,
    warm: float = 15,
    hot: float = 40,
) -> dict[str, Any]:
    return {
        "fit": fit or [],
        "activity": activity or [],
        "temperature": {"warm": warm, "hot": hot},
        "grades": {"fit": [30, 20, 10], "activity": [40, 15, 5]},
    }


def publish(model: dict[str, Any], *, now: datetime = NOW) -> ScoreModelVersion:
    return publish_version(save_draft(model), by=None, now=now)


SIMPLE = content(
    fit=[fit_rule("german", 'lead.country = "DE"', 10), fit_rule("business", "lead.is_business", 5)],
    activity=[
        activity_rule("enquiry", ActivityKind.SUBMISSION, 30, half_life=30, cap=60),
        activity_rule("prices", ActivityKind.PAGE, 10, half_life=14, content={"prefix": "/preise"}),
        activity_rule("pages", ActivityKind.PAGE, 1, half_life=7, cap=5),
        activity_rule("left", ActivityKind.UNSUBSCRIBED, -20, half_life=90),
    ],
)
