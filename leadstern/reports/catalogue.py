"""Every report by name, for the command line. Enters: name, grouping, period. Leaves: what JSON can hold."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from leadstern.reports import cost, funnel, mql_to_close
from leadstern.reports.terms import Period, UnknownGrouping, UnknownReport

Runner = Callable[[str, Period, datetime], dict[str, Any]]


def run(
    name: str, *, by: str = "", now: datetime, since: date | None = None, until: date | None = None
) -> dict[str, Any]:
    """The report as JSON. Without `by` the first grouping. Raises UnknownReport and UnknownGrouping."""
    if name not in REPORTS:
        known = {"name": name, "known": ", ".join(REPORTS)}
        raise UnknownReport(_("There is no report “%(name)s”. There are: %(known)s.") % known)
    groupings, runner = REPORTS[name]
    if by and by not in groupings:
        known = {"name": name, "by": by, "known": ", ".join(groupings) or "–"}
        raise UnknownGrouping(_("“%(name)s” cannot be grouped by “%(by)s”. Possible: %(known)s.") % known)
    return runner(by or next(iter(groupings), ""), Period(since, until), now)


REPORTS: dict[str, tuple[tuple[str, ...], Runner]] = {
    "funnel": ((), lambda _by, period, _now: funnel.funnel(period=period).as_json()),
    "mql-to-close": (
        mql_to_close.GROUPINGS,
        lambda by, period, now: mql_to_close.mql_to_close(by=by, period=period, now=now).as_json(),
    ),
    "cost": (cost.GROUPINGS, lambda by, period, _now: cost.cost(by=by, period=period).as_json()),
}
