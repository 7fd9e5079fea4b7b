"""What the stage offers to the others when Django starts."""

from django.apps import AppConfig


class JourneyConfig(AppConfig):
    name = "leadstern.journey"
    label = "journey"
