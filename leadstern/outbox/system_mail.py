"""Django's own mails (password reset, security notices) as deliveries. Named in the settings as EMAIL_BACKEND."""

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from leadstern.core.time import now
from leadstern.outbox.actions import queue_system_mail


class OutboxBackend(BaseEmailBackend):
    """Queues each message once per recipient. Nothing is sent here: the request does not wait for a mail server."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        return sum(_queue(message) for message in email_messages)


def _queue(message: EmailMessage) -> int:
    recipients = message.recipients()
    for recipient in recipients:
        queue_system_mail(
            recipient=recipient,
            subject=" ".join(str(message.subject).split()),
            text=str(message.body),
            html=_html(message),
            now=now(),
        )
    return 1 if recipients else 0


def _html(message: EmailMessage) -> str:
    alternatives = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    return next((str(part[0]) for part in alternatives if part[1] == "text/html"), "")
