"""The canonical form: a versioned JSON tree, as tables keep it.

{"version": 1, "condition": {"and": [{"fact": "lead.country", "is": "in", "values": ["DE"]}, {"not": {…}}]}}
Enters: JSON values that may come from anywhere. Leaves: a checked `Tree`, or WrongCondition.
"""

from typing import Any

from django.utils.translation import gettext as _

from leadstern.criteria.logic.checks import checked_test
from leadstern.criteria.terms import (
    MAX_DEPTH,
    MAX_NODES,
    MAX_VALUES,
    VERSION,
    And,
    Comparison,
    Node,
    Not,
    Operator,
    Or,
    Tree,
    WrongCondition,
)

WORDS = frozenset(operator.value for operator in Operator)


def read(json: Any) -> Tree:
    """The condition in `json` (already decoded). Raises WrongCondition: unknown fact, wrong type, too large."""
    if not isinstance(json, dict) or json.get("version") != VERSION or set(json) != {"version", "condition"}:
        raise WrongCondition(_("This is no condition of version %(version)s.") % {"version": VERSION})
    return Tree(_read(json["condition"], Budget(), 1))


def to_json(tree: Tree) -> dict[str, Any]:
    """The canonical form; `read` gives the same tree back."""
    return {"version": VERSION, "condition": _write(tree.root)}


class Budget:
    """Counts what a condition holds while it is read, so that nothing large is ever built."""

    def __init__(self) -> None:
        self.nodes = self.values = 0

    def enter(self, depth: int) -> None:
        """One more node at `depth`. Raises WrongCondition beyond the limits."""
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise WrongCondition(
                _("The condition is nested too deeply (at most %(number)s levels).") % {"number": MAX_DEPTH}
            )
        if self.nodes > MAX_NODES:
            raise WrongCondition(_("The condition is too long (at most %(number)s parts).") % {"number": MAX_NODES})

    def take(self, values: int) -> None:
        self.values += values
        if self.values > MAX_VALUES:
            raise WrongCondition(_("The condition lists more than %(number)s values.") % {"number": MAX_VALUES})


def _read(json: Any, budget: Budget, depth: int) -> Node:
    budget.enter(depth)
    match json:
        case {"and": [_, _, *_] as parts, **rest} if not rest:
            return And(tuple(_read(part, budget, depth + 1) for part in parts))
        case {"or": [_, _, *_] as parts, **rest} if not rest:
            return Or(tuple(_read(part, budget, depth + 1) for part in parts))
        case {"not": part, **rest} if not rest:
            return Not(_read(part, budget, depth + 1))
        case {"fact": str(key), "is": str(word), "values": list(values), **rest} if not rest and word in WORDS:
            budget.take(len(values))
            return checked_test(key, Operator(word), values)
        case _:
            raise _unreadable()


def _unreadable() -> WrongCondition:
    return WrongCondition(_("A part of the condition is neither and, or, not nor a test."))


def _write(node: Node) -> dict[str, Any]:
    match node:
        case And(parts):
            return {"and": [_write(part) for part in parts]}
        case Or(parts):
            return {"or": [_write(part) for part in parts]}
        case Not(part):
            return {"not": _write(part)}
        case Comparison(fact, operator, values):
            return {"fact": fact, "is": operator.value, "values": list(values)}
