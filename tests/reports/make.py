"""Leads with a past: captured then, in these stages at these moments."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from leadstern.leads.models import Lead, Spend
from leadstern.qualification.models import Verdict
from leadstern.qualification.terms import Cause, Stage
from tests.conftest import NOW

MQL, SQL, ACCEPTED, WON = Stage.MARKETING_QUALIFIED, Stage.PHONE_QUALIFIED, Stage.SALES_ACCEPTED, Stage.WON


def at(day: str, hour: int = 12) -> datetime:
    """That hour of the day in Berlin."""
    year, month, number = map(int, day.split("-"))
    return datetime(year, month, number, hour, tzinfo=timezone.get_default_timezone())


def lead(captured: str = "2026-01-10", stages: dict[Stage, str] | None = None, **values: Any) -> Lead:
    moment = at(captured)
    made = Lead.objects.create(captured_at=moment, created_at=moment, **values)
    Verdict.objects.bulk_create(
        Verdict(lead=made, stage=stage, cause=Cause.IMPORTED, at=at(day), recorded_at=NOW, is_current=False)
        for stage, day in (stages or {}).items()
    )
    return made


def spend(month: str, source: str, amount: str, campaign: str = "") -> Spend:
    return Spend.objects.create(
        month=date.fromisoformat(month), source=source, campaign=campaign, amount=Decimal(amount)
    )
