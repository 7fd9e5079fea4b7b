"""A condition as a sentence that a person can read aloud, in German and English.

Enters: a checked tree and a language. Leaves: one sentence without full stop. Called by every page
that shows conditions.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from leadstern.core import formats
from leadstern.core.registry import Fact, FactKind, facts
from leadstern.criteria.logic.checks import span
from leadstern.criteria.terms import OPPOSITES, And, Comparison, Node, Not, Operator, Or, Tree, Value


def sentence(tree: Tree, *, language: str) -> str:
    """The condition in words. Never fails: a fact no longer offered appears by its key."""
    with translation.override(language):
        words = _words(tree.root, level=0)
    return words[:1].upper() + words[1:]


def _words(node: Node, *, level: int) -> str:
    match node:
        case And(parts):
            return _joined(parts, Or, pgettext("condition", " and "), pgettext("condition", ", besides "), level)
        case Or(parts):
            return _joined(parts, And, pgettext("condition", " or "), pgettext("condition", ", or else "), level)
        case Not(part):
            return _negated(part, level)
        case Comparison():
            return _test(node)


def _joined(parts: tuple[Node, ...], other: type, word: str, pause: str, level: int) -> str:
    """`a and b`. Where a part is itself an or, a longer pause keeps the two apart; further down brackets do."""
    has_groups = any(isinstance(part, other) for part in parts)
    joined = (pause if has_groups else word).join(_words(part, level=level + 1) for part in parts)
    return f"({joined})" if level >= 2 else joined


def _negated(part: Node, level: int) -> str:
    match part:
        case Not(inner):
            return _words(inner, level=level)
        case Comparison(fact, operator, values) if operator in OPPOSITES:
            return _test(Comparison(fact, OPPOSITES[operator], values))
        case Comparison():
            return _test(part, is_negated=True)
        case _:
            return _("it is not so that %(condition)s") % {"condition": _words(part, level=2)}


def _test(test: Comparison, *, is_negated: bool = False) -> str:
    fact = facts.get(test.fact)
    kind = fact.kind if fact else FactKind.TEXT
    spoken = [_spoken(fact, value) for value in test.values]
    parts = {
        "fact": str(fact.label) if fact else test.fact,
        "value": _listed(spoken, pgettext("condition", " nor ") if is_negated else pgettext("condition", " or ")),
        "first": spoken[0] if spoken else "",
        "last": spoken[-1] if spoken else "",
    }
    return _pattern(test, kind, is_negated)() % parts


def _pattern(test: Comparison, kind: FactKind, is_negated: bool) -> Callable[[], str]:
    operator = test.operator
    if kind is FactKind.BOOLEAN and operator in (Operator.EQUAL, Operator.UNEQUAL):
        is_yes = (operator is Operator.EQUAL) is bool(test.values[0])
        return (lambda: _("%(fact)s: yes")) if is_yes else (lambda: _("%(fact)s: no"))
    if is_negated and operator is Operator.IN and len(test.values) == 1:
        return _PATTERNS[Operator.UNEQUAL]
    patterns = _MOMENTS if kind is FactKind.MOMENT else _NEGATED if is_negated else _PATTERNS
    return patterns.get(operator) or (_NEGATED if is_negated else _PATTERNS)[operator]


_PATTERNS: dict[Operator, Callable[[], str]] = {
    Operator.EQUAL: lambda: _("%(fact)s is %(value)s"),
    Operator.UNEQUAL: lambda: _("%(fact)s is not %(value)s"),
    Operator.LESS: lambda: _("%(fact)s below %(value)s"),
    Operator.AT_MOST: lambda: _("%(fact)s at most %(value)s"),
    Operator.MORE: lambda: _("%(fact)s above %(value)s"),
    Operator.AT_LEAST: lambda: _("%(fact)s at least %(value)s"),
    Operator.IN: lambda: _("%(fact)s is %(value)s"),
    Operator.CONTAINS: lambda: _("%(fact)s contains %(value)s"),
    Operator.STARTS_WITH: lambda: _("%(fact)s starts with %(value)s"),
    Operator.BETWEEN: lambda: _("%(fact)s from %(first)s to %(last)s"),
    Operator.KNOWN: lambda: _("%(fact)s is known"),
    Operator.UNKNOWN: lambda: _("%(fact)s is unknown"),
}
_NEGATED: dict[Operator, Callable[[], str]] = {
    Operator.IN: lambda: _("%(fact)s is neither %(value)s"),
    Operator.CONTAINS: lambda: _("%(fact)s does not contain %(value)s"),
    Operator.STARTS_WITH: lambda: _("%(fact)s does not start with %(value)s"),
    Operator.BETWEEN: lambda: _("%(fact)s not from %(first)s to %(last)s"),
}
_MOMENTS: dict[Operator, Callable[[], str]] = {
    Operator.EQUAL: lambda: _("%(fact)s on %(value)s"),
    Operator.UNEQUAL: lambda: _("%(fact)s not on %(value)s"),
    Operator.LESS: lambda: _("%(fact)s before %(value)s"),
    Operator.AT_MOST: lambda: _("%(fact)s up to and including %(value)s"),
    Operator.MORE: lambda: _("%(fact)s after %(value)s"),
    Operator.AT_LEAST: lambda: _("%(fact)s from %(value)s on"),
}


def _listed(spoken: list[str], last_word: str) -> str:
    return ", ".join(spoken[:-1]) + (last_word if len(spoken) > 1 else "") + spoken[-1] if spoken else ""


def _spoken(fact: Fact | None, value: Value) -> str:
    if fact is not None and fact.kind is FactKind.NUMBER:
        return f"{_spoken_number(value)} {fact.unit}".rstrip()
    if fact is not None and fact.kind is FactKind.MOMENT:
        return _spoken_moment(str(value))
    if fact is not None and fact.kind is FactKind.CHOICE:
        return _choice_label(fact, value)
    return _("“%(text)s”") % {"text": value}


def _choice_label(fact: Fact, value: Any) -> str:
    labels = dict(fact.choices()) if fact.choices is not None else {}
    return str(labels[value]) if value in labels else _("“%(text)s”") % {"text": value}


def _spoken_moment(text: str) -> str:
    return formats.day(span(text).start) if len(text) == 10 else formats.moment(span(text).start)


def _spoken_number(value: Value) -> str:
    exact = Decimal(repr(value))
    return formats.decimal(exact, max(0, -int(exact.normalize().as_tuple().exponent)))
