"""Leads and definitions for the tests of qualification."""

from datetime import datetime
from typing import Any

from leadstern.criteria.logic import parse, to_json
from leadstern.leads.models import Activity, Lead
from leadstern.leads.terms import ActivityKind
from leadstern.qualification.actions import judge_changed, publish_definition, save_draft
from leadstern.qualification.models import Definition
from leadstern.scoring.actions import score_changed
from tests.conftest import NOW


def criterion(key: str, must: str, condition: str) -> dict[str, Any]:
    text = {"de": f"{key} (de)", "en": f"{key} (en)"}
    ask = {"de": f"{key}, bitte?", "en": f"{key}, please?"}
    return {"key": key, "label": text, "condition": to_json(parse(condition)), "must": must, "ask": ask}


def content(*criteria: dict[str, Any], should_needed: int = 0) -> dict[str, Any]:
    return {"criteria": list(criteria), "should_needed": should_needed}


GERMAN_AND_ACTIVE = content(
    criterion("german", "must", 'lead.country = "DE"'), criterion("active", "must", "score.activity >= 20")
)


def publish(definition: dict[str, Any] = GERMAN_AND_ACTIVE, *, now: datetime = NOW) -> Definition:
    return publish_definition(save_draft(definition), by=None, now=now)


def work(now: datetime = NOW) -> int:
    """What the worker does between the leads stage and the stages behind."""
    score_changed(now=now, limit=100)
    return judge_changed(now=now, limit=100)


def stated(lead: Lead, stage: str, at: datetime) -> None:
    Activity.objects.create(lead=lead, kind=ActivityKind.IMPORTED, at=at, data={"stage": stage})
