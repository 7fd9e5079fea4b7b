"""The mails to a person, by address. Called by the stage behind that knows whose addresses they are."""

from collections.abc import Iterable
from typing import Any

from leadstern.outbox.models import Delivery
from leadstern.outbox.queries import deliveries_to


def show(addresses: Iterable[str]) -> list[dict[str, Any]]:
    """Every mail with its text and what became of it (GDPR Art. 15).

    A mail with a secret of our own people (password reset) is never among them, even if one of them is a lead, too.
    """
    return [
        {
            "recipient": each.recipient,
            "subject": each.payload["subject"],
            "text": each.payload["text"],
            "state": each.state,
            "error": each.last_error,
            "created_at": each.created_at.isoformat(),
            "sent_at": each.sent_at.isoformat() if each.sent_at else None,
        }
        for each in deliveries_to(addresses).filter(is_private=False)
    ]


def erase(addresses: Iterable[str]) -> None:
    """Removes the mails; one that waits is not sent any more."""
    Delivery.objects.filter(recipient__in=list(addresses)).delete()
