"""How many MQLs buy? By source, or by the month in which they became MQL (a cohort, not a calendar month of sales).

Enters: grouping, period, the moment. Leaves: an `MqlToClose`. Called by its page, the drill-down and the command line.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from leadstern.leads.models import Lead
from leadstern.qualification.terms import Stage
from leadstern.reports.logic import is_unfinished, share
from leadstern.reports.persons import first_at, has_reached, month_key, month_of, persons, within
from leadstern.reports.terms import Period, Share

GROUPINGS = ("source", "month")


@dataclass(frozen=True)
class Row:
    """One source (None: none given) or one month. `accepted`: taken over by sales; `early`: won before being MQL."""

    key: str | None
    share: Share
    accepted: Share
    early: int
    is_unfinished: bool


@dataclass(frozen=True)
class MqlToClose:
    """Rows by n descending (sources) or by month. `unfinished`: MQLs in cohorts younger than the observation window."""

    by: str
    period: Period
    total: Row
    rows: tuple[Row, ...]

    def as_json(self) -> dict[str, Any]:
        """`notes` names what the rates alone would hide."""
        return {
            "total": _numbers(self.total),
            "rows": [{"key": row.key, **_numbers(row)} for row in self.rows],
            "notes": {
                "won_before_mql": self.total.early,
                "unfinished": [row.key for row in self.rows if row.is_unfinished],
            },
        }


def mql_to_close(*, by: str, period: Period, now: datetime) -> MqlToClose:
    """Two queries, whatever the number of leads. Everybody who ever became MQL counts once, by the first time."""
    grouped = mqls(period).values(key=_key(by)).order_by()
    rows = [_row(by, dict(counted), now) for counted in grouped.annotate(**_COUNTS)]
    rows.sort(key=(lambda row: row.key or "") if by == "month" else _largest_first)
    total = _row("", mqls(period).aggregate(**_COUNTS) | {"key": None}, now)
    return MqlToClose(by, period, total, tuple(rows))


def mqls(period: Period) -> QuerySet[Lead]:
    """Those who became MQL in the period, with what became of them."""
    marked = persons().annotate(
        mql_at=first_at(Stage.MARKETING_QUALIFIED),
        won_at=first_at(Stage.WON),
        is_accepted=has_reached(Stage.SALES_ACCEPTED, Stage.WON),
    )
    return within(marked.filter(mql_at__isnull=False), "mql_at", period)


_COUNTS: dict[str, Any] = {
    "n": Count("pk"),
    "won": Count("pk", filter=Q(won_at__isnull=False)),
    "accepted": Count("pk", filter=Q(is_accepted=True)),
    "early": Count("pk", filter=Q(won_at__lt=F("mql_at"))),
}


def _key(by: str) -> Any:
    return month_of("mql_at") if by == "month" else F("source")


def _row(by: str, counted: dict[str, Any], now: datetime) -> Row:
    key = counted["key"]
    is_young = by == "month" and is_unfinished(key.date(), now)
    return Row(
        month_key(key) if by == "month" else key,
        share(counted["n"], counted["won"]),
        share(counted["n"], counted["accepted"]),
        counted["early"],
        is_young,
    )


def _largest_first(row: Row) -> tuple[int, bool, str]:
    return -row.share.n, row.key is None, row.key or ""


def _numbers(row: Row) -> dict[str, Any]:
    one = row.share
    return {"n": one.n, "won": one.won, "rate": one.rate, "low": one.low, "high": one.high}
