"""What the stage offers to the others when Django starts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from leadstern.accounts.terms import Right
from leadstern.core.registry import Page, pages


class ReportsConfig(AppConfig):
    name = "leadstern.reports"
    label = "reports"

    def ready(self) -> None:
        see, words = Right.SEE_REPORTS, _("report, figures, conversion, statistics")
        pages.offer(
            Page("reports.funnel", _("Funnel"), "reports:funnel", "reports", see, words),
            Page("reports.mql_to_close", _("MQL to customer"), "reports:mql_to_close", "reports", see, words),
            Page("reports.cost", _("Cost"), "reports:cost", "reports", see, _("cost per lead, budget, return")),
            Page(
                "leads.spend", _("Spend"), "leads:spend", "reports", Right.RECORD_SPEND,
                _("cost, budget, advertising, cost per lead"),
            ),
        )  # fmt: skip
