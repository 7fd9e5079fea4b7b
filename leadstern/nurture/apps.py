"""What the stage offers to the others when Django starts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from leadstern.accounts.terms import Right
from leadstern.core.registry import Page, pages, personal_data
from leadstern.qualification import takers


class NurtureConfig(AppConfig):
    name = "leadstern.nurture"
    label = "nurture"

    def ready(self) -> None:
        from leadstern.nurture.personal_data import DATA  # noqa: PLC0415 -- models are ready only now

        takers.register("nurture")
        words = _("mails, drip, follow-up, not nurtured, parked")
        pages.offer(
            Page("nurture.sequences", _("Sequences"), "nurture:sequences", "nurture", Right.EDIT_SEQUENCES, words)
        )
        personal_data.offer(*DATA)
