"""Text, tree, JSON and answers, without a database."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from leadstern.criteria.logic import fact_keys, matches, parse, read, to_json, to_text
from leadstern.criteria.logic.checks import doubts
from leadstern.criteria.terms import MAX_DEPTH, And, Comparison, Node, Not, Operator, Or, Tree, WrongCondition
from tests.criteria.make import CHOICE, FLAG, MOMENT, NUMBER, TEXT, TREES

with_fixture = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def depth(node: Node) -> int:
    match node:
        case And(parts) | Or(parts):
            return 1 + max(depth(part) for part in parts)
        case Not(part):
            return 1 + depth(part)
        case _:
            return 1


@with_fixture
@given(TREES)
def test_text_gives_the_same_tree_back(tree: Tree) -> None:
    assume(depth(tree.root) <= MAX_DEPTH)
    assert parse(to_text(tree)) == tree


@with_fixture
@given(TREES)
def test_json_gives_the_same_tree_back(tree: Tree) -> None:
    assume(depth(tree.root) <= MAX_DEPTH)
    assert read(json.loads(json.dumps(to_json(tree)))) == tree


def test_and_binds_closer_than_or_and_not_closest() -> None:
    tree = parse(f'{FLAG} or not {FLAG} and {TEXT} = "x"')
    flag, text = Comparison(FLAG, Operator.EQUAL, (True,)), Comparison(TEXT, Operator.EQUAL, ("x",))
    assert tree == Tree(Or((flag, And((Not(flag), text)))))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (f'{CHOICE} == "DE"', f'{CHOICE} = "DE"'),
        (f"{NUMBER} <> 4", f"{NUMBER} != 4"),
        (f"!{FLAG} && {NUMBER} > 1 || {FLAG}", f"not {FLAG} and {NUMBER} > 1 or {FLAG}"),
        (f"NOT {FLAG} AND {TEXT} IS UNKNOWN", f"not {FLAG} and {TEXT} is unknown"),
        (f"{FLAG} = true", FLAG),
        (f'{CHOICE} not in ["DE"]', f'not {CHOICE} in ["DE"]'),
        (f"{NUMBER}  between\n 1 and 2.50", f"({NUMBER} between 1 and 2.5)"),
    ],
)
def test_other_spellings_mean_the_same(text: str, same: str) -> None:
    assert parse(text) == parse(same)


def test_fact_keys_lists_each_once() -> None:
    assert fact_keys(parse(f"{NUMBER} > 1 and not ({NUMBER} < 9 or {FLAG})")) == {NUMBER, FLAG}


@pytest.mark.parametrize(
    ("text", "facts", "answer"),
    [
        (f'{CHOICE} in ["DE", "AT"]', {CHOICE: "DE"}, True),
        (f'{CHOICE} in ["DE", "AT"]', {CHOICE: ""}, None),
        (f'not {CHOICE} in ["DE", "AT"]', {}, None),
        (f"{NUMBER} > 1 or {FLAG}", {FLAG: True}, True),
        (f"{NUMBER} > 1 and {FLAG}", {FLAG: False}, False),
        (f"{NUMBER} > 1 and {FLAG}", {FLAG: True}, None),
        (f"{NUMBER} is unknown", {}, True),
        (f"not {NUMBER} is known", {NUMBER: 0}, False),
        (f'{TEXT} contains "KÖL"', {TEXT: "Bad köln"}, True),
        (f'{TEXT} starts with "KÖL"', {TEXT: "Bad köln"}, False),
        (f'{TEXT} = "köln"', {TEXT: "Köln"}, False),
        (f'{TEXT} between "50000" and "53999"', {TEXT: "53999"}, True),
    ],
)
def test_matches_answers_true_false_or_unknown(text: str, facts: dict[str, Any], answer: bool | None) -> None:
    assert matches(parse(text), facts) is answer


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", None, "empty"),
        ("test.plase = 1", (1, 1), "Did you mean “test.place”?"),
        (f"{FLAG} and\n  {TEXT} = 1", (2, 3), "in double quotes"),
        (f'{NUMBER} > "4"', (1, 1), "a number, without quotes"),
        (f"{TEXT} > 4", (1, 1), "in double quotes"),
        (f'{NUMBER} contains "4"', (1, 1), "cannot be tested"),
        (f"{TEXT} = ", (1, 13), "A value belongs here"),
        (f'{TEXT} = "x', (1, 14), "quotation mark"),
        (f"({FLAG}", (1, 15), "breaks off"),
        (f"{FLAG} {FLAG}", (1, 15), "not expected"),
        (f'{MOMENT} > "21.11.2026"', (1, 1), "2026-11-21"),
        (f'{TEXT} = ""', (1, 1), "is unknown"),
        (f'{TEXT} = "\\u0000"', (1, 1), "no text can have"),
        (f'{TEXT} = "\\ud800"', (1, 1), "no text can have"),
        (f"{NUMBER} = 9999999999999", (1, 1), "too large"),
    ],
)
def test_a_wrong_text_is_named_with_its_place(text: str, place: tuple[int, int] | None, words: str) -> None:
    with pytest.raises(WrongCondition) as caught:
        parse(text)
    assert words in str(caught.value)
    assert (caught.value.line, caught.value.column) == (place or (None, None))


@pytest.mark.parametrize(
    ("value", "doubt"),
    [
        ("DE", []),
        ("Germany", ["So far “test.land” never is “Germany”."]),
        ("österreich", ["So far “test.land” never is “österreich”. Did you mean “AT”?"]),
        ("dE", ["So far “test.land” never is “dE”. Did you mean “DE”?"]),
    ],
)
def test_a_value_outside_the_list_is_doubted_but_allowed(value: str, doubt: list[str]) -> None:
    assert doubts(parse(f'not {CHOICE} = "{value}"').root) == doubt


@pytest.mark.parametrize(
    "text",
    [
        '__import__("os").system("id")',
        f"{TEXT} = 'x'; DROP TABLE leads_lead",
        f'{TEXT} = "x" UNION SELECT 1',
        f"{TEXT}.__class__ is known",
        "not " * 5000 + FLAG,
        "(" * 30_000,
        f"{FLAG} and " * 4000 + FLAG,
        f"{TEXT} in [" + ", ".join(['"x"'] * 201) + "]",
        f'{TEXT} = "' + "x" * 501 + '"',
        "a" * 1_000_000,
        "\ud800",
        "{{ 7 * 7 }}",
    ],
)
def test_hostile_text_is_refused_with_a_short_message(text: str) -> None:
    with pytest.raises(WrongCondition) as caught:
        parse(text)
    assert len(str(caught.value)) < 300


def nested(levels: int) -> Any:
    part: Any = {"fact": FLAG, "is": "known", "values": []}
    for _ in range(levels):
        part = {"not": part}
    return part


@pytest.mark.parametrize(
    "condition",
    [
        None,
        [],
        "test.business",
        {"and": []},
        {"and": [{"fact": FLAG, "is": "known", "values": []}]},
        {"and": "xy"},
        {"fact": FLAG, "is": "known", "values": [], "more": 1},
        {"fact": FLAG, "is": "like", "values": ["x"]},
        {"fact": FLAG, "is": "=", "values": [1]},
        {"fact": FLAG, "is": "=", "values": []},
        {"fact": NUMBER, "is": "=", "values": [True]},
        {"fact": NUMBER, "is": "=", "values": [float("nan")]},
        {"fact": NUMBER, "is": "=", "values": [float("inf")]},
        {"fact": NUMBER, "is": "between", "values": [1]},
        {"fact": TEXT, "is": "=", "values": [None]},
        {"fact": MOMENT, "is": ">", "values": ["9999-12-31"]},
        {"fact": "id__in", "is": "=", "values": ["1"]},
        nested(12),
        nested(5000),
        {"or": [nested(0)] * 201},
        {"or": [{"fact": TEXT, "is": "in", "values": ["x"] * 200}] * 6},
    ],
)
def test_read_refuses_what_is_no_condition(condition: Any) -> None:
    with pytest.raises(WrongCondition):
        read({"version": 1, "condition": condition})


@pytest.mark.parametrize("json", [None, 1, {}, {"version": 2, "condition": nested(0)}, {"condition": nested(0)}])
def test_read_refuses_other_versions(json: Any) -> None:
    with pytest.raises(WrongCondition):
        read(json)


def test_twelve_levels_are_allowed() -> None:
    assert depth(read({"version": 1, "condition": nested(11)}).root) == 12


@with_fixture
@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from([FLAG, TEXT, "and", "or", "not", "(", ")", "=", '"x"', "in", "[", "]", "1", ".", "is known"])
    ).map(" ".join)
)
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(WrongCondition):
        assert parse(to_text(parse(text))) == parse(text)
