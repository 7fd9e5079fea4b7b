"""Points that fade by half-lives, without a nightly job.

Enters: plain numbers and moments. Leaves: the value of a line at any moment, bounds, grades. Called by
`scoring.actions` and `scoring.queries`; the SQL in `scoring.queries.expressions` says the same.

Forward decay (Cormode, Shkapenyuk, Srivastava, Xu: "Forward Decay", ICDE 2009): a line is a sum as of one moment; all
its events fade alike, so a new event is one addition and the order of events does not matter.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

DAY = 86400.0
LANDMARK = datetime(2020, 1, 1, tzinfo=UTC)
SLACK = 1e-9
"""Relative room given to bounds, so that rounding never hides a lead."""


@dataclass(frozen=True)
class Line:
    """What one rule gives: `points` as of `as_of` before the cap; `half_life` in days, None: never fades.

    `cap` limits the size (of negative points, too). `count` events, the last of them at `last_at`.
    """

    rule: str
    points: float
    as_of: datetime
    half_life: float | None = None
    cap: float | None = None
    count: int = 0
    last_at: datetime | None = None


def weight(at: datetime, *, as_of: datetime, half_life: float | None) -> float:
    """What is left at `as_of` of one point given at `at`. Never overflows: an event later than `as_of` by more than a
    second (a wrong clock) counts as of then; a very old one becomes 0.0."""
    if half_life is None:
        return 1.0
    age = max((as_of - at).total_seconds(), -1.0)
    return float(2.0 ** (-age / (half_life * DAY)))


def raw_value(line: Line, *, at: datetime) -> float:
    """The line's points at `at` before the cap. Moments before `as_of` are answered as of `as_of`."""
    if at <= line.as_of:
        return line.points
    return line.points * weight(line.as_of, as_of=at, half_life=line.half_life)


def value(line: Line, *, at: datetime) -> float:
    """The line's points at `at`: the faded sum, limited by the cap."""
    points = raw_value(line, at=at)
    return points if line.cap is None else max(-line.cap, min(line.cap, points))


def with_event(line: Line, *, points: float, at: datetime) -> Line:
    """The line with one more event worth `points` at `at`, which may be earlier than `as_of` (told late)."""
    as_of = max(line.as_of, at)
    total = raw_value(line, at=as_of) + points * weight(at, as_of=as_of, half_life=line.half_life)
    last_at = at if line.last_at is None else max(line.last_at, at)
    return replace(line, points=total, as_of=as_of, count=line.count + 1, last_at=last_at)


def activity_points(lines: Iterable[Line], *, at: datetime) -> float:
    return sum(value(line, at=at) for line in lines)


def days(at: datetime) -> float:
    """Days since the landmark: the clock that all bounds share."""
    return (at - LANDMARK).total_seconds() / DAY


def bound(lines: Iterable[Line], *, longest: float | None) -> float | None:
    """The stored upper bound of the lines together, or None when nothing is positive.

    For every t >= as_of: activity_points(t) <= ceiling(bound, t). `longest` is the longest half-life of the model in
    days (None: some rule never fades). The order of bounds never changes by time alone, so an index on them serves.
    """
    positive = [line for line in lines if line.points > 0]
    total = sum(reach(line.points, half_life=line.half_life, cap=line.cap, longest=longest) for line in positive)
    return bound_of(total, as_of=max((line.as_of for line in positive), default=LANDMARK), longest=longest)


def bound_of(total: float, *, as_of: datetime, longest: float | None) -> float | None:
    """The bound of lines as of one moment whose `reach` is `total` together."""
    if total <= 0:
        return None
    return math.log2(total) + (days(as_of) / longest if longest else 0.0)


def reach(points: float, *, half_life: float | None, cap: float | None, longest: float | None) -> float:
    """The smallest C >= 0 with value(line, t) <= C * 2^(-(t - as_of) / longest) for all t >= as_of.

    Above its cap a line stands still until it has faded down to the cap; it reaches furthest at that moment.
    """
    if cap is None or points <= cap:
        return max(points, 0.0)
    if longest is None or half_life is None:
        return cap
    return float(cap * (points / cap) ** (half_life / longest))


def ceiling(bound: float, *, at: datetime, longest: float | None) -> float:
    """More than this many activity points nobody with this bound can have at `at`. Infinite rather than an overflow."""
    exponent = bound - (days(at) / longest if longest else 0.0)
    return math.inf if exponent > 1000 else float(2.0**exponent) * (1 + SLACK)


def letter(fit: float, *, thresholds: tuple[float, ...]) -> str:
    """A to D: the first of the falling thresholds that `fit` reaches."""
    return "ABCD"[_place(fit, thresholds)]


def number(activity: float, *, thresholds: tuple[float, ...]) -> str:
    """1 to 4, likewise."""
    return "1234"[_place(activity, thresholds)]


def _place(points: float, thresholds: tuple[float, ...]) -> int:
    return next((place for place, threshold in enumerate(thresholds) if points >= threshold), len(thresholds))
