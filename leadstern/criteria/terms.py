"""A condition as plain values: the tree, its operators, its limits and the error that says what is wrong with one.

Enters: nothing. Leaves: frozen dataclasses that `logic` reads from text or JSON and `queries` turns into SQL.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, TypeAlias

from django.utils.translation import gettext as _

from leadstern.core.errors import Invalid

VERSION = 1
MAX_DEPTH = 12
MAX_NODES = 200
MAX_VALUES = 1000
MAX_STRING = 500
MAX_TEXT = 50_000
MAX_NUMBER = 10**12

Value: TypeAlias = str | int | float | bool
Answer: TypeAlias = Literal[True, False] | None
"""True, false, or unknown (None), as in SQL."""


class Operator(StrEnum):
    """How a fact is tested. The values are the words of the JSON form."""

    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    IN = "in"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    BETWEEN = "between"
    KNOWN = "known"
    UNKNOWN = "unknown"


COMPARISONS = frozenset(
    {Operator.EQUAL, Operator.UNEQUAL, Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST}
)
OPPOSITES = {
    Operator.EQUAL: Operator.UNEQUAL,
    Operator.UNEQUAL: Operator.EQUAL,
    Operator.LESS: Operator.AT_LEAST,
    Operator.AT_LEAST: Operator.LESS,
    Operator.MORE: Operator.AT_MOST,
    Operator.AT_MOST: Operator.MORE,
    Operator.KNOWN: Operator.UNKNOWN,
    Operator.UNKNOWN: Operator.KNOWN,
}
"""`not (a < b)` is `a >= b` in three-valued logic too: both are unknown when a is unknown."""


@dataclass(frozen=True)
class Comparison:
    """One fact put to one test. `values` holds none (known), one, two (between) or many (in)."""

    fact: str
    operator: Operator
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Not:
    part: "Node"


@dataclass(frozen=True)
class And:
    parts: "tuple[Node, ...]"


@dataclass(frozen=True)
class Or:
    parts: "tuple[Node, ...]"


Node: TypeAlias = Comparison | Not | And | Or


@dataclass(frozen=True)
class Tree:
    """A checked condition. Only `logic.parse` and `logic.read` make one."""

    root: Node


@dataclass(frozen=True)
class Span:
    """What a moment literal covers: from `start` up to, not including, `end`. A date covers its whole day."""

    start: datetime
    end: datetime


class WrongCondition(Invalid):
    """A condition cannot be understood. `line` and `column` count from 1 and are None when it came as JSON."""

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        self.message, self.line, self.column = message, line, column
        place = _("Line %(line)s, character %(column)s: ") % {"line": line, "column": column} if line else ""
        super().__init__({"": [place + message]})
