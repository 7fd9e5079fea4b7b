"""What the stage offers to the others when Django starts."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "leadstern.audit"
    label = "audit"
