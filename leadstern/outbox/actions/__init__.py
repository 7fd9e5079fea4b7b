"""Writes the outbox: queueing (any stage), decisions of staff, and what the worker's passes note down."""

from leadstern.outbox.actions.queueing import queue_mail, queue_mails, queue_system_mail
from leadstern.outbox.actions.staff import (
    cancel,
    cancel_unsent,
    ensure_default_sender,
    mark_taken,
    retry,
    save_sender,
)

__all__ = [
    "cancel",
    "cancel_unsent",
    "ensure_default_sender",
    "mark_taken",
    "queue_mail",
    "queue_mails",
    "queue_system_mail",
    "retry",
    "save_sender",
]
