"""What the ledger knows of a person, by contact point. Called by a stage behind that knows whose they are."""

from collections.abc import Iterable
from typing import Any

from leadstern.consent.models import LedgerEntry
from leadstern.consent.queries import entries_of
from leadstern.consent.terms import Event


def show(addresses: Iterable[str]) -> list[dict[str, Any]]:
    """Every entry with its wording (GDPR Art. 15)."""
    return [
        {
            "channel": entry.channel,
            "address": entry.address,
            "purpose": entry.purpose,
            "event": entry.event,
            "at": entry.at.isoformat(),
            "wording": entry.wording.text if entry.wording else "",
            "evidence": entry.evidence,
        }
        for entry in entries_of(addresses)
    ]


def erase(addresses: Iterable[str]) -> None:
    """Removes requests that never became a consent. Given or withdrawn consents stay as proof (GDPR Art. 17(3)(e),
    UWG § 7a: five years from every use) and so that a withdrawal is honoured for ever."""
    wanted = list(addresses)
    answered = LedgerEntry.objects.filter(address__in=wanted, request__isnull=False).values("request_id")
    LedgerEntry.objects.filter(address__in=wanted, event=Event.REQUESTED).exclude(pk__in=answered).delete()
