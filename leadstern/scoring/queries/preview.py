"""What a draft would change, on real leads; and how many leads are cold, warm and hot now."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadstern.leads.queries import live_leads
from leadstern.scoring.queries.computing import computed
from leadstern.scoring.queries.model import rules_of
from leadstern.scoring.queries.points import Points, graded, points
from leadstern.scoring.terms import Temperature

SAMPLE = 500
SHOWN_MOVES = 50


@dataclass(frozen=True)
class Distribution:
    """How many of `of` leads have each temperature, before and after. `share`s are of the larger column, for bars."""

    temperature: Temperature
    before: int
    after: int
    of: int


@dataclass(frozen=True)
class Move:
    """A lead whose temperature the draft would change."""

    lead: Any
    before: Points
    after: Points


@dataclass(frozen=True)
class Preview:
    """The draft against the scores of now, over the newest `of` leads that have a score."""

    of: int
    rows: tuple[Distribution, ...]
    moves: tuple[Move, ...]
    moved: int


def preview(content: Any, *, now: datetime) -> Preview:
    """The newest 500 leads under `content`, beside their scores of now. Raises `Invalid` for a draft that cannot
    stand."""
    rules = rules_of(content)
    leads = {lead.pk: lead for lead in live_leads().order_by("-captured_at", "-id")[:SAMPLE]}
    before = points(leads, now=now)
    after = {
        lead_id: graded(made.fit.points, made.activity(at=now), rules)
        for lead_id, made in computed(list(before), rules, now=now).items()
    }
    moves = [
        Move(leads[lead_id], old, after[lead_id])
        for lead_id, old in before.items()
        if old.temperature != after[lead_id].temperature
    ]
    moves.sort(key=lambda move: -abs(move.after.activity - move.before.activity))
    return Preview(len(before), _rows(before, after), tuple(moves[:SHOWN_MOVES]), len(moves))


def distribution(*, now: datetime) -> Preview:
    """The temperatures of the newest 500 leads as they are."""
    leads = list(live_leads().order_by("-captured_at", "-id").values_list("pk", flat=True)[:SAMPLE])
    found = points(leads, now=now)
    return Preview(len(found), _rows(found, found), (), 0)


def _rows(before: dict[int, Points], after: dict[int, Points]) -> tuple[Distribution, ...]:
    old, new = (Counter(one.temperature for one in side.values()) for side in (before, after))
    return tuple(
        Distribution(one, old[one], new[one], len(before))
        for one in (Temperature.HOT, Temperature.WARM, Temperature.COLD)
    )
