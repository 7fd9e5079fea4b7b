"""What the stage offers to the others when Django starts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from leadstern.core.registry import Page, pages


class DeskConfig(AppConfig):
    name = "leadstern.desk"
    label = "desk"

    def ready(self) -> None:
        pages.offer(
            Page("today", _("Today"), "desk:today", "today", "work_queue", _("queue call next")),
            Page("start", _("Overview"), "desk:start", "today", "signed_in", _("start figures")),
            Page("leads", _("Leads"), "desk:leads", "leads", "see_leads", _("list search people")),
            Page("people", _("People"), "desk:people", "setup", "manage_users", _("users roles teams")),
            Page("system", _("System"), "desk:system", "setup", "manage_system", _("doctor health worker")),
            Page("audit", _("Audit trail"), "desk:audit", "setup", "see_audit", _("changes log")),
        )
