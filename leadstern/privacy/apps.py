"""What the stage offers to the others when Django starts."""

from django.apps import AppConfig

from leadstern.core.registry import personal_data


class PrivacyConfig(AppConfig):
    name = "leadstern.privacy"
    label = "privacy"

    def ready(self) -> None:
        from leadstern.privacy.personal_data import AUDIT  # noqa: PLC0415 -- models are ready only now

        personal_data.offer(AUDIT)
