"""The mails to a person, by address. Called by the stage behind that knows whose addresses they are."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from leadstern.outbox.models import Delivery


def show(addresses: Iterable[str], *, also: Iterable[int] = ()) -> list[dict[str, Any]]:
    """Every mail to these addresses, and those with these ids, with text and what became of it (GDPR Art. 15).

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
        for each in _theirs(addresses, also).order_by("-id")
    ]


def erase(addresses: Iterable[str], *, also: Iterable[int] = ()) -> None:
    """Removes the mails to these addresses, and those with these ids. One that waits is not sent any more, one that is
    just being sent is not repeated. Mails with a secret of our own people stay, as they are not shown."""
    _theirs(addresses, also).delete()


def _theirs(addresses: Iterable[str], ids: Iterable[int]) -> QuerySet[Delivery]:
    return Delivery.objects.filter(Q(recipient__in=list(addresses)) | Q(pk__in=list(ids)), is_private=False)
