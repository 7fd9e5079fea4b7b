"""Judging, fading, moves and differences without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadstern.core.errors import Invalid
from leadstern.core.registry import facts as offered
from leadstern.qualification.logic.changes import differences
from leadstern.qualification.logic.content import Bar, read_bar, stored_bar
from leadstern.qualification.logic.fading import next_change, thresholds
from leadstern.qualification.logic.judging import judge, missing_musts
from leadstern.qualification.logic.moves import is_allowed
from leadstern.qualification.terms import CLOSED, NOT_YET, WITH_SALES, Cause, Finding, Stage
from leadstern.scoring.logic.arithmetic import Line, activity_points
from tests.conftest import NOW
from tests.qualification.make import content, criterion

FACTS = frozenset(fact.key for fact in offered)
MET, NOT_MET, UNKNOWN = Finding.MET, Finding.NOT_MET, Finding.UNKNOWN


def bar(*criteria: dict[str, Any], should_needed: int = 0) -> Bar:
    return read_bar(content(*criteria, should_needed=should_needed), facts=FACTS)


MUST = criterion("must", "must", 'lead.country = "DE"')
FORBIDDEN = criterion("forbidden", "must_not", 'lead.city = "Köln"')
SHOULDS = [criterion(f"should_{n}", "should", f'lead.{fact} = "x"') for n, fact in enumerate(("interest", "position"))]


@pytest.mark.parametrize(
    ("facts", "result"),
    [
        ({"lead.country": "DE", "lead.interest": "x"}, MET),
        ({"lead.country": "DE", "lead.interest": "y", "lead.position": "x"}, MET),
        ({"lead.country": "DE"}, UNKNOWN),
        ({"lead.country": "DE", "lead.interest": "y"}, UNKNOWN),
        ({"lead.country": "DE", "lead.interest": "y", "lead.position": "y"}, NOT_MET),
        ({"lead.interest": "x"}, UNKNOWN),
        ({"lead.country": "AT", "lead.interest": "x"}, NOT_MET),
        ({"lead.country": "DE", "lead.interest": "x", "lead.city": "Köln"}, NOT_MET),
        ({"lead.country": "DE", "lead.interest": "x", "lead.city": "Bonn"}, MET),
        ({"lead.city": "Köln"}, NOT_MET),
        ({}, UNKNOWN),
    ],
)
def test_a_lead_is_judged(facts: dict[str, str], result: Finding) -> None:
    assert judge(bar(MUST, FORBIDDEN, *SHOULDS, should_needed=1), facts).result == result


def test_findings_name_the_value_and_turn_must_nots_round() -> None:
    judged = judge(bar(MUST, FORBIDDEN), {"lead.country": "AT", "lead.city": "Bonn"})
    assert [(one.criterion, one.finding, one.value) for one in judged.findings] == [
        ("must", NOT_MET, "AT"),
        ("forbidden", MET, "Bonn"),
    ]
    assert missing_musts(bar(MUST, FORBIDDEN), judged) == ("must",)


VALUES = st.sampled_from(["DE", "x", "y", "Köln"])
KEYS = ("lead.country", "lead.city", "lead.interest", "lead.position")


@given(
    st.dictionaries(st.sampled_from(KEYS), VALUES), st.dictionaries(st.sampled_from(KEYS), VALUES), st.integers(0, 2)
)
def test_knowing_more_never_turns_met_or_not_met_into_unknown(
    known: dict[str, str], learnt: dict[str, str], needed: int
) -> None:
    asked = bar(MUST, FORBIDDEN, *SHOULDS, should_needed=needed)
    before, after = judge(asked, known), judge(asked, learnt | known)
    if before.result is NOT_MET:
        assert after.result is NOT_MET
    if before.result is MET:
        assert after.result is not UNKNOWN
        hit = next(one.finding for one in after.findings if one.criterion == "forbidden") is NOT_MET
        assert (after.result is NOT_MET) == hit


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (content(MUST, MUST), ""),
        (content(FORBIDDEN), ""),
        (content(), ""),
        (content(MUST, should_needed=1), "should_needed"),
        (content(MUST, should_needed=-1), "should_needed"),
        (content({**MUST, "key": "Ä"}), "criteria.0.key"),
        (content({**MUST, "must": "maybe"}), "criteria.0.must"),
        (content({**MUST, "label": {"de": "Nur deutsch"}}), "criteria.0.label"),
        (content({**MUST, "condition": {"circular": True}}), "criteria.0.condition"),
        (
            content({**MUST, "condition": criterion("x", "must", 'stage.role = "won"')["condition"]}),
            "criteria.0.condition",
        ),
        ({"criteria": "all"}, ""),
        (None, ""),
        (content("text"), "criteria.0.key"),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_definition_is_named(wrong: Any, place: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_bar(wrong, facts=FACTS - {"stage.role"})
    assert place in caught.value.errors


def test_a_stored_criterion_about_a_detail_that_is_gone_is_unknown() -> None:
    gone = {**MUST, "condition": {"version": 1, "condition": {"fact": "lead.gone", "is": "known", "values": []}}}
    judged = judge(stored_bar(content(gone), facts=FACTS), {"lead.country": "DE"})
    assert (judged.result, judged.findings[0].finding) == (UNKNOWN, UNKNOWN)


half_lives = st.floats(0.5, 400)
falling = st.builds(
    Line, st.just("f"), st.floats(0.1, 500), st.just(NOW), half_lives, st.one_of(st.none(), st.floats(1, 100))
)
rising = st.builds(Line, st.just("r"), st.floats(-100, -0.1), st.just(NOW), half_lives)


@given(st.lists(falling, max_size=4), st.floats(0.5, 600))
def test_the_moment_of_crossing_is_exact_to_the_second(lines: list[Line], threshold: float) -> None:
    moment = next_change(lines, [threshold], now=NOW)
    if moment is None:
        far = NOW + timedelta(days=20 * 365)
        assert activity_points(lines, at=NOW) < threshold or activity_points(lines, at=far) >= threshold
    else:
        assert activity_points(lines, at=moment) < threshold
        before = moment - timedelta(seconds=1)
        assert before == NOW or activity_points(lines, at=before) >= threshold


@given(st.lists(falling, max_size=3), st.lists(rising, min_size=1, max_size=2), st.floats(-50, 300), st.floats(0, 1))
def test_with_negative_points_nothing_changes_before_the_moment(
    up: list[Line], down: list[Line], threshold: float, part: float
) -> None:
    lines = [*up, *down]
    moment = next_change(lines, [threshold], now=NOW)
    until = (moment or NOW + timedelta(days=7000)) - timedelta(seconds=61)
    if until > NOW:
        between = NOW + (until - NOW) * part
        same = activity_points(lines, at=between) >= threshold
        assert same == (activity_points(lines, at=NOW) >= threshold)


def test_thresholds_come_from_every_corner_of_a_condition() -> None:
    deep = 'not (score.activity between 10 and 30 or lead.country = "DE") and score.activity < 5'
    assert thresholds(bar(criterion("a", "must", deep))).of(warm=1, hot=2) == (5, 10, 30)
    by_word = thresholds(bar(criterion("a", "must", 'score.temperature = "hot"')))
    assert by_word.of(warm=1, hot=2) == (1, 2)


def test_nothing_fades_without_lines() -> None:
    assert next_change([], [20], now=NOW) is None


@pytest.mark.parametrize("old", Stage)
def test_the_machine_only_promotes_what_is_not_with_sales(old: Stage) -> None:
    allowed = {new for new in Stage if is_allowed(old, new, cause=Cause.DEFINITION)}
    assert allowed == ({Stage.MARKETING_QUALIFIED} if old in NOT_YET else set())


@pytest.mark.parametrize(
    ("old", "new", "is_right"),
    [
        (Stage.CAPTURED, Stage.PHONE_QUALIFIED, True),
        (Stage.CAPTURED, Stage.WON, False),
        (Stage.MARKETING_QUALIFIED, Stage.MARKETING_QUALIFIED, False),
        (Stage.RECYCLED, Stage.RECYCLED, True),
        (Stage.SALES_ACCEPTED, Stage.WON, True),
        (Stage.WON, Stage.LOST, False),
    ],
)
def test_a_person_moves_along_the_table(old: Stage, new: Stage, is_right: bool) -> None:
    assert is_allowed(old, new, cause=Cause.PERSON) is is_right


def test_every_stage_belongs_to_one_group() -> None:
    assert set(Stage) == NOT_YET | WITH_SALES | CLOSED
    assert len(NOT_YET) + len(WITH_SALES) + len(CLOSED) == len(Stage)


def test_differences_name_what_came_went_and_changed() -> None:
    old = content(MUST, FORBIDDEN)
    new = content({**MUST, "must": "should"}, SHOULDS[0], should_needed=1)
    found = [(one.key, one.how) for one in differences(old, new)]
    assert found == [("must", "changed"), ("should_0", "added"), ("forbidden", "removed"), ("", "changed")]
    assert differences(new, new) == ()
    assert [one.how for one in differences(None, old)] == ["added", "added"]


def test_absurd_lines_give_no_overflow() -> None:
    line = Line("f", 1e6, datetime(1990, 1, 1, tzinfo=UTC), 1 / 24)
    assert next_change([line], [5.0], now=NOW) is None
