"""The leads behind a figure. Every number of a report links here with the cell it stands in.

Enters: the address's parameters. Leaves: a queryset of leads. Called by the pages and the export.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from leadstern.leads.models import Lead
from leadstern.reports import cost, funnel, mql_to_close
from leadstern.reports.logic import next_month
from leadstern.reports.persons import within
from leadstern.reports.terms import Period, UnknownGrouping, UnknownReport

MQL_STEPS = ("n", "won", "accepted", "early")
FUNNEL_STEPS = (funnel.LEADS, *(stage.value for stage in funnel.PATH))
COST_STEPS = ("leads", "mqls", "customers", "unpaid")


@dataclass(frozen=True)
class Cell:
    """One figure: which report, which number (`step`), which row (`key`; `is_total`: all rows; None: no value)."""

    report: str
    step: str
    period: Period
    by: str = ""
    key: str | None = None
    source: str = ""
    is_total: bool = True


def address(cell: Cell, *, name: str = "leads") -> str:
    """Where the leads of the cell are listed; `name` "leads_csv" for the file."""
    wanted = {"step": cell.step, "by": cell.by, "source": cell.source}
    wanted |= {"since": _text(cell.period.since), "until": _text(cell.period.until)}
    if not cell.is_total:
        wanted |= {"row": "none"} if cell.key is None else {"row": "is", "key": cell.key}
    parameters = {key: value for key, value in wanted.items() if value or key == "key"}
    return f"{reverse(f'reports:{name}', args=[cell.report])}?{urlencode(parameters)}"


def cell_from(report: str, parameters: Mapping[str, str]) -> Cell:
    """The cell an address names. Raises UnknownReport or UnknownGrouping for what no page of ours would write."""
    row = parameters.get("row", "")
    if any("\0" in value for value in parameters.values()):  # PostgreSQL compares no text with a NUL in it
        raise UnknownGrouping("NUL")
    period = Period(_day(parameters.get("since", "")), _day(parameters.get("until", "")))
    return Cell(
        report=report,
        step=parameters.get("step", ""),
        period=period,
        by=parameters.get("by", ""),
        key=parameters.get("key", "") if row == "is" else None,
        source=parameters.get("source", ""),
        is_total=row not in ("is", "none"),
    )


def leads_in(cell: Cell) -> QuerySet[Lead]:
    """Those the figure counts; their number is the figure. Raises UnknownReport or UnknownGrouping."""
    known = {"mql-to-close": MQL_STEPS, "funnel": FUNNEL_STEPS, "cost": COST_STEPS}
    if cell.step not in known.get(cell.report, ()):
        raise UnknownReport(cell.report)
    if cell.report == "funnel":
        return _funnel(cell)
    return _mql_to_close(cell) if cell.report == "mql-to-close" else _cost(cell)


def _funnel(cell: Cell) -> QuerySet[Lead]:
    people = funnel.cohort(cell.period)
    return people if cell.step == funnel.LEADS else people.filter(**{f"reached_{cell.step}": True})


def _mql_to_close(cell: Cell) -> QuerySet[Lead]:
    people = mql_to_close.mqls(cell.period)
    if not cell.is_total:
        _check(cell.by, mql_to_close.GROUPINGS)
        in_row = {"source": cell.key} if cell.key is not None else {"source__isnull": True}
        people = people.filter(**in_row) if cell.by == "source" else within(people, "mql_at", _month(cell.key))
    marks = {"won": Q(won_at__isnull=False), "accepted": Q(is_accepted=True), "early": Q(won_at__lt=F("mql_at"))}
    return people.filter(marks.get(cell.step, Q()))


def _cost(cell: Cell) -> QuerySet[Lead]:
    period = cell.period.whole_months
    if cell.step == "unpaid":
        return cost.unpaid_leads(period)
    pairs = cost.recorded_pairs(period)
    if not cell.is_total:
        _check(cell.by, cost.GROUPINGS)
        if cell.by == "source":
            pairs = {pair for pair in pairs if pair[0] == cell.key}
        elif cell.by == "campaign":
            pairs = {pair for pair in pairs if pair == (cell.source, cell.key)}
    people = cost.paid_leads(period, pairs)
    if cell.by == "month" and not cell.is_total:
        people = within(people, "captured_at", _month(cell.key))
    reached = {"mqls": {"is_mql": True}, "customers": {"is_customer": True}}.get(cell.step, {})
    return people.filter(**reached)


def _check(by: str, groupings: tuple[str, ...]) -> None:
    if by not in groupings:
        raise UnknownGrouping(by)


def _month(key: str | None) -> Period:
    first = _day(f"{key}-01") if key else None
    if first is None:
        raise UnknownGrouping(key or "")
    return Period(first, next_month(first) - timedelta(days=1))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UnknownGrouping(text) from None


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
