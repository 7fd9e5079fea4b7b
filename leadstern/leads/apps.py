"""What the stage offers to the others when Django starts."""

from django.apps import AppConfig

from leadstern.core.registry import facts, personal_data


class LeadsConfig(AppConfig):
    name = "leadstern.leads"
    label = "leads"

    def ready(self) -> None:
        from leadstern.leads.facts import FACTS  # noqa: PLC0415 -- models are ready only now
        from leadstern.leads.personal_data import LEADS  # noqa: PLC0415 -- models are ready only now

        facts.offer(*FACTS)
        personal_data.offer(LEADS)
