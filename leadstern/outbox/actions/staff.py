"""What people decide about mails and the sender, and the marks of the stages behind."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.core.db import write
from leadstern.core.errors import Invalid, Refused
from leadstern.core.text import email_key
from leadstern.outbox.logic import is_one_line
from leadstern.outbox.models import Delivery, SenderIdentity
from leadstern.outbox.queries import default_sender
from leadstern.outbox.terms import DeliveryState, Failure

CHUNK = 500
UNSENT = (DeliveryState.WAITING, DeliveryState.DEAD, DeliveryState.UNCERTAIN)
DEMO_DETAILS = (
    "Sonnwerk Beispiel GmbH · Musterweg 1 · 50667 Köln\nAmtsgericht Köln, HRB 00000 · Geschäftsführung: Kim Muster"
)


def retry(delivery: Delivery, *, by: User, now: datetime) -> None:
    """A person sends a failed or uncertain mail again, knowing that an uncertain one may arrive twice.

    Refused for a mail whose reason is gone.
    """
    if Delivery.objects.filter(pk=delivery.pk, is_unwanted=True).exists():
        raise Refused(
            _("The reason for this mail is gone (unsubscribed, or no longer in the sequence). It is not sent.")
        )
    fresh = {
        "attempts": 0,
        "next_try_at": now,
        "claimed_by": "",
        "handed_over_at": None,
        "failure": "",
        "is_taken": False,
    }
    wanted = Q(state__in=(DeliveryState.DEAD, DeliveryState.UNCERTAIN), is_unwanted=False)
    _decide(delivery, wanted, {"state": DeliveryState.WAITING, **fresh}, verb="delivery.retried", by=by, now=now)


def cancel(delivery: Delivery, *, by: User, now: datetime) -> None:
    """A person decides that a mail is not to be sent (again)."""
    states = Q(state__in=UNSENT)
    _decide(delivery, states, {"state": DeliveryState.CANCELLED}, verb="delivery.cancelled", by=by, now=now)


def _decide(
    delivery: Delivery,
    states: Q,
    changes: dict[str, object],
    *,
    verb: str,
    by: User,
    now: datetime,
) -> None:
    with write():
        if not Delivery.objects.filter(states, pk=delivery.pk).update(**changes):
            raise Refused(_("The mail has changed its state in the meantime. Nothing was done."))
        record(verb, delivery, by=by, now=now, data={"key": delivery.key, "was": delivery.state})


def cancel_unsent(ids: Iterable[int]) -> int:
    """The reason for these mails is gone (unsubscribed, became a customer): none of them is sent from now on, nor sent
    again by hand. Returns how many were cancelled.

    One that is being sent right now may end its try, but never waits again. An address that does not work is still
    told to whoever mends it. Joins the caller's transaction.
    """
    wanted = list(ids)
    told = Q(state=DeliveryState.DEAD, failure=Failure.RECIPIENT, is_taken=False)
    cancelled = 0
    for start in range(0, len(wanted), CHUNK):
        rows = Delivery.objects.filter(pk__in=wanted[start : start + CHUNK])
        rows.filter(state__in=(*UNSENT, DeliveryState.SENDING)).update(is_unwanted=True)
        cancelled += rows.filter(state__in=UNSENT).exclude(told).update(state=DeliveryState.CANCELLED)
    return cancelled


def mark_taken(ids: Iterable[int]) -> None:
    """The stage behind has taken these. Inside its transaction."""
    wanted = list(ids)
    for start in range(0, len(wanted), CHUNK):
        Delivery.objects.filter(pk__in=wanted[start : start + CHUNK]).update(is_taken=True)


def save_sender(
    *,
    name: str,
    address: str,
    reply_to: str,
    company_details: str,
    by: User | None,
    now: datetime,
    imprint_url: str = "",
    privacy_url: str = "",
) -> SenderIdentity:
    """Makes or changes the default sender. Mails already queued keep what they were queued with."""
    errors = _sender_mistakes(name, address, reply_to, company_details)
    errors |= _link_mistakes(imprint_url=imprint_url, privacy_url=privacy_url)
    if errors:
        raise Invalid(errors)
    values = {
        "name": name.strip(),
        "address": email_key(address) or "",
        "reply_to": email_key(reply_to) or "" if reply_to else "",
        "company_details": company_details.replace("\r\n", "\n").strip(),
        "imprint_url": imprint_url.strip(),
        "privacy_url": privacy_url.strip(),
    }
    with write():
        sender, _created = SenderIdentity.objects.update_or_create(is_default=True, defaults=values)
        record("sender.saved", sender, by=by, now=now, data=values)
    return sender


def _sender_mistakes(name: str, address: str, reply_to: str, company_details: str) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not name.strip() or not is_one_line(name):
        errors["name"] = [_("Please enter a name in one line.")]
    for field, value in (("address", address), ("reply_to", reply_to)):
        key = email_key(value) if is_one_line(value) else None
        if (value or field == "address") and (key is None or not key.isascii()):
            errors[field] = [_("This is not an e-mail address.")]
    if not company_details.strip():
        errors["company_details"] = [_("Business mails must carry the company details (§ 35a GmbHG).")]
    return errors


def _link_mistakes(**links: str) -> dict[str, list[str]]:
    """Anything else (javascript:, ftp:) is no page a visitor could read."""
    return {
        field: [_("Please give an address that begins with https://.")]
        for field, url in links.items()
        if url.strip() and not url.strip().lower().startswith(("https://", "http://"))
    }


def ensure_default_sender(*, now: datetime) -> SenderIdentity:
    """For the demo only: a sender with made-up company details, unless one is set up."""
    return default_sender() or save_sender(
        name="Sonnwerk Beispiel GmbH",
        address="hallo@sonnwerk.example",
        reply_to="",
        company_details=DEMO_DETAILS,
        by=None,
        now=now,
    )
