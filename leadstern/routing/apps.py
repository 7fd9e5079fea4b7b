"""What the stage offers to the others when Django starts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from leadstern.accounts.terms import Right
from leadstern.core.registry import Fact, FactKind, Page, facts, pages, personal_data
from leadstern.qualification import takers


class RoutingConfig(AppConfig):
    name = "leadstern.routing"
    label = "routing"

    def ready(self) -> None:
        """Takes verdicts; offers a fact, pages and personal data. Models can be imported only now."""
        from leadstern.routing.personal_data import ASSIGNMENTS  # noqa: PLC0415 -- models are ready only now
        from leadstern.routing.queries import TAKER, is_assigned  # noqa: PLC0415 -- models are ready only now

        right = Right.EDIT_ROUTING
        takers.register(TAKER)
        facts.offer(Fact("owner.is_assigned", _("Has an owner"), FactKind.BOOLEAN, is_assigned))
        pages.offer(
            Page("regions", _("Regions"), "routing:regions", "route", right, _("postcode turn absence")),
            Page("assignments", _("Assignments"), "routing:assignments", "route", right, _("owner reason")),
        )
        personal_data.offer(ASSIGNMENTS)
