"""Fading sums: order does not matter, fading composes, bounds hold, nothing overflows."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadstern.scoring.logic.arithmetic import (
    Line,
    activity_points,
    bound,
    ceiling,
    letter,
    number,
    raw_value,
    value,
    weight,
    with_event,
)
from tests.conftest import NOW

moments = st.floats(0, 4000).map(lambda days: NOW - timedelta(days=days))
ages = st.floats(0, 5000)
half_lives = st.one_of(st.none(), st.floats(1 / 24, 36500))
caps = st.one_of(st.none(), st.floats(0.01, 1000))
points = st.floats(-10_000, 10_000).filter(lambda number: abs(number) > 0.001)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    return Line("rule", draw(points), draw(moments), draw(half_lives), draw(caps), 1)


@given(st.lists(moments, min_size=1, max_size=8), half_lives, st.randoms())
def test_events_in_any_order_give_the_same_sum(events: list[datetime], half_life: float | None, chance: object) -> None:
    shuffled = list(events)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    def told(order: list[datetime]) -> Line:
        line = Line("rule", 0.0, order[0], half_life)
        for at in order:
            line = with_event(line, points=5.0, at=at)
        return line

    one, other = told(events), told(shuffled)
    assert raw_value(one, at=NOW) == pytest.approx(raw_value(other, at=NOW), rel=1e-9, abs=1e-300)
    assert (one.count, one.last_at) == (other.count, other.last_at) == (len(events), max(events))


@given(lines(), ages, ages)
def test_fading_in_two_steps_is_fading_in_one(line: Line, first: float, second: float) -> None:
    middle = line.as_of + timedelta(days=first)
    end = middle + timedelta(days=second)
    between = Line(line.rule, raw_value(line, at=middle), middle, line.half_life, line.cap)
    assert value(between, at=end) == pytest.approx(value(line, at=end), rel=1e-9, abs=1e-280)


@given(lines(), ages)
def test_a_value_is_the_capped_faded_sum(line: Line, age: float) -> None:
    at = line.as_of + timedelta(days=age)
    found = value(line, at=at)
    assert math.isfinite(found)
    assert abs(found) <= abs(line.points)
    if line.cap is not None:
        assert abs(found) == min(line.cap, abs(raw_value(line, at=at)))


@given(st.lists(lines(), max_size=5), ages)
def test_a_bound_is_never_exceeded_later(some: list[Line], age: float) -> None:
    lives = [line.half_life for line in some if line.points > 0]
    longest = None if None in lives else max((life for life in lives if life), default=1.0)
    limit = bound(some, longest=longest)
    at = max((line.as_of for line in some), default=NOW) + timedelta(days=age)
    reached = activity_points(some, at=at)
    if limit is None:
        assert reached <= 0
    else:
        assert reached <= ceiling(limit, at=at, longest=longest)


def test_a_half_life_halves() -> None:
    line = Line("rule", 40.0, NOW, half_life=10)
    assert value(line, at=NOW + timedelta(days=10)) == 20.0
    assert value(line, at=NOW + timedelta(days=20)) == 10.0


def test_a_late_event_counts_as_what_is_left_of_it() -> None:
    line = with_event(Line("rule", 40.0, NOW, half_life=10, count=1), points=40.0, at=NOW - timedelta(days=10))
    assert line.points == 60.0
    assert line.as_of == NOW


def test_a_line_above_its_cap_stands_still_until_it_has_faded_to_it() -> None:
    line = Line("rule", 40.0, NOW, half_life=10, cap=20)
    assert [value(line, at=NOW + timedelta(days=days)) for days in (0, 5, 10, 20)] == [20.0, 20.0, 20.0, 10.0]


def test_negative_points_are_capped_by_size() -> None:
    assert value(Line("rule", -40.0, NOW, cap=15), at=NOW) == -15


@pytest.mark.parametrize("at", [datetime(2199, 1, 1, tzinfo=UTC), datetime(1900, 1, 1, tzinfo=UTC)])
def test_absurd_moments_do_not_overflow(at: datetime) -> None:
    assert 0 <= weight(at, as_of=NOW, half_life=1 / 24) <= 1.01


@pytest.mark.parametrize(
    ("fit", "activity", "grade"), [(30, 40, "A1"), (29.9, 39.9, "B2"), (10, 5, "C3"), (9.9, 4.9, "D4"), (-5, -5, "D4")]
)
def test_grades(fit: float, activity: float, grade: str) -> None:
    assert letter(fit, thresholds=(30, 20, 10)) + number(activity, thresholds=(40, 15, 5)) == grade
