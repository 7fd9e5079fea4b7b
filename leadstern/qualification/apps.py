"""What the stage offers to the others when Django starts."""

from django.apps import AppConfig
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from leadstern.accounts.terms import Right
from leadstern.core.registry import Fact, FactKind, Page, facts, pages, personal_data


class QualificationConfig(AppConfig):
    name = "leadstern.qualification"
    label = "qualification"

    def ready(self) -> None:
        """Offers facts, pages and personal data. Their modules need the app registry, so they are imported here."""
        from leadstern.qualification.personal_data import STAGES  # noqa: PLC0415 -- models are ready only now
        from leadstern.qualification.queries import stage_labels, stage_role  # noqa: PLC0415 -- models are ready only now

        facts.offer(
            Fact(
                "stage.role",
                _("Stage"),
                FactKind.CHOICE,
                stage_role,
                choices=lambda: list(stage_labels(get_language() or "de").items()),
            )
        )
        pages.offer(
            Page(
                "qualification.definition",
                _("MQL definition"),
                "qualification:definition",
                "score",
                Right.SEE_REPORTS,
                _("criteria, agreement, must, should"),
            ),
            Page(
                "qualification.stages",
                _("Stages"),
                "qualification:stages",
                "setup",
                Right.EDIT_DEFINITION,
                _("labels, funnel, names of the stages"),
            ),
        )
        personal_data.offer(STAGES)
