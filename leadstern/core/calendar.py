"""Business time: opening hours, holidays, and arithmetic that only counts minutes in which somebody is there.

Enters: the settings' text or a `Calendar`, aware moments. Leaves: aware moments in UTC. Called by routing (due times),
sales (next attempts, time left) and reports (speed). All functions but `business_calendar` are pure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from django.conf import settings

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_PART = re.compile(r"(?P<first>[A-Za-z]{3})(?:-(?P<last>[A-Za-z]{3}))? (?P<start>\d\d:\d\d)-(?P<end>\d\d:\d\d)")
_HORIZON = timedelta(days=3660)


class WrongCalendar(ValueError):
    """Business hours, holidays or time zone cannot be understood. The message says what would be right."""


@dataclass(frozen=True)
class Opening:
    """Open from minute `start` to minute `end` of a local day (0 … 1440)."""

    start: int
    end: int


@dataclass(frozen=True)
class Calendar:
    """When the office is open. `hours[0]` is Monday; `region` is "DE-NW", "AT-9", "CH-ZH", or empty: no holidays."""

    hours: tuple[tuple[Opening, ...], ...]
    zone: ZoneInfo
    region: str = ""


def business_calendar() -> Calendar:
    """The office's calendar, from the settings. Raises WrongCalendar."""
    own = settings.OWN
    return make_calendar(own["LEADSTERN_BUSINESS_HOURS"], region=own["LEADSTERN_HOLIDAYS"], zone=settings.TIME_ZONE)


@lru_cache(maxsize=64)
def make_calendar(hours: str, *, region: str = "", zone: str = "Europe/Berlin") -> Calendar:
    """Reads "Mon-Thu 08:00-17:00, Fri 08:00-14:00", a holiday region and a time zone. Raises WrongCalendar."""
    try:
        where = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise WrongCalendar(f"time zone {zone!r} is not known; use for example Europe/Berlin") from error
    holidays_of(region, 2026)
    return Calendar(parse_hours(hours), where, region)


def parse_hours(text: str) -> tuple[tuple[Opening, ...], ...]:
    """Opening hours by weekday. Several parts are separated by commas; a day may have several, without overlap."""
    days: list[list[Opening]] = [[] for _ in DAYS]
    for part in text.split(","):
        first, last, opening = _parse_part(part.strip())
        for day in range(first, last + 1):
            days[day].append(opening)
    for name, openings in zip(DAYS, days, strict=True):
        openings.sort(key=lambda opening: opening.start)
        if any(a.end > b.start for a, b in pairwise(openings)):
            raise WrongCalendar(f"business hours {text!r}: the hours of {name} overlap")
    return tuple(tuple(openings) for openings in days)


def _parse_part(part: str) -> tuple[int, int, Opening]:
    found = _PART.fullmatch(part)
    if not found:
        raise WrongCalendar(f"business hours {part!r}: expected for example 'Mon-Fri 08:00-17:00'")
    names = [found["first"], found["last"] or found["first"]]
    if unknown := [name for name in names if name not in DAYS]:
        raise WrongCalendar(f"business hours {part!r}: {unknown[0]!r} is no day; use {', '.join(DAYS)}")
    first, last = (DAYS.index(name) for name in names)
    opening = Opening(_minute(found["start"], part), _minute(found["end"], part))
    if first > last or opening.start >= opening.end:
        raise WrongCalendar(f"business hours {part!r}: the end lies before the start")
    return first, last, opening


def _minute(text: str, part: str) -> int:
    hour, minute = int(text[:2]), int(text[3:])
    if minute > 59 or hour * 60 + minute > 1440:
        raise WrongCalendar(f"business hours {part!r}: {text!r} is no time of day")
    return hour * 60 + minute


@lru_cache(maxsize=256)
def holidays_of(region: str, year: int) -> frozenset[date]:
    """Public holidays of a country or one of its parts in one calendar year. Raises WrongCalendar."""
    if not region:
        return frozenset()
    country, _, part = region.partition("-")
    try:
        return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))
    except NotImplementedError as error:
        raise WrongCalendar(f"holidays {region!r}: expected for example DE-NW, AT-9 or CH-ZH") from error


def next_opening(start: datetime, calendar: Calendar) -> datetime:
    """`start` itself when open then, else the next moment at which the office opens."""
    for opens, closes in _openings(start, calendar):
        if closes > start:
            return max(opens, start.astimezone(UTC))
    raise WrongCalendar("the office never opens")


def add_business_time(start: datetime, duration: timedelta, calendar: Calendar) -> datetime:
    """The moment at which `duration` of open time has passed since `start`. Monotone in both; never negative.

    A closing time is reached on the same day: 08:00 plus nine hours is 17:00, not the next morning.
    """
    if duration < timedelta(0):
        raise ValueError("a duration cannot be negative")
    if not duration:
        return next_opening(start, calendar)
    left = duration
    for opens, closes in _openings(start, calendar):
        begin = max(opens, start.astimezone(UTC))
        if closes - begin >= left:
            return begin + left
        left -= max(closes - begin, timedelta(0))
    raise WrongCalendar("the office is hardly ever open")


def business_time_between(a: datetime, b: datetime, calendar: Calendar) -> timedelta:
    """Open time from `a` to `b`; negative when `b` lies before `a`. The inverse of `add_business_time`."""
    if b < a:
        return -business_time_between(b, a, calendar)
    first, last = a.astimezone(UTC), b.astimezone(UTC)
    total = timedelta(0)
    for opens, closes in _openings(a, calendar, until=last):
        total += max(min(closes, last) - max(opens, first), timedelta(0))
    return total


def business_minutes_between(a: datetime, b: datetime, calendar: Calendar) -> int:
    """Whole open minutes from `a` to `b`, cut towards zero; negative when `b` lies before `a`."""
    return int(business_time_between(a, b, calendar) / timedelta(minutes=1))


def end_of_day(moment: datetime, calendar: Calendar) -> datetime:
    """The next local midnight after `moment`, in UTC."""
    return _at(moment.astimezone(calendar.zone).date(), 1440, calendar.zone)


def _openings(
    start: datetime, calendar: Calendar, *, until: datetime | None = None
) -> Iterator[tuple[datetime, datetime]]:
    """Openings in order, in UTC, from the local day of `start` on, as far as `until` or about ten years."""
    end = until or start.astimezone(UTC) + _HORIZON
    day = start.astimezone(calendar.zone).date()
    while _at(day, 0, calendar.zone) <= end:
        yield from _openings_of(day, calendar)
        day += timedelta(days=1)


@lru_cache(maxsize=8192)
def _openings_of(day: date, calendar: Calendar) -> tuple[tuple[datetime, datetime], ...]:
    """The openings of one local day in UTC. What summer time swallows is left out, never counted twice."""
    if day in holidays_of(calendar.region, day.year):
        return ()
    found: list[tuple[datetime, datetime]] = []
    for opening in calendar.hours[day.weekday()]:
        opens, closes = _at(day, opening.start, calendar.zone), _at(day, opening.end, calendar.zone)
        if found:
            opens = max(opens, found[-1][1])
        if opens < closes:
            found.append((opens, closes))
    return tuple(found)


@lru_cache(maxsize=16384)
def _at(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """A local time of day in UTC. The wall clock counts, so 08:00 stays 08:00 on the days the clock changes."""
    days, minute = divmod(minute, 1440)
    wall = time(minute // 60, minute % 60)
    return datetime.combine(day + timedelta(days=days), wall, tzinfo=zone).astimezone(UTC)
