"""Leads with consent, sequences, and what the worker does around them."""

from datetime import datetime
from typing import Any

from leadstern.consent.actions import confirm_consent, request_consent
from leadstern.consent.models import LedgerEntry
from leadstern.leads.models import Lead
from leadstern.nurture.actions import (
    activate_sequence,
    create_sequence,
    publish_version,
    save_step,
    take_verdicts,
)
from leadstern.nurture.models import Enrollment, NotNurtured, Sequence
from leadstern.qualification.actions import judge_changed, move_lead
from leadstern.qualification.terms import Cause, Stage
from leadstern.scoring.actions import ensure_default_model, score_changed
from tests.conftest import NOW
from tests.leads import make as leads
from tests.outbox.make import make_sender

KIM = "kim@example.com"


def step(wait_hours: int = 1, name: str = "eins", **texts: str) -> dict[str, Any]:
    return {
        "wait_hours": wait_hours,
        "subject": {"de": texts.get("subject", f"Mail {name}"), "en": f"Mail {name} (en)"},
        "body": {"de": texts.get("body", "{salutation},\n\nText."), "en": "{salutation},\n\nText."},
    }


def sequence(
    by: Any, *steps: dict[str, Any], name: str = "Folge", entry: Any = None, priority: int = 10, now: datetime = NOW
) -> Sequence:
    """A published, active sequence; with two steps unless told otherwise."""
    made = create_sequence(name=name, by=by, now=now)
    for each in steps or (step(1, "eins"), step(24, "zwei")):
        save_step(made, index=None, step=each, by=by, now=now)
    publish_version(made, by=by, now=now)
    made.entry, made.priority = entry, priority
    made.save()
    activate_sequence(made, by=by, now=now)
    return made


def consent(address: str = KIM, now: datetime = NOW) -> LedgerEntry:
    _entry, token = request_consent(
        channel="email", address=address, purpose="marketing", wording=None, evidence={}, now=now
    )
    return confirm_consent(token, evidence={}, now=now)


def lead(address: str = KIM, *, consented: bool = True, **details: Any) -> Lead:
    """A lead that came in by a form and has a stage; `consented`: to marketing by e-mail."""
    if consented:
        consent(address)
    made = leads.lead(email=address, **details)
    ensure_default_model(now=NOW)
    score_changed(now=NOW, limit=1000)
    judge_changed(now=NOW, limit=1000)
    return made


def nurtured(address: str = KIM, **details: Any) -> Lead:
    """A lead that is in a sequence."""
    made = lead(address, **details)
    take_verdicts(now=NOW, limit=1000)
    return made


def move(moved: Lead, stage: Stage, now: datetime = NOW) -> None:
    move_lead(moved, stage=stage, cause=Cause.IMPORTED, now=now)


def running(found: Lead) -> Enrollment:
    return Enrollment.objects.get(lead=found)


def reason(found: Lead) -> str:
    return NotNurtured.objects.get(lead=found).reason


__all__ = ["KIM", "consent", "lead", "make_sender", "move", "nurtured", "reason", "running", "sequence", "step"]
