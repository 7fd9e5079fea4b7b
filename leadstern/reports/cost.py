"""What does a customer cost? Recorded spend beside the leads it brought: by source, campaign or month.

Enters: grouping, period. Leaves: a `CostReport`. Cost per lead never stands without cost per customer (cheap leads that
nobody buys from are the usual self-deception). Called by its page, the drill-down and the command line.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DateField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import TruncMonth
from django.utils import timezone

from leadstern.leads.models import Lead, Spend
from leadstern.qualification.terms import Stage
from leadstern.reports.funnel import PATH
from leadstern.reports.logic import Cost, Pair, Spent, Won, cost_rows
from leadstern.reports.persons import has_reached, month_of, persons, within
from leadstern.reports.terms import Period

GROUPINGS = ("source", "campaign", "month")


@dataclass(frozen=True)
class CostReport:
    """`unpaid_leads`: leads for whose source no amount is recorded in the month they came; they are in no row."""

    by: str
    period: Period
    total: Cost
    rows: tuple[Cost, ...]
    unpaid_leads: int

    def as_json(self) -> dict[str, Any]:
        """Amounts are numbers with two decimals in the company's currency."""
        rows = [{"key": row.key, **_origin(self.by, row), **_numbers(row)} for row in self.rows]
        return {"total": _numbers(self.total), "rows": rows, "notes": {"leads_without_spend": self.unpaid_leads}}


def cost(*, by: str, period: Period) -> CostReport:
    """Two queries. Spend is known by month only, so the period is widened to whole months; leads count by
    the month of their first contact."""
    period = period.whole_months
    spent = [Spent(*row) for row in _spends(period).values_list("source", "campaign", "month", "amount")]
    rows, total, unpaid = cost_rows(spent, _won(period), by=by)
    return CostReport(by, period, total, tuple(rows), unpaid)


def recorded_pairs(period: Period) -> set[Pair]:
    return set(_spends(period).values_list("source", "campaign").distinct())


def paid_leads(period: Period, pairs: Collection[Pair]) -> QuerySet[Lead]:
    """The leads that the recorded amounts of these pairs paid for (see `logic.payer`)."""
    paid = Q(pk__in=[])
    for source, campaign in pairs:
        if campaign:
            paid |= Q(source=source, campaign=campaign, is_paid_by_campaign=True)
        else:
            paid |= Q(source=source, is_paid_by_campaign=False, is_paid_by_source=True)
    return _with_payer(period).filter(paid)


def unpaid_leads(period: Period) -> QuerySet[Lead]:
    """The leads for which no amount is recorded."""
    return _with_payer(period).filter(is_paid_by_campaign=False, is_paid_by_source=False)


def _with_payer(period: Period) -> QuerySet[Any]:
    month = TruncMonth("captured_at", tzinfo=timezone.get_default_timezone(), output_field=DateField())
    leads = marked(period).annotate(paid_month=month)
    spends = Spend.objects.filter(source=OuterRef("source"), month=OuterRef("paid_month"))
    by_campaign = spends.filter(campaign=OuterRef("campaign")).exclude(campaign="")
    return leads.annotate(is_paid_by_campaign=Exists(by_campaign), is_paid_by_source=Exists(spends.filter(campaign="")))


def marked(period: Period) -> QuerySet[Lead]:
    """Persons captured in the months of the period, with what became of them."""
    reached = {"is_mql": has_reached(*PATH), "is_customer": has_reached(Stage.WON)}
    return within(persons(), "captured_at", period).annotate(**reached)


def _spends(period: Period) -> QuerySet[Spend]:
    bounds: dict[str, date] = {}
    if period.since is not None:
        bounds["month__gte"] = period.since
    if period.until is not None:
        bounds["month__lte"] = period.until
    return Spend.objects.filter(**bounds)


def _won(period: Period) -> list[Won]:
    grouped = marked(period).annotate(month=month_of("captured_at")).values("source", "campaign", "month").order_by()
    counted = grouped.annotate(
        leads=Count("pk"),
        mqls=Count(Case(When(is_mql=True, then=Value(1)))),
        customers=Count(Case(When(is_customer=True, then=Value(1)))),
    )
    return [
        Won(row["source"], row["campaign"], row["month"].date(), row["leads"], row["mqls"], row["customers"])
        for row in counted
    ]


def _origin(by: str, row: Cost) -> dict[str, Any]:
    return {"source": row.source} if by == "campaign" else {}


def _numbers(row: Cost) -> dict[str, Any]:
    return {
        "amount": float(row.amount),
        "leads": row.leads,
        "mqls": row.mqls,
        "customers": row.customers,
        "per_lead": _float(row.per_lead),
        "per_mql": _float(row.per_mql),
        "per_customer": _float(row.per_customer),
    }


def _float(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)
