"""What a pass of the worker notes down, each in its own short transaction. Called by `outbox.work` only.

Every change asks for `claimed_by`: a pass that was overtaken (its claim taken back after ten minutes) changes nothing.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, F, QuerySet, Value, When

from leadstern.core.db import claim, write
from leadstern.outbox.logic import next_try, pause_end
from leadstern.outbox.models import Delivery, Outage
from leadstern.outbox.queries import EMAIL, due_deliveries
from leadstern.outbox.terms import DeliveryState, Failure, Result, ResultKind

STUCK_AFTER = timedelta(minutes=10)
SECRET = {"text": "", "html": ""}


def recover_stuck(*, now: datetime) -> None:
    """Rows whose pass was killed: back to waiting if not handed over yet (cancelled when no longer wanted), else
    uncertain (a person decides)."""
    stuck = Delivery.objects.filter(state=DeliveryState.SENDING, claimed_at__lt=now - STUCK_AFTER)
    if not stuck.exists():
        return
    with write():
        _wait_again(stuck.filter(handed_over_at__isnull=True))
        stuck.filter(handed_over_at__isnull=False).update(state=DeliveryState.UNCERTAIN)


def claim_due(*, now: datetime, limit: int, by: str) -> list[Delivery]:
    """Up to `limit` due mails, ours (`by`) from this commit on."""
    with write():
        mine = claim(due_deliveries(now=now), limit=limit)
        Delivery.objects.filter(pk__in=[each.pk for each in mine]).update(
            state=DeliveryState.SENDING, claimed_at=now, claimed_by=by, handed_over_at=None, via="smtp"
        )
    return mine


def release(ids: Iterable[int], *, by: str) -> None:
    """Claimed but not tried: they wait again, no try used up."""
    with write():
        _wait_again(_held(by).filter(pk__in=list(ids), handed_over_at__isnull=True))


def hand_over(delivery: Delivery, *, by: str, now: datetime) -> bool:
    """The mark just before the content goes out, in a commit of its own. False: the mail is no longer ours."""
    with write():
        return _held(by).filter(pk=delivery.pk, handed_over_at__isnull=True).update(handed_over_at=now) == 1


def record_result(delivery: Delivery, result: Result, *, by: str, now: datetime) -> None:
    """Notes what came of a try. A row that was declared uncertain meanwhile learns the truth, too."""
    mine = Delivery.objects.filter(
        pk=delivery.pk, claimed_by=by, state__in=(DeliveryState.SENDING, DeliveryState.UNCERTAIN)
    )
    with write():
        if result.kind is ResultKind.SENT:
            mine.update(state=DeliveryState.SENT, sent_at=now, last_error="", attempts=F("attempts") + 1)
            _forget_secret(mine.model.objects.filter(pk=delivery.pk, is_private=True), delivery)
        elif result.kind is ResultKind.UNKNOWN:
            mine.update(state=DeliveryState.UNCERTAIN, last_error=result.error, attempts=F("attempts") + 1)
        elif result.kind is ResultKind.NEVER:
            _give_up(mine, result.failure, result.error)
        elif result.kind is ResultKind.LATER:
            _try_later(mine, delivery, result, now=now)


def _forget_secret(private: QuerySet[Delivery], delivery: Delivery) -> None:
    """A password link that has left the house need not be kept here."""
    if delivery.is_private:
        private.filter(state=DeliveryState.SENT).update(payload={**delivery.payload, **SECRET})


def _give_up(mine: QuerySet[Delivery], failure: str, error: str) -> None:
    mine.update(state=DeliveryState.DEAD, failure=failure, last_error=error, attempts=F("attempts") + 1)


def _try_later(mine: QuerySet[Delivery], delivery: Delivery, result: Result, *, now: datetime) -> None:
    again = next_try(delivery.attempts + 1, now=now)
    if again is None:
        _give_up(mine, Failure.GIVEN_UP, result.error)
        return
    _wait_again(mine, next_try_at=again, attempts=F("attempts") + 1, last_error=result.error, handed_over_at=None)


def _wait_again(mine: QuerySet[Delivery], **changes: Any) -> None:
    """Back to waiting; cancelled when the reason for the mail has gone while it was on its way."""
    after = Case(When(is_unwanted=True, then=Value(DeliveryState.CANCELLED)), default=Value(DeliveryState.WAITING))
    mine.update(state=after, claimed_by="", **changes)


def note_outage(error: str, *, now: datetime) -> None:
    """The server cannot be used: all mails wait, each with all its tries."""
    with write():
        known = Outage.objects.select_for_update().filter(transport=EMAIL).first()
        failures = known.failures + 1 if known else 1
        values = {"until": pause_end(failures, now=now), "failures": failures, "error": error[:500]}
        Outage.objects.update_or_create(
            transport=EMAIL, defaults=values, create_defaults={**values, "since": now, "transport": EMAIL}
        )


def end_outage() -> None:
    """A connection stands."""
    if Outage.objects.filter(transport=EMAIL).exists():
        with write():
            Outage.objects.filter(transport=EMAIL).delete()


def _held(by: str) -> QuerySet[Delivery]:
    return Delivery.objects.filter(claimed_by=by, state=DeliveryState.SENDING)
