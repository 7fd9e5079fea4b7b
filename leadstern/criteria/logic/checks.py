"""Whether a test makes sense: the fact exists, its kind allows the operator, the values are of its kind.

Enters: a fact's key, operator and raw values. Leaves: a normalised `Comparison`. Called by the readers of text and
of JSON.
"""

import math
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from leadstern.core.registry import Fact, FactKind, facts
from leadstern.criteria.terms import (
    COMPARISONS,
    MAX_NUMBER,
    MAX_STRING,
    And,
    Comparison,
    Node,
    Not,
    Operator,
    Or,
    Span,
    Value,
    WrongCondition,
)

_IS_THERE = {Operator.KNOWN, Operator.UNKNOWN}
_EQUALITY = {Operator.EQUAL, Operator.UNEQUAL}
ALLOWED: dict[FactKind, frozenset[Operator]] = {
    FactKind.TEXT: frozenset(Operator),
    FactKind.NUMBER: frozenset(COMPARISONS | _IS_THERE | {Operator.IN, Operator.BETWEEN}),
    FactKind.BOOLEAN: frozenset(_EQUALITY | _IS_THERE),
    FactKind.MOMENT: frozenset(COMPARISONS | _IS_THERE | {Operator.BETWEEN}),
    FactKind.CHOICE: frozenset(_EQUALITY | _IS_THERE | {Operator.IN}),
}


def checked_test(key: str, operator: Operator, values: Iterable[Any]) -> Comparison:
    """The test with its values in their one canonical form. Raises WrongCondition (without a place)."""
    fact = known_fact(key)
    if operator not in ALLOWED[fact.kind]:
        raise WrongCondition(
            _("“%(fact)s” is %(kind)s and cannot be tested with “%(operator)s”.")
            % {"fact": key, "kind": _kind_words(fact.kind), "operator": operator.replace("_", " ")}
        )
    read = tuple(_value(fact, operator, value) for value in values)
    _check_number_of_values(operator, len(read))
    return Comparison(key, operator, read)


def known_fact(key: str) -> Fact:
    """The offered fact. Raises WrongCondition with the nearest known one."""
    fact = facts.get(key)
    if fact is None:
        raise WrongCondition(_("There is no detail “%(key)s”.") % {"key": key[:60]} + did_you_mean(key, keys()))
    return fact


def keys() -> list[str]:
    return [fact.key for fact in facts]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    small = {spelling.lower(): spelling for spelling in known}
    near = get_close_matches(word[:60].lower(), list(small), n=1, cutoff=0.6)
    return " " + _("Did you mean “%(word)s”?") % {"word": small[near[0]]} if near else ""


def doubts(root: Node) -> list[str]:
    """Sentences about values that no list of a CHOICE fact holds. A doubt, no mistake: the list may grow (sources)."""
    return [
        text
        for node in nodes(root)
        if isinstance(node, Comparison) and (fact := facts.get(node.fact)) is not None and fact.choices is not None
        for text in _unlisted(fact, node.values, {value: str(label) for value, label in fact.choices()})
    ]


def _unlisted(fact: Fact, values: Iterable[Value], known: dict[Any, str]) -> Iterator[str]:
    for value in values:
        if value not in known:
            by_label = [str(key) for key, label in known.items() if label.lower() == str(value).lower()]
            hint = did_you_mean(by_label[0], by_label) if by_label else did_you_mean(str(value), map(str, known))
            yield _("So far “%(fact)s” never is “%(value)s”.") % {"fact": fact.key, "value": str(value)[:60]} + hint


def nodes(root: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield root
    for part in parts_of(root):
        yield from nodes(part)


def parts_of(node: Node) -> tuple[Node, ...]:
    """The nodes directly below."""
    match node:
        case And(parts) | Or(parts):
            return parts
        case Not(part):
            return (part,)
        case _:
            return ()


def span(text: str) -> Span:
    """What a moment literal covers. Dates and times without an offset are those of the company's time zone."""
    zone = timezone.get_default_timezone()
    moment = _moment(text)
    if isinstance(moment, datetime):
        start = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return Span(start, start + timedelta(microseconds=1))
    midnight = datetime.combine(moment, time.min, tzinfo=zone)
    return Span(midnight, datetime.combine(moment + timedelta(days=1), time.min, tzinfo=zone))


def _value(fact: Fact, operator: Operator, value: Any) -> Value:
    match fact.kind:
        case FactKind.NUMBER:
            return _number(fact, value)
        case FactKind.BOOLEAN:
            if not isinstance(value, bool):
                raise _wrong_kind(fact, _("true or false"))
            return value
        case FactKind.MOMENT:
            return _moment_text(fact, value)
        case _:
            return _text(fact, value)


def _number(fact: Fact, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong_kind(fact, _("a number, without quotes"))
    if not math.isfinite(value) or abs(value) > MAX_NUMBER:
        raise WrongCondition(_("The number for “%(fact)s” is too large.") % {"fact": fact.key})
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded


def _text(fact: Fact, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong_kind(fact, _("a text in double quotes"))
    if not value:
        raise WrongCondition(
            _("“%(fact)s” is compared with an empty text. Write “%(fact)s is unknown”.") % {"fact": fact.key}
        )
    if len(value) > MAX_STRING:
        raise WrongCondition(_("A text may have at most %(number)s characters.") % {"number": MAX_STRING})
    # PostgreSQL stores no NUL, neither database a half of a surrogate pair.
    if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in value):
        raise WrongCondition(_("The text for “%(fact)s” holds a character that no text can have.") % {"fact": fact.key})
    return value


def _moment_text(fact: Fact, value: Any) -> str:
    try:
        return _moment(_text(fact, value)).isoformat()
    except ValueError:
        raise _wrong_kind(fact, _('a date such as "2026-11-21" or a moment such as "2026-11-21T14:30"')) from None


def _moment(text: str) -> date | datetime:
    moment = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    if not 1900 <= moment.year <= 2199:
        raise ValueError(text)
    return moment


def _check_number_of_values(operator: Operator, number: int) -> None:
    least, most = {
        Operator.KNOWN: (0, 0), Operator.UNKNOWN: (0, 0), Operator.BETWEEN: (2, 2), Operator.IN: (1, 200)
    }.get(operator, (1, 1))  # fmt: skip
    if not least <= number <= most:
        raise WrongCondition(
            _("“%(operator)s” takes %(least)s to %(most)s values, not %(number)s.")
            % {"operator": operator.replace("_", " "), "least": least, "most": most, "number": number}
        )


def _wrong_kind(fact: Fact, expected: str) -> WrongCondition:
    return WrongCondition(_("“%(fact)s” is compared with %(expected)s.") % {"fact": fact.key, "expected": expected})


def _kind_words(kind: FactKind) -> str:
    return {
        FactKind.TEXT: _("a text"),
        FactKind.NUMBER: _("a number"),
        FactKind.BOOLEAN: _("a yes-or-no detail"),
        FactKind.MOMENT: _("a point in time"),
        FactKind.CHOICE: _("a choice from a list"),
    }[kind]
