"""What the stage offers to the others when Django starts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from leadstern.accounts.terms import Right
from leadstern.core.registry import Page, pages


class OutboxConfig(AppConfig):
    name = "leadstern.outbox"
    label = "outbox"

    def ready(self) -> None:
        mail, setup = _("mails, messages, e-mail"), Right.MANAGE_SYSTEM
        pages.offer(
            Page("outbox.mailbox", _("Built-in mailbox"), "outbox:mailbox", "nurture", Right.SEE_MAILBOX, mail),
            Page("outbox.outbox", _("Outbox"), "outbox:outbox", "setup", setup, _("failed mails, uncertain, retry")),
            Page("outbox.sender", _("Sender"), "outbox:sender", "setup", setup, _("sender, company details, imprint")),
        )
