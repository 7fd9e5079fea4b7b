"""The built-in mailbox: where mails go until a mail server is set up. Called by `work`."""

from datetime import datetime

from django.db.models import F

from leadstern.core.db import claim, write
from leadstern.outbox.models import Delivery, MailboxMessage
from leadstern.outbox.queries import due_deliveries
from leadstern.outbox.terms import DeliveryState


def keep_in_mailbox(*, now: datetime, limit: int) -> int:
    """Due mails become messages of the mailbox, exactly once (one transaction)."""
    with write():
        mine = claim(due_deliveries(now=now), limit=limit)
        MailboxMessage.objects.bulk_create([MailboxMessage(delivery=each, received_at=now) for each in mine])
        Delivery.objects.filter(pk__in=[each.pk for each in mine]).update(
            state=DeliveryState.SENT, sent_at=now, via="mailbox", last_error="", attempts=F("attempts") + 1
        )
    return len(mine)
