"""Sends what waits in the outbox. Enters: due deliveries. Leaves: sent, dead or uncertain ones. The worker calls."""

from datetime import datetime
from uuid import uuid4

from django.conf import settings

from leadstern.outbox import mime
from leadstern.outbox.actions.sending import (
    claim_due,
    end_outage,
    hand_over,
    note_outage,
    record_result,
    recover_stuck,
    release,
)
from leadstern.outbox.models import Delivery
from leadstern.outbox.queries import due_deliveries, has_mail_server, outage
from leadstern.outbox.terms import Failure, Result, ResultKind, ServerUnavailable
from leadstern.outbox.transports.mailbox import keep_in_mailbox
from leadstern.outbox.transports.smtp import Connection

BATCH = 50


def run_due(*, now: datetime, limit: int) -> int:
    """Sends up to `limit` due mails and returns how many were dealt with; 0 also while the server cannot be used.

    At most once in effect: each mail is claimed, marked as handed over in a commit of its own just before its content
    goes out, and recorded after the answer. Killed before the mark, it waits again (after ten minutes); killed between
    mark and record, it becomes UNCERTAIN, is shown to staff and never repeated by itself. Without a mail server the
    built-in mailbox takes it exactly once. A refused recipient does not hold up the others; a server that is down costs
    no mail a try.
    """
    recover_stuck(now=now)
    if not has_mail_server():
        return keep_in_mailbox(now=now, limit=limit)
    trouble = outage()
    if (trouble and trouble.until > now) or not due_deliveries(now=now).exists():
        return 0
    try:
        connection = Connection(settings.OWN["LEADSTERN_SMTP_URL"])
    except ServerUnavailable as error:
        note_outage(str(error), now=now)
        return 0
    with connection:
        return _send_claimed(connection, now=now, limit=min(limit, BATCH))


def _send_claimed(connection: Connection, *, now: datetime, limit: int) -> int:
    """Claims are small, so that they are still young when their turn comes."""
    by = uuid4().hex
    waiting = claim_due(now=now, limit=limit, by=by)
    tried = 0
    try:
        for delivery in waiting:
            result = _send(connection, delivery, by=by, now=now)
            record_result(delivery, result, by=by, now=now)
            tried += 1
            if not result.is_connected:
                if result.kind is not ResultKind.NOT_MINE:
                    note_outage(result.error, now=now)
                break
            if tried == 1:
                end_outage()
    finally:
        if tried < len(waiting):
            release([each.pk for each in waiting[tried:]], by=by)
    return tried


def _send(connection: Connection, delivery: Delivery, *, by: str, now: datetime) -> Result:
    try:
        content = mime.build(delivery.payload, key=delivery.key, at=now)
    except (KeyError, TypeError, ValueError) as error:
        return Result(ResultKind.NEVER, f"the mail cannot be built: {error!r}"[:500], Failure.REFUSED)
    return connection.send(
        content,
        sender=delivery.payload["sender"]["address"],
        recipient=delivery.recipient,
        hand_over=lambda: hand_over(delivery, by=by, now=now),
    )
