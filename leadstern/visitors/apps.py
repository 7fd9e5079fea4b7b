"""What the stage offers to the others when Django starts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from leadstern.accounts.terms import Right
from leadstern.core.registry import Page, pages


class VisitorsConfig(AppConfig):
    name = "leadstern.visitors"
    label = "visitors"

    def ready(self) -> None:
        pages.offer(
            Page(
                "visitors.sites",
                _("Websites"),
                "visitors:sites",
                "capture",
                Right.BUILD_FORMS,
                _("website, snippet, tracking, install, visitors, consent"),
            )
        )
