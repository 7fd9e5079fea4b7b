"""Erasing somebody changes no report: figures and the lists behind them are the same before and after."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from leadstern.accounts.models import User
from leadstern.journey.actions import walk_until_done
from leadstern.leads.actions import record_spend
from leadstern.leads.models import Lead
from leadstern.privacy.actions import erase_person
from leadstern.qualification.queries import current_stage
from leadstern.reports.catalogue import REPORTS, run
from leadstern.reports.drill import COST_STEPS, FUNNEL_STEPS, MQL_STEPS, Cell, leads_in
from leadstern.reports.terms import Period
from tests.capture.make import send
from tests.privacy.make import SOON, whole_way

STEPS = {"funnel": FUNNEL_STEPS, "mql-to-close": MQL_STEPS, "cost": COST_STEPS}
PERIODS = (Period(None, None), Period(date(2026, 11, 1), date(2026, 11, 30)))


@pytest.fixture
def customer(now: datetime, ben: User, carla: User, doris: User) -> Lead:
    return whole_way(inside=ben, field=carla, head=doris)


def _everything(now: datetime) -> dict[str, Any]:
    """Every report in every grouping, and who stands behind every figure."""
    told: dict[str, Any] = {}
    for name, (groupings, _runner) in REPORTS.items():
        for by in groupings or ("",):
            report = run(name, by=by, now=now)
            told[f"{name} {by}"] = report
            for cell in _cells(name, by, report):
                told[str(cell)] = sorted(leads_in(cell).values_list("pk", flat=True))
    return told


def _cells(report: str, by: str, told: dict[str, Any]) -> Iterator[Cell]:
    for step in STEPS[report]:
        for period in PERIODS:
            yield Cell(report, step, period, by=by)
            for row in told.get("rows", ()) if by else ():
                key, source = row["key"], row.get("source") or ""
                yield Cell(report, step, period, by=by, key=key, source=source, is_total=False)


def _enquiry(number: int, **values: Any) -> Lead:
    before = set(Lead.objects.values_list("pk", flat=True))
    send(Client(), "kontakt", name=f"Person {number}", email=f"p{number}@web.de", message="Hallo", **values)
    walk_until_done(now=SOON)
    return Lead.objects.exclude(pk__in=before).get()


def test_no_figure_changes_when_a_customer_an_mql_and_a_mere_lead_are_erased(
    customer: Lead, doris: User, emil: User, now: datetime
) -> None:
    ready = _enquiry(1, phone="0221 5550 111", postcode="50667")
    mere = _enquiry(2)
    record_spend(month=date(2026, 11, 1), source=customer.source or "", campaign="", amount=Decimal(500), note="",
                 by=doris, now=now)  # fmt: skip
    people = (customer, ready, mere)
    assert [current_stage(lead.pk) for lead in people] == ["won", "marketing_qualified", "captured"]
    before = _everything(now)
    assert {tuple(told) for told in before.values() if isinstance(told, list)} >= {(customer.pk,), ()}

    for lead in people:
        erase_person(lead, by=emil, now=SOON)
        walk_until_done(now=SOON)
        assert _everything(now) == before
