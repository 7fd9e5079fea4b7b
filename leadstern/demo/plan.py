"""What will happen in the demo's year: who comes when, from where, by which form. Pure; the same for the same seed.

Enters: first and last day, number of people. Leaves: moments and the `Arrival`s before each. Called by `history.py`.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from leadstern.core.calendar import business_calendar, next_opening
from leadstern.demo.people import Person, invent

SEED = 20_260_101
MORNING, AFTERNOON, EVENING = time(9, 30), time(15, 0), time(19, 0)
PAGES = ("/", "/photovoltaik", "/waermepumpe", "/preise", "/ratgeber", "/kontakt")


@dataclass(frozen=True)
class Source:
    """Where somebody came from; `eager` shifts how much they want to buy, `cost` is spent a month."""

    channel: str
    source: str
    medium: str
    campaign: str
    share: int
    eager: float
    cost: int


SOURCES = (
    Source("organic_search", "organic_search", "organic", "", 27, 0.05, 0),
    Source("paid_search", "paid_search", "cpc", "waermepumpe-koeln", 22, 0.04, 2400),
    Source("social", "social", "social", "dach-fruehling", 15, -0.12, 900),
    Source("referral", "referral", "referral", "", 9, 0.08, 0),
    Source("direct", "direct", "", "", 12, 0.06, 0),
    Source("email", "email", "email", "newsletter", 5, 0.02, 150),
    Source("display", "display", "display", "sommer-banner", 4, -0.18, 600),
)
SEED_SOURCE = Source("recommendation", "Empfehlung", "", "", 0, 0.22, 0)
SPEAR_SOURCE = Source("cold_call", "Kaltakquise", "", "", 0, -0.02, 0)


@dataclass(frozen=True)
class Arrival:
    """Somebody's first enquiry. `way`: contact, guide, seed or spear. `visitor`: with consent to be recognised."""

    at: datetime
    person: Person
    source: Source
    way: str
    visitor: UUID | None
    pages: tuple[str, ...]

    @property
    def drive(self) -> float:
        return min(1.0, max(0.0, self.person.drive + self.source.eager))


def moments(first: datetime, last: datetime) -> Iterator[datetime]:
    """When the company's day goes on: twice on working days, once on others, and at `last` itself."""
    calendar = business_calendar()
    day = first.astimezone(calendar.zone).date()
    while True:
        morning = datetime.combine(day, MORNING, calendar.zone).astimezone(UTC)
        is_working_day = next_opening(morning, calendar) == morning
        times = (MORNING, AFTERNOON) if is_working_day else (EVENING,)
        for at in times:
            moment = datetime.combine(day, at, calendar.zone).astimezone(UTC)
            if moment >= last:
                yield last
                return
            if moment > first:
                yield moment
        day += timedelta(days=1)


def arrivals(at: Sequence[datetime], *, count: int) -> dict[datetime, list[Arrival]]:
    """`count` people, each shortly before one of the moments `at`; more of them in spring."""
    chance = random.Random(SEED)  # noqa: S311 -- a play needs no secrets
    weights = [1.5 if moment.month in (3, 4, 5, 9) else 1.0 for moment in at]
    found: dict[datetime, list[Arrival]] = {}
    for number in range(count):
        moment = chance.choices(at, weights)[0]
        found.setdefault(moment, []).append(_arrival(number, moment, chance))
    return {moment: sorted(found[moment], key=lambda arrival: arrival.at) for moment in sorted(found)}


def _arrival(number: int, moment: datetime, chance: random.Random) -> Arrival:
    person = invent(number, chance)
    way = chance.choices(("contact", "guide", "seed", "spear"), (50, 39, 7, 4))[0]
    source = {"seed": SEED_SOURCE, "spear": SPEAR_SOURCE}.get(way) or _online_source(chance)
    is_online = way in ("contact", "guide")
    visitor = UUID(int=chance.getrandbits(128), version=4) if is_online and chance.random() < 0.35 else None
    pages = tuple(chance.choices(PAGES[:4], k=1 + int(6 * person.drive)))
    came = moment - timedelta(seconds=chance.randint(20, 1500))
    return Arrival(came, person, source, way, visitor, pages)


def _online_source(chance: random.Random) -> Source:
    return chance.choices(SOURCES, [source.share for source in SOURCES])[0]


def anonymous_visits(moment: datetime, chance: random.Random) -> list[tuple[datetime, Source, tuple[str, ...]]]:
    """Visits of the hours before a moment by people who never leave their name."""
    visits = []
    for _visit in range(chance.randint(20, 55)):
        at = moment - timedelta(seconds=chance.randint(60, 5 * 3600))
        source = _online_source(chance)
        visits.append((at, source, tuple(chance.choices(PAGES, k=chance.choice((1, 1, 1, 2, 2, 3, 5))))))
    return visits
