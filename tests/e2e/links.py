"""Personal links out of the demo's mails, as JSON: {"c": path, "d": path, "u": path}. Run by `Running.module`."""

import json
import re
import sys

from leadstern.outbox.models import MailboxMessage

LINK = re.compile(r"/([cdu])/[A-Za-z0-9_.:=-]+/")


def links() -> dict[str, str]:
    """The newest of each kind: to confirm a consent, to fetch a file, to unsubscribe."""
    texts = [mail.delivery.payload["text"] for mail in MailboxMessage.objects.select_related("delivery").order_by("id")]
    return {found[1]: found[0] for text in texts for found in LINK.finditer(text)}


if __name__ == "__main__":
    json.dump(links(), sys.stdout)
