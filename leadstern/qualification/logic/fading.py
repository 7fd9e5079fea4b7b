"""When a finding could change by fading alone: stored as a due time, so that nobody re-judges everybody every night.

Enters: the criteria's thresholds, a lead's activity lines. Leaves: a moment, or None. Called by
`qualification.actions`.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import ge, lt

from leadstern.criteria.terms import And, Comparison, Node, Not, Or
from leadstern.qualification.logic.content import Bar
from leadstern.scoring.logic.arithmetic import DAY, Line, activity_points

Compare = Callable[[float, float], bool]
Quick = tuple[float, float, float, float]
HORIZON = 20 * 365 * 86400
"""Seconds. What has not changed by fading in twenty years will not be waited for."""
SHORTEST = 60
"""Seconds between two looks at the same lead, when rising and falling lines only let us approach the moment."""


@dataclass(frozen=True)
class Thresholds:
    """The activity points at which a criterion may say something else. `is_by_temperature`: those of the model, too."""

    points: tuple[float, ...]
    is_by_temperature: bool

    def of(self, *, warm: float, hot: float) -> tuple[float, ...]:
        return (*self.points, warm, hot) if self.is_by_temperature else self.points


def thresholds(bar: Bar) -> Thresholds:
    tests = [test for criterion in bar.criteria for test in _tests(criterion.condition.root)]
    points = {float(value) for test in tests if test.fact == "score.activity" for value in test.values}
    return Thresholds(tuple(sorted(points)), any(test.fact == "score.temperature" for test in tests))


def next_change(lines: Iterable[Line], points: Iterable[float], *, now: datetime) -> datetime | None:
    """No later than the first moment after `now` at which the activity points cross one of `points` by fading alone.

    Exact to a second when all lines have one sign. With negative lines among them the sum may fall and rise; then the
    moment is a safe early one, and the next look finds the next.
    """
    lines = list(lines)
    falling, rising = [line for line in lines if line.points > 0], [line for line in lines if line.points < 0]
    now_falling, now_rising = activity_points(falling, at=now), activity_points(rising, at=now)
    moments: list[int] = []
    for threshold in points:
        if now_falling + now_rising >= threshold:
            moments += _first(falling, lt, threshold - now_rising, now)
        elif rising:
            moments += _first(rising, ge, threshold - now_falling, now)
    return now + timedelta(seconds=max(min(moments), SHORTEST if rising else 1)) if moments else None


def _first(lines: list[Line], compare: Compare, points: float, now: datetime) -> list[int]:
    """The first full second after `now` at which `compare(sum, points)` holds; empty when it does not within the
    horizon. Once it holds it goes on to. Bisection in plain numbers finds the second, exact arithmetic has the last
    word."""

    def is_over(seconds: int) -> bool:
        return compare(activity_points(lines, at=now + timedelta(seconds=seconds)), points)

    if not is_over(HORIZON):
        return []
    found = _roughly([_quick(line, now) for line in lines], compare, points)
    while not is_over(found):
        found += 1
    while found > 1 and is_over(found - 1):
        found -= 1
    return [found]


def _quick(line: Line, now: datetime) -> Quick:
    """(points, size of the cap, half-lives per second, seconds since the points were counted)"""
    cap = math.inf if line.cap is None else line.cap
    pace = 0.0 if line.half_life is None else 1.0 / (line.half_life * DAY)
    return line.points, cap, pace, (now - line.as_of).total_seconds()


def _roughly(parts: list[Quick], compare: Compare, points: float) -> int:
    before, after = 0, HORIZON
    while after - before > 1:
        middle = (before + after) // 2
        total = sum(
            max(-cap, min(cap, given * 2.0 ** (-max(0.0, age + middle) * pace))) for given, cap, pace, age in parts
        )
        before, after = (before, middle) if compare(total, points) else (middle, after)
    return after


def _tests(node: Node) -> Iterator[Comparison]:
    match node:
        case Comparison():
            yield node
        case Not(part):
            yield from _tests(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _tests(part)
