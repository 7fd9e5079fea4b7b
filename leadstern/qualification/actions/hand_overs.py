"""Hands verdicts over to the stages behind."""

from datetime import datetime
from typing import Any, NamedTuple, cast

from leadstern.core.db import claim
from leadstern.qualification.models import HandOver


class HandedOver(NamedTuple):
    """A verdict that has waited, with what takers read of it and of its lead: plain values, since thousands come at
    once. Names and values as in the models."""

    hand_over_id: int
    verdict_id: int
    lead_id: int
    stage: str
    cause: str
    is_current: bool
    country: str
    postcode: str
    company_id: int | None


READ = (
    "id", "verdict_id", "verdict__lead_id", "verdict__stage", "verdict__cause", "verdict__is_current",
    "verdict__lead__country", "verdict__lead__postcode", "verdict__lead__company_id",
)  # fmt: skip


def take_hand_overs(taker: str, *, now: datetime, limit: int) -> list[HandedOver]:
    """Up to `limit` verdicts that wait for `taker`, oldest first, with their leads; now taken.

    The caller is inside `write()` and does its own work there: a crash before the commit leaves them waiting. A verdict
    may no longer be current when it is taken (`is_current` says so): later ones of the lead follow.
    """
    waiting = HandOver.objects.filter(taker=taker, taken_at__isnull=True).order_by("id")
    rows = cast(list[tuple[Any, ...]], claim(waiting.values_list(*READ), limit=limit))
    taken = [HandedOver(*row) for row in rows]
    if taken:
        HandOver.objects.filter(pk__in=[one.hand_over_id for one in taken]).update(taken_at=now)
    return taken
