"""Writes wordings and the ledger of consent. Called by capture, nurture and the public confirmation page."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.consent.default_wordings import TEXTS
from leadstern.consent.logic import REQUEST_KEPT, REQUEST_LIFE, normal_address, token_hash
from leadstern.consent.models import LedgerEntry, Wording
from leadstern.consent.queries import current_wording, requests_to_forget
from leadstern.consent.terms import Event, Purpose
from leadstern.core.db import claim, write
from leadstern.core.errors import Invalid, Refused


def publish_wording(*, purpose: str, language: str, text: str, now: datetime, by: User | None) -> Wording:
    """Adds the next version; the older ones stay. Refused when nothing changed, Invalid when there is no text."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid({"text": [_("Please enter the text.")]})
    if purpose not in Purpose.values or language not in dict(settings.LANGUAGES):
        raise Invalid({"": [_("There is no such text.")]})
    with write():
        newest = current_wording(purpose, language=language)
        if newest and newest.text == text:
            raise Refused(_("The text is the same as before; nothing was published."))
        wording = _add_wording(purpose=purpose, language=language, text=text, now=now)
        record("wording.published", wording, by=by, now=now, data={"version": wording.version, "language": language})
    return wording


def ensure_default_wordings(*, now: datetime) -> int:
    """Publishes our texts where none was ever published. Returns how many; called when a database is set up."""
    with write():
        missing = [
            (purpose, language, text)
            for (purpose, language), text in TEXTS.items()
            if current_wording(purpose, language=language) is None
        ]
        for purpose, language, text in missing:
            _add_wording(purpose=purpose, language=language, text=text, now=now)
    return len(missing)


def _add_wording(*, purpose: str, language: str, text: str, now: datetime) -> Wording:
    versions = Wording.objects.filter(purpose=purpose, language=language)
    number = (versions.aggregate(newest=Max("version"))["newest"] or 0) + 1
    return Wording.objects.create(purpose=purpose, language=language, version=number, text=text, published_at=now)


def request_consent(
    *, channel: str, address: str, purpose: str, wording: Wording | None, evidence: dict[str, Any], now: datetime
) -> tuple[LedgerEntry, str]:
    """Notes that somebody asked for this and returns the secret for the confirmation link, which only the mail holds.

    Double opt-in (BGH I ZR 164/09): the request itself is evidence, too. Without an answer it ends after 14 days and
    is deleted 30 days later (`forget_requests`).
    Joins the caller's transaction.
    """
    token = secrets.token_urlsafe(32)
    with write():
        entry = LedgerEntry.objects.create(
            channel=channel,
            address=normal_address(channel, address),
            purpose=purpose,
            event=Event.REQUESTED,
            at=now,
            wording=wording,
            evidence=evidence,
            token=token_hash(token),
            expires_at=now + REQUEST_LIFE,
            forget_at=now + REQUEST_LIFE + REQUEST_KEPT,
        )
    return entry, token


def confirm_consent(token: str, *, evidence: dict[str, Any], now: datetime) -> LedgerEntry:
    """Adds the confirmation with its evidence. Repeated, even after a withdrawal: the first one, unchanged.

    Refused when the link is unknown or its time is over.
    """
    with write():
        requests = LedgerEntry.objects.select_for_update(of=("self",)).filter(event=Event.REQUESTED)
        request = requests.filter(token=token_hash(token)).first()
        if request is None:
            raise Refused(_("This link is not known."))
        confirmed = request.answers.filter(event=Event.CONFIRMED).first()
        if confirmed:
            return confirmed
        if request.expires_at is None or request.expires_at <= now:
            raise Refused(_("This link is no longer valid."))
        requests.filter(pk=request.pk).update(forget_at=None)
        return _answer(request, event=Event.CONFIRMED, evidence=evidence, now=now)


def _answer(request: LedgerEntry, *, event: Event, evidence: dict[str, Any], now: datetime) -> LedgerEntry:
    return LedgerEntry.objects.create(
        channel=request.channel,
        address=request.address,
        purpose=request.purpose,
        event=event,
        at=now,
        wording_id=request.wording_id,
        evidence=evidence,
        request=request,
    )


def withdraw_consent(
    *, channel: str, address: str, purpose: str, evidence: dict[str, Any], now: datetime
) -> LedgerEntry:
    """Adds a withdrawal, also where no consent was ever given (GDPR Art. 21). Repeated: returns the one that stands."""
    address = normal_address(channel, address)
    with write():
        told = LedgerEntry.objects.filter(channel=channel, address=address, purpose=purpose)
        latest = told.exclude(event=Event.REQUESTED).order_by("-id").first()
        if latest and latest.event == Event.WITHDRAWN:
            return latest
        return LedgerEntry.objects.create(
            channel=channel, address=address, purpose=purpose, event=Event.WITHDRAWN, at=now, evidence=evidence
        )


def forget_requests(*, now: datetime, limit: int) -> int:
    """Deletes up to `limit` requests that nobody answered and whose time ended 30 days ago: an address that was only
    typed in is nothing to keep (GDPR Art. 5(1)(e)). What was confirmed or withdrawn stays. How many."""
    with write():
        due = [entry.pk for entry in claim(requests_to_forget(now=now), limit=limit)]
        LedgerEntry.objects.filter(pk__in=due).delete()
    return len(due)


def mark_taken(ids: Iterable[int]) -> None:
    """The stage behind has taken these confirmations. Inside its transaction."""
    LedgerEntry.objects.filter(pk__in=list(ids)).update(is_taken=True)
