"""What the page of the leads behind a figure says about it. Enters: the cell. Leaves: words. Called by the views."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from leadstern.qualification.queries import stage_labels
from leadstern.reports.drill import Cell
from leadstern.reports.pages.parts import month_label, period_words, source_label

REPORTS: dict[str, tuple[str, Any]] = {
    "funnel": ("reports:funnel", gettext_lazy("Funnel")),
    "mql-to-close": ("reports:mql_to_close", gettext_lazy("MQL to customer")),
    "cost": ("reports:cost", gettext_lazy("Cost")),
}
STEPS: dict[str, Any] = {
    "n": gettext_lazy("MQLs"),
    "accepted": gettext_lazy("Accepted by sales"),
    "won": gettext_lazy("Customers"),
    "early": gettext_lazy("Won before becoming an MQL"),
    "leads": gettext_lazy("Leads"),
    "mqls": gettext_lazy("MQLs"),
    "customers": gettext_lazy("Customers"),
    "unpaid": gettext_lazy("Leads without recorded spend"),
}


@dataclass(frozen=True)
class Behind:
    """`figure`: „MQLs · Paid search“; `report` and `url` lead back to the page the figure stands on, filtered alike."""

    figure: str
    report: Any
    url: str
    period: str


def behind(cell: Cell) -> Behind:
    """Of a cell that `drill` knows."""
    url_name, label = REPORTS[cell.report]
    row = "" if cell.is_total else _row(cell)
    wanted = {"since": cell.period.since, "until": cell.period.until, "by": cell.by}
    asked = urlencode({key: value for key, value in wanted.items() if value})
    # Spend is known by month, so that the figures about it are of whole months.
    period = cell.period.whole_months if cell.report == "cost" else cell.period
    address = reverse(url_name) + (f"?{asked}" if asked else "")
    return Behind(" · ".join(filter(None, (_step(cell), row))), label, address, period_words(period))


def _step(cell: Cell) -> str:
    if cell.report != "funnel":
        return str(STEPS[cell.step])
    labels = {stage.value: label for stage, label in stage_labels(get_language() or "de").items()}
    return labels[cell.step]


def _row(cell: Cell) -> str:
    if cell.by == "month":
        return month_label(cell.key)
    if cell.by == "campaign":
        return f"{source_label(cell.source)} · {cell.key or _('rest of the source')}"
    return source_label(cell.key)
