"""The answer of a condition for facts already at hand, with SQL's three-valued logic.

Enters: a `Tree` and plain values. Leaves: True, False or None (unknown). Property tests prove the answer equal to the
database's (`queries.leads_matching`) on SQLite and PostgreSQL.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from leadstern.core.registry import FactKind, facts
from leadstern.criteria.logic.checks import nodes, span
from leadstern.criteria.terms import And, Answer, Comparison, Node, Not, Operator, Or, Tree

FOLDED = "ÄÖÜẞÀÂÆÇÈÉÊËÌÎÏÒÔŒÙÛŸ"
"""Capitals of German, French and Italian beyond ASCII. SQLite's lower() knows ASCII only, so we fold these by table."""
FOLD_TABLE = str.maketrans({letter: letter.lower() for letter in FOLDED + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"})


def matches(tree: Tree, facts: Mapping[str, Any]) -> Answer:
    """Whether `facts` (key to value; missing, None and empty text are unknown) meet the condition.

    Text is compared letter by letter in the order of code points; `contains` and `starts with` ignore case.
    """
    return _answer(tree.root, facts)


def fact_keys(tree: Tree) -> set[str]:
    """The facts a condition asks for."""
    return {node.fact for node in nodes(tree.root) if isinstance(node, Comparison)}


def folded(text: str) -> str:
    """Small letters, one for one: the form in which `contains` and `starts with` compare."""
    return text.translate(FOLD_TABLE)


def _answer(node: Node, values: Mapping[str, Any]) -> Answer:
    match node:
        case And(parts):
            return _all(_answer(part, values) for part in parts)
        case Or(parts):
            negated = _all(_negated(_answer(part, values)) for part in parts)
            return _negated(negated)
        case Not(part):
            return _negated(_answer(part, values))
        case Comparison():
            return _tested(node, values.get(node.fact))


def _all(answers: Iterator[Answer]) -> Answer:
    """Kleene's conjunction: one false makes it false, else one unknown makes it unknown."""
    result: Answer = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            result = None
    return result


def _negated(answer: Answer) -> Answer:
    return None if answer is None else not answer


def _tested(test: Comparison, value: Any) -> Answer:
    is_known = value is not None and value != ""
    match test.operator:
        case Operator.KNOWN:
            return is_known
        case Operator.UNKNOWN:
            return not is_known
    if not is_known:
        return None
    fact = facts.get(test.fact)
    match fact.kind if fact else FactKind.TEXT:
        case FactKind.NUMBER:
            return _compared(test.operator, float(value), [float(literal) for literal in test.values])
        case FactKind.MOMENT:
            return _in_time(test, value)
        case _:
            return _compared(test.operator, value, list(test.values))


def _compared(operator: Operator, value: Any, literals: list[Any]) -> bool:  # noqa: C901, PLR0911 -- a flat list
    first = literals[0]
    match operator:
        case Operator.EQUAL:
            return bool(value == first)
        case Operator.UNEQUAL:
            return bool(value != first)
        case Operator.LESS:
            return bool(value < first)
        case Operator.AT_MOST:
            return bool(value <= first)
        case Operator.MORE:
            return bool(value > first)
        case Operator.AT_LEAST:
            return bool(value >= first)
        case Operator.IN:
            return value in literals
        case Operator.BETWEEN:
            return bool(first <= value <= literals[1])
        case Operator.CONTAINS:
            return folded(first) in folded(value)
        case Operator.STARTS_WITH:
            return folded(value).startswith(folded(first))
    raise ValueError(operator)


def _in_time(test: Comparison, value: Any) -> bool:
    first, last = span(str(test.values[0])), span(str(test.values[-1]))
    match test.operator:
        case Operator.EQUAL | Operator.BETWEEN:
            return bool(first.start <= value < last.end)
        case Operator.UNEQUAL:
            return not first.start <= value < first.end
        case Operator.LESS:
            return bool(value < first.start)
        case Operator.AT_MOST:
            return bool(value < first.end)
        case Operator.MORE:
            return bool(value >= first.end)
        case Operator.AT_LEAST:
            return bool(value >= first.start)
    raise ValueError(test.operator)
