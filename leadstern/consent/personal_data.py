"""What the ledger knows of a person, by contact point. Called by a stage behind that knows whose they are."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from leadstern.consent.actions import withdraw_consent
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


def erase(addresses: Iterable[str], *, now: datetime) -> None:
    """Removes requests that never became a consent, and ends the consents that stand: whoever wants to be forgotten
    wants no mail either, and agrees anew if they come back.

    What was given or withdrawn stays as proof (GDPR Art. 17(3)(e), UWG § 7a: five years from every use) and so that a
    withdrawal is honoured for ever. Joins the caller's transaction.
    """
    wanted = list(addresses)
    answered = LedgerEntry.objects.filter(address__in=wanted, request__isnull=False).values("request_id")
    LedgerEntry.objects.filter(address__in=wanted, event=Event.REQUESTED).exclude(pk__in=answered).delete()
    for channel, address, purpose in _standing(wanted):
        evidence = {"method": "erasure"}
        withdraw_consent(channel=channel, address=address, purpose=purpose, evidence=evidence, now=now)


def _standing(addresses: list[str]) -> list[tuple[str, str, str]]:
    """Channel, address and purpose of the consents that nobody has withdrawn."""
    rows = LedgerEntry.objects.filter(address__in=addresses).exclude(event=Event.REQUESTED).order_by("id")
    last = {tuple(key): event for *key, event in rows.values_list("channel", "address", "purpose", "event")}
    return [
        (channel, address, purpose) for (channel, address, purpose), event in last.items() if event == Event.CONFIRMED
    ]
