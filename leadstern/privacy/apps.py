"""What the stage offers to the others when Django starts."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "leadstern.privacy"
    label = "privacy"
