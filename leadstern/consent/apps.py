"""What the stage offers to the others when Django starts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from leadstern.accounts.terms import Right
from leadstern.core.registry import Page, pages


class ConsentConfig(AppConfig):
    name = "leadstern.consent"
    label = "consent"

    def ready(self) -> None:
        words = _("privacy notice, wording, double opt-in, consent text")
        pages.offer(
            Page("consent.wordings", _("Consent texts"), "consent:wordings", "setup", Right.MANAGE_SYSTEM, words)
        )
