"""What the stage offers to the others when Django starts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from leadstern.accounts.terms import Right
from leadstern.core.registry import Page, pages, personal_data
from leadstern.qualification import takers
from leadstern.sales.terms import TAKER


class SalesConfig(AppConfig):
    name = "leadstern.sales"
    label = "sales"

    def ready(self) -> None:
        """Takes verdicts; offers pages and personal data. Models can be imported only now."""
        from leadstern.sales.personal_data import SALES  # noqa: PLC0415 -- models are ready only now

        takers.register(TAKER)
        pages.offer(
            Page("opportunities", _("Opportunities"), "sales:opportunities", "sell", Right.SELL, _("board won lost"))
        )
        personal_data.offer(SALES)
