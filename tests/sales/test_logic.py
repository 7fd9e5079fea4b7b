"""What to call next, when again, who may be called, what a line of outcomes says."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadstern.core.calendar import business_time_between, make_calendar, next_opening
from leadstern.sales.logic import (
    CALL_RULES,
    CallFacts,
    OutcomeRow,
    country_of,
    may_call,
    missing_answers,
    next_attempts,
    read_outcome,
    urgency,
)
from leadstern.sales.terms import AnswerState, CallGround, IssueCode, Question, TaskKind, Urgency

OFFICE = make_calendar("Mon-Fri 08:00-17:00", region="DE-NW")
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
DAY_END = datetime(2026, 11, 18, 23, tzinfo=UTC)
ASKED = CallFacts(has_enquired=True, gave_phone=True)
# Named one by one: hypothesis leaves a field with a default at its default.
FACTS: dict[str, st.SearchStrategy[Any]] = {
    "has_phone": st.booleans(),
    "is_broken": st.booleans(),
    "country": st.sampled_from(["DE", "AT", "CH", "FR", ""]),
    "is_business": st.sampled_from([True, False, None]),
    "has_enquired": st.booleans(),
    "gave_phone": st.booleans(),
    "has_consent": st.booleans(),
    "has_objected": st.booleans(),
}


@pytest.mark.parametrize(
    ("facts", "is_allowed", "ground"),
    [
        (replace(ASKED, has_phone=False, country="DE"), False, CallGround.NO_NUMBER),
        (replace(ASKED, is_broken=True, country="DE"), False, CallGround.BROKEN_NUMBER),
        (replace(ASKED, has_objected=True, has_consent=True, country="DE"), False, CallGround.OBJECTED),
        (CallFacts(country="FR", has_consent=True), True, CallGround.CONSENT),
        (CallFacts(country="DE", is_business=True, has_enquired=True), True, CallGround.ENQUIRY_BUSINESS),
        (CallFacts(country="DE", is_business=True), False, CallGround.NOTHING),
        (CallFacts(country="DE", is_business=False, has_enquired=True), False, CallGround.NOTHING),
        (CallFacts(country="DE", is_business=None, has_enquired=True), False, CallGround.NOTHING),
        (replace(ASKED, country="DE", is_business=False), True, CallGround.ENQUIRY_PHONE),
        (replace(ASKED, country="AT"), True, CallGround.ENQUIRY_AUSTRIA),
        (CallFacts(country="AT", is_business=True, has_enquired=True), False, CallGround.NOTHING),
        (replace(ASKED, country="CH"), True, CallGround.ENQUIRY_SWITZERLAND),
        (replace(ASKED, country="FR"), False, CallGround.NOTHING),
        (replace(ASKED, country=""), False, CallGround.NOTHING),
        (CallFacts(country="DE"), False, CallGround.NOTHING),
    ],
)
def test_may_call_follows_the_table(facts: CallFacts, is_allowed: bool, ground: CallGround) -> None:
    permission = may_call(facts)

    assert (permission.is_allowed, permission.ground) == (is_allowed, ground)


@given(st.builds(CallFacts, **FACTS))
def test_may_call_never_allows_against_an_objection(facts: CallFacts) -> None:
    assert not may_call(replace(facts, has_objected=True)).is_allowed


@given(st.builds(CallFacts, **FACTS))
def test_may_call_needs_consent_or_an_enquiry(facts: CallFacts) -> None:
    assert not may_call(replace(facts, has_consent=False, has_enquired=False)).is_allowed


def test_every_fact_of_a_call_is_varied() -> None:
    assert FACTS.keys() == {field.name for field in fields(CallFacts)}


def test_every_rule_that_allows_names_its_source() -> None:
    assert all(rule.source for rule in CALL_RULES if rule.is_allowed)


@pytest.mark.parametrize(
    ("country", "phone", "expected"),
    [("de", "+431234567", "DE"), ("", "+4922112345", "DE"), ("", "+431234567", "AT"), ("", "+41441234567", "CH"),
     ("", "+33123456789", ""), ("", "", "")],
)  # fmt: skip
def test_country_of_is_stated_or_that_of_the_number(country: str, phone: str, expected: str) -> None:
    assert country_of(country, phone) == expected


def test_missing_answers_are_those_without_a_yes() -> None:
    known = {Question.NEED: AnswerState.YES, Question.BUDGET: AnswerState.NO, Question.TIMING: AnswerState.OPEN}

    assert missing_answers(known) == [Question.BUDGET, Question.AUTHORITY, Question.TIMING]


@pytest.mark.parametrize(
    ("kind", "minutes", "is_deadline", "is_hot", "expected"),
    [
        (TaskKind.FIRST_CALL, -1, True, False, Urgency.LATE),
        (TaskKind.FIRST_CALL, -1, True, True, Urgency.LATE),
        (TaskKind.FIRST_CALL, 60, True, True, Urgency.HOT),
        (TaskKind.FIRST_CALL, 60, False, True, Urgency.DUE),
        (TaskKind.CALL_BACK, 5, False, False, Urgency.CALL_BACK),
        (TaskKind.CALL_BACK, 6, False, False, Urgency.DUE),
        (TaskKind.FOLLOW_UP, -600, False, False, Urgency.DUE),
        (TaskKind.FIRST_CALL, 60, True, False, Urgency.DUE),
        (TaskKind.CALL_BACK, 60 * 15, False, False, Urgency.PLANNED),
    ],
)
def test_urgency_groups_the_queue(
    kind: TaskKind, minutes: int, is_deadline: bool, is_hot: bool, expected: Urgency
) -> None:
    due_at = NOW + timedelta(minutes=minutes)

    found = urgency(kind=kind, due_at=due_at, is_deadline=is_deadline, is_hot=is_hot, now=NOW, day_end=DAY_END)

    assert found is expected


@pytest.mark.parametrize(
    ("attempts", "first"),
    [
        (1, datetime(2026, 11, 18, 11, 0, tzinfo=BERLIN)),
        (2, datetime(2026, 11, 19, 15, 0, tzinfo=BERLIN)),
        (3, datetime(2026, 11, 23, 10, 0, tzinfo=BERLIN)),
        (4, datetime(2026, 11, 23, 15, 0, tzinfo=BERLIN)),
    ],
)
def test_next_attempts_proposes_by_the_number_of_tries(attempts: int, first: datetime) -> None:
    assert next_attempts(attempts, now=NOW, calendar=OFFICE)[0] == first


@given(
    st.integers(1, 9),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_next_attempts_lie_ahead_in_open_quarters(attempts: int, now: datetime) -> None:
    proposals = next_attempts(attempts, now=now, calendar=OFFICE)

    assert len(set(proposals)) == len(proposals) >= 2
    for proposal in proposals:
        assert proposal > now
        assert proposal == next_opening(proposal, OFFICE)
        assert proposal.minute % 15 == 0
        assert business_time_between(now, proposal, OFFICE) >= timedelta(hours=1)


MAPPING = {"external_id": "id", "won_at": "date", "segment": "segment", "value": "amount"}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"id": " a1 ", "date": "2018-02-26 19:58:54", "segment": "pet", "amount": "0.0"},
         OutcomeRow(7, "a1", datetime(2018, 2, 26, 18, 58, 54, tzinfo=UTC), "pet", Decimal("0.00"))),
        ({"id": "a1", "date": "26.02.2018", "amount": "1.234,50 €"},
         OutcomeRow(7, "a1", datetime(2018, 2, 25, 23, tzinfo=UTC), "", Decimal("1234.50"))),
        ({"id": "a1", "date": "26.02.2018 14:30"}, OutcomeRow(7, "a1", datetime(2018, 2, 26, 13, 30, tzinfo=UTC))),
        ({"id": "a1", "date": "2018-02-26T10:00:00Z"}, OutcomeRow(7, "a1", datetime(2018, 2, 26, 10, tzinfo=UTC))),
        ({"id": "", "date": "2018-02-26"}, IssueCode.NO_ID),
        ({"date": "2018-02-26"}, IssueCode.NO_ID),
        ({"id": "a1", "date": " "}, IssueCode.NO_DATE),
        ({"id": "a1", "date": "soon"}, IssueCode.WRONG_DATE),
        ({"id": "a1", "date": "31.02.2018"}, IssueCode.WRONG_DATE),
        ({"id": "a1", "date": "0001-01-01"}, IssueCode.WRONG_DATE),
        ({"id": "a1", "date": "2062-02-26"}, IssueCode.FUTURE_DATE),
        ({"id": "a1", "date": (NOW + timedelta(days=1, seconds=1)).isoformat()}, IssueCode.FUTURE_DATE),
        ({"id": "a1", "date": "2018-02-26", "amount": "much"}, IssueCode.WRONG_VALUE),
        ({"id": "a1", "date": "2018-02-26", "amount": "-5"}, IssueCode.WRONG_VALUE),
        ({"id": "a1", "date": "2018-02-26", "amount": "9" * 60}, IssueCode.WRONG_VALUE),
    ],
)  # fmt: skip
def test_read_outcome_understands_or_says_why_not(row: dict[str, str], expected: OutcomeRow | IssueCode) -> None:
    assert read_outcome(7, row, mapping=MAPPING, zone=BERLIN, now=NOW) == expected


@given(st.text(max_size=30), st.text(max_size=30))
def test_read_outcome_never_breaks(date: str, amount: str) -> None:
    found = read_outcome(1, {"id": "a", "date": date, "amount": amount}, mapping=MAPPING, zone=BERLIN, now=NOW)

    assert isinstance(found, OutcomeRow | IssueCode)
