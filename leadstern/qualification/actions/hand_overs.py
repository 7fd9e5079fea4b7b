"""Hands verdicts over to the stages behind."""

from datetime import datetime

from leadstern.core.db import claim
from leadstern.qualification.models import HandOver, Verdict

READ = ("stage", "cause", "at", "is_current", "lead__country", "lead__postcode", "lead__company_id")
"""What takers read of a verdict and its lead; everything else is fetched when asked for."""


def take_hand_overs(taker: str, *, now: datetime, limit: int) -> list[Verdict]:
    """Up to `limit` verdicts that wait for `taker`, oldest first, with their leads; now taken.

    The caller is inside `write()` and does its own work there: a crash before the commit leaves them waiting. A verdict
    may no longer be current when it is taken (`is_current` says so): later ones of the lead follow.
    """
    waiting = HandOver.objects.filter(taker=taker, taken_at__isnull=True).select_related("verdict__lead").order_by("id")
    taken = claim(waiting.only(*(f"verdict__{name}" for name in READ)), limit=limit)
    if taken:
        HandOver.objects.filter(pk__in=[one.pk for one in taken]).update(taken_at=now)
    return [one.verdict for one in taken]
