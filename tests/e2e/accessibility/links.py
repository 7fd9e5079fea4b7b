"""Personal links out of the demo's mails, as JSON: {"c open": path, …}. Run by `Running.module`, in the installation.

Leaves the newest of each kind (c: confirm a consent, d: fetch a file, u: unsubscribe) in each state there is.
"""

import json
import re
import sys
from datetime import datetime

from leadstern.capture.queries import grant_by_secret
from leadstern.consent.queries import request_for_token
from leadstern.core.time import now
from leadstern.nurture.queries import is_out, read_way_out
from leadstern.outbox.models import MailboxMessage

LINK = re.compile(r"/([cdu])/([A-Za-z0-9_.:=-]+)/")


def links(*, at: datetime) -> dict[str, str]:
    """Kind and state to path; the last one wins."""
    texts = [mail.delivery.payload["text"] for mail in MailboxMessage.objects.select_related("delivery").order_by("id")]
    found = [link for text in texts for link in LINK.finditer(text)]
    return {f"{link[1]} {_state(link[1], link[2], at=at)}": link[0] for link in found}


def _state(kind: str, secret: str, *, at: datetime) -> str:
    if kind == "u":
        return "used" if is_out(read_way_out(secret)) else "open"
    if kind == "d":
        grant = grant_by_secret(secret)
        return "gone" if grant is None else "open" if grant.expires_at > at else "expired"
    entry = request_for_token(secret)
    if entry is None or entry.expires_at is None:
        return "gone"
    is_used = entry.answers.filter(event="confirmed").exists()
    return "used" if is_used else "open" if entry.expires_at > at else "expired"


if __name__ == "__main__":
    json.dump(links(at=now()), sys.stdout)
