"""Pure decisions about consent: normal forms, shortened addresses, hashed secrets, what a history of events means."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from ipaddress import ip_address, ip_network

from leadstern.consent.terms import Channel, Event, Ground, Permission
from leadstern.core.text import email_key, phone_key

REQUEST_LIFE = timedelta(days=14)
REQUEST_KEPT = timedelta(days=30)
"""How long after its end an unanswered request is kept, to be told of and counted."""


def normal_address(channel: str, address: str) -> str:
    """The form under which a contact point is kept, the same as leads are recognised by (`core.text`)."""
    if channel == Channel.EMAIL:
        return email_key(address) or address.strip().lower()
    return phone_key(address) or "".join(address.split())


def ip_prefix(address: str) -> str:
    """The network an IP address lies in (/24 or /48): enough as evidence, too little to name a connection."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    found = getattr(found, "ipv4_mapped", None) or found
    return str(ip_network((found, 24 if found.version == 4 else 48), strict=False))


def token_hash(token: str) -> str:
    """What is stored of a secret link: a copy of the database opens no link."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def permission(events: Iterable[str]) -> Permission:
    """Decides from what happened, oldest first. The last confirmation or withdrawal counts; a new request takes
    nothing away from an older confirmation. Nothing happened: no."""
    ground = Ground.NONE
    for event in events:
        if event == Event.CONFIRMED:
            ground = Ground.CONFIRMED
        elif event == Event.WITHDRAWN:
            ground = Ground.WITHDRAWN
        elif ground is Ground.NONE:
            ground = Ground.UNCONFIRMED
    return Permission(ground is Ground.CONFIRMED, ground.value)
