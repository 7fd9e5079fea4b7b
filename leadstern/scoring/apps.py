"""What the stage offers to the others when Django starts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from leadstern.accounts.terms import Right
from leadstern.core.registry import Fact, FactKind, Page, facts, pages, personal_data


class ScoringConfig(AppConfig):
    name = "leadstern.scoring"
    label = "scoring"

    def ready(self) -> None:
        """Offers facts, pages and personal data. Their modules need the app registry, so they are imported here."""
        from leadstern.scoring.personal_data import SCORES  # noqa: PLC0415 -- models are ready only now
        from leadstern.scoring.queries import expressions  # noqa: PLC0415 -- models are ready only now
        from leadstern.scoring.terms import Temperature  # noqa: PLC0415 -- models are ready only now

        facts.offer(
            Fact("score.fit", _("Fit"), FactKind.NUMBER, expressions.fit, unit=_("points")),
            Fact("score.activity", _("Activity"), FactKind.NUMBER, expressions.activity, unit=_("points")),
            Fact(
                "score.temperature",
                _("Temperature"),
                FactKind.CHOICE,
                expressions.temperature,
                choices=lambda: list(Temperature.choices),
            ),
        )
        pages.offer(
            Page(
                "scoring.overview",
                _("Scores"),
                "scoring:overview",
                "score",
                Right.SEE_ALL_LEADS,
                _("hottest temperature points"),
            ),
            Page(
                "scoring.model",
                _("Score model"),
                "scoring:model",
                "score",
                Right.EDIT_SCORING,
                _("rules points half-life cap"),
            ),
        )
        personal_data.offer(SCORES)
