"""Puts finished mails into the outbox. Enters: texts of any stage. Leaves: Delivery rows, once per key."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from leadstern.core.db import write
from leadstern.core.errors import Invalid, Refused
from leadstern.core.text import email_key
from leadstern.outbox.logic import mistakes, with_details
from leadstern.outbox.models import Delivery, SenderIdentity
from leadstern.outbox.queries import default_sender, system_sender
from leadstern.outbox.terms import Mail

CHUNK = 500


def queue_mail(
    *,
    key: str,
    recipient: str,
    subject: str,
    text: str,
    html: str = "",
    headers: dict[str, str] | None = None,
    now: datetime,
    sender: SenderIdentity | None = None,
    taker: str = "",
) -> Delivery:
    """Queues one mail and returns its row; the same key returns the row there is, unchanged.

    Joins the caller's transaction: the mail goes out if and only if that commits. The company details of the sender
    are added to both parts. Refused without a sender; Invalid for what is no mail (several recipients, line breaks in
    a header).
    """
    mail = Mail(key, recipient, subject, text, html, headers or {}, taker)
    return queue_mails([mail], now=now, sender=sender)[key]


def queue_mails(mails: Sequence[Mail], *, now: datetime, sender: SenderIdentity | None = None) -> dict[str, Delivery]:
    """`queue_mail` for many, in a constant number of statements per 500. Returns the rows by key; all or none."""
    sender = sender or default_sender()
    if sender is None or not sender.company_details.strip():
        raise Refused(_("No sender is set up. Mails need a sender with the company details (Set up › Sender)."))
    return _queue(mails, sender=sender, now=now, is_private=False)


def queue_system_mail(*, recipient: str, subject: str, text: str, html: str = "", now: datetime) -> Delivery:
    """A mail to one of our own people (password reset). Works before a sender is set up; hidden from the mailbox of
    those who may not manage users, because its link is a key to an account."""
    mail = Mail(f"system:{uuid4().hex}", recipient, subject, text, html)
    return _queue([mail], sender=system_sender(), now=now, is_private=True)[mail.key]


def _queue(mails: Sequence[Mail], *, sender: SenderIdentity, now: datetime, is_private: bool) -> dict[str, Delivery]:
    rows = [_row(mail, sender=sender, now=now, is_private=is_private) for mail in mails]
    with write():
        Delivery.objects.bulk_create(rows, batch_size=CHUNK, ignore_conflicts=True)
        return {row.key: row for row in _by_key([mail.key for mail in mails])}


def _by_key(keys: list[str]) -> Iterable[Delivery]:
    for start in range(0, len(keys), CHUNK):
        yield from Delivery.objects.filter(key__in=keys[start : start + CHUNK])


def _row(mail: Mail, *, sender: SenderIdentity, now: datetime, is_private: bool) -> Delivery:
    if found := mistakes(mail):
        raise Invalid(found)
    recipient = email_key(mail.recipient) or ""
    return Delivery(
        key=mail.key,
        recipient=recipient,
        payload=_payload(mail, recipient, sender),
        next_try_at=now,
        created_at=now,
        taker=mail.taker,
        is_private=is_private,
    )


def _payload(mail: Mail, recipient: str, sender: SenderIdentity) -> dict[str, Any]:
    text, html = with_details(mail.text, mail.html, sender.company_details)
    return {
        "sender": {"name": sender.name, "address": sender.address, "reply_to": sender.reply_to},
        "recipient": recipient,
        "subject": mail.subject.strip(),
        "text": text,
        "html": html,
        "headers": mail.headers,
    }
