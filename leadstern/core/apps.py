"""What the stage offers to the others when Django starts."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "leadstern.core"
    label = "core"
