"""What the stage offers to the others when Django starts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from leadstern.accounts.terms import Right
from leadstern.core.registry import Page, pages


class CriteriaConfig(AppConfig):
    name = "leadstern.criteria"
    label = "criteria"

    def ready(self) -> None:
        words = _("condition, filter, group, target group")
        pages.offer(Page("criteria.segments", _("Segments"), "criteria:segments", "score", Right.SEE_ALL_LEADS, words))
