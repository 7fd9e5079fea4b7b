"""A condition as one SQL expression with SQL's own three-valued logic.

Django's `~Q` and `exclude()` add IS NOT NULL and so turn unknown into true; these expressions say NOT, AND, OR as they
are. Text is compared by code point on both databases: SQLite's BINARY is that, on PostgreSQL we say COLLATE "C".
"""

from typing import Any

from django.db.models import BooleanField, DateTimeField, F, FloatField, Func, TextField, Value
from django.db.models.functions import NullIf, Replace, StrIndex

from leadstern.core.registry import Fact, FactKind
from leadstern.criteria.logic.checks import span
from leadstern.criteria.logic.matching import FOLDED, folded
from leadstern.criteria.terms import And, Comparison, Node, Not, Operator, Or

_OUTPUT = {
    FactKind.TEXT: TextField,
    FactKind.CHOICE: TextField,
    FactKind.NUMBER: FloatField,
    FactKind.BOOLEAN: BooleanField,
    FactKind.MOMENT: DateTimeField,
}


class Claim(Func):
    """A piece of SQL that is true, false or NULL: its parts in brackets, joined by `arg_joiner`."""

    output_field = BooleanField(null=True)
    conditional = True
    template = "(%(expressions)s)"

    def __init__(self, *expressions: Any, joiner: str = " AND ", template: str = "(%(expressions)s)") -> None:
        super().__init__(*expressions, arg_joiner=joiner, template=template)


class Bracketed(Func):
    """An operand, so that no operator inside can bind with ours outside."""

    template = "(%(expressions)s)"


class ByCodePoint(Func):
    """Text that sorts by code point. SQLite's columns do so already."""

    template = "(%(expressions)s)"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, template='((%(expressions)s) COLLATE "C")', **extra)


class AsciiLower(Func):
    """lower() of A to Z only, on both databases (with COLLATE "C" PostgreSQL leaves other letters alone)."""

    function = "LOWER"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, template='LOWER((%(expressions)s) COLLATE "C")', **extra)


def alias(key: str) -> str:
    """The name under which a fact stands in a query."""
    return "fact_" + key.replace(".", "_")


def fact_expression(fact: Fact, now: Any) -> Any:
    """The fact for a queryset of leads; empty text is NULL, which means unknown."""
    expression = fact.expression(now)
    if fact.kind in (FactKind.TEXT, FactKind.CHOICE):
        return NullIf(expression, Value(""), output_field=TextField())
    return expression


def claim(node: Node, kinds: dict[str, FactKind]) -> Claim:
    """The SQL of a node. The facts stand in the queryset under their `alias`."""
    match node:
        case And(parts):
            return Claim(*(claim(part, kinds) for part in parts), joiner=" AND ")
        case Or(parts):
            return Claim(*(claim(part, kinds) for part in parts), joiner=" OR ")
        case Not(part):
            return Claim(claim(part, kinds), template="(NOT %(expressions)s)")
        case Comparison():
            return _comparison(node, kinds[node.fact])


def _comparison(test: Comparison, kind: FactKind) -> Claim:
    fact = Bracketed(F(alias(test.fact)), output_field=_OUTPUT[kind]())
    templates = {
        Operator.KNOWN: "(%(expressions)s IS NOT NULL)",
        Operator.UNKNOWN: "(%(expressions)s IS NULL)",
        Operator.CONTAINS: "(%(expressions)s > 0)",
        Operator.STARTS_WITH: "(%(expressions)s = 1)",
    }
    if test.operator in (Operator.KNOWN, Operator.UNKNOWN):
        return Claim(fact, template=templates[test.operator])
    if test.operator in (Operator.CONTAINS, Operator.STARTS_WITH):
        return Claim(_position(fact, test), template=templates[test.operator])
    return _in_time(fact, test) if kind is FactKind.MOMENT else _compared(fact, test, kind)


def _compared(fact: Func, test: Comparison, kind: FactKind) -> Claim:
    operand: Func = ByCodePoint(fact) if kind is FactKind.TEXT else fact
    literals = [Value(value, output_field=_OUTPUT[kind]()) for value in test.values]
    match test.operator:
        case Operator.IN:
            return Claim(operand, Bracketed(*literals, arg_joiner=", "), joiner=" IN ")
        case Operator.BETWEEN:
            return Claim(Claim(operand, literals[0], joiner=" >= "), Claim(operand, literals[1], joiner=" <= "))
    return Claim(operand, literals[0], joiner=f" {_sql(test.operator)} ")


def _position(fact: Func, test: Comparison) -> StrIndex:
    """Where the needle begins in the small letters of the fact; 0: nowhere."""
    small: Any = AsciiLower(fact)
    for letter in FOLDED:
        small = Replace(small, Value(letter), Value(letter.lower()), output_field=TextField())
    return StrIndex(small, Value(folded(str(test.values[0]))))


def _in_time(fact: Func, test: Comparison) -> Claim:
    first, last = span(str(test.values[0])), span(str(test.values[-1]))

    def compared(operator: str, moment: Any) -> Claim:
        return Claim(fact, Value(moment, output_field=DateTimeField()), joiner=f" {operator} ")

    match test.operator:
        case Operator.EQUAL | Operator.BETWEEN:
            return Claim(compared(">=", first.start), compared("<", last.end))
        case Operator.UNEQUAL:
            return Claim(compared("<", first.start), compared(">=", first.end), joiner=" OR ")
        case Operator.LESS:
            return compared("<", first.start)
        case Operator.AT_MOST:
            return compared("<", first.end)
        case Operator.MORE:
            return compared(">=", first.end)
        case _:
            return compared(">=", first.start)


def _sql(operator: Operator) -> str:
    return {
        Operator.EQUAL: "=",
        Operator.UNEQUAL: "<>",
        Operator.LESS: "<",
        Operator.AT_MOST: "<=",
        Operator.MORE: ">",
        Operator.AT_LEAST: ">=",
    }[operator]
