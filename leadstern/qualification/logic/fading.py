"""When a finding could change by fading alone: stored as a due time, so that nobody re-judges everybody every night.

Enters: the criteria's thresholds, a lead's activity lines. Leaves: a moment, or None. Called by
`qualification.actions`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from leadstern.criteria.terms import And, Comparison, Node, Not, Or
from leadstern.qualification.logic.content import Bar
from leadstern.scoring.logic.arithmetic import Line, activity_points

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
            moments += _first(partial(_is_below, falling, threshold - now_rising), now)
        elif rising:
            moments += _first(partial(_has_reached, rising, threshold - now_falling), now)
    return now + timedelta(seconds=max(min(moments), SHORTEST if rising else 1)) if moments else None


def _is_below(lines: list[Line], points: float, at: datetime) -> bool:
    return activity_points(lines, at=at) < points


def _has_reached(lines: list[Line], points: float, at: datetime) -> bool:
    return activity_points(lines, at=at) >= points


def _first(is_over: Callable[[datetime], bool], now: datetime) -> list[int]:
    """The first full second after `now` at which `is_over` holds, by bisection; empty when it does not within the
    horizon."""
    if not is_over(now + timedelta(seconds=HORIZON)):
        return []
    before, after = 0, HORIZON
    while after - before > 1:
        middle = (before + after) // 2
        if is_over(now + timedelta(seconds=middle)):
            after = middle
        else:
            before = middle
    return [after]


def _tests(node: Node) -> Iterator[Comparison]:
    match node:
        case Comparison():
            yield node
        case Not(part):
            yield from _tests(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _tests(part)
