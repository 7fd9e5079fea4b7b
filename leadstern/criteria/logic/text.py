"""The readable form: `lead.country in ["DE", "AT"] and score.fit >= 40 and not lead.free_mail`.

Enters: text that a person typed. Leaves: a checked `Tree`, or WrongCondition with line, column and what is near.
The grammar is a subset of the Common Expression Language with words for contains, between and unknown.
"""

import json
from decimal import Decimal
from functools import cache
from typing import Any

import lark
from django.utils.translation import gettext as _

from leadstern.criteria.logic.canonical import Budget
from leadstern.criteria.logic.checks import checked_test
from leadstern.criteria.terms import MAX_TEXT, And, Comparison, Node, Not, Operator, Or, Tree, Value, WrongCondition

GRAMMAR = r"""
?start: condition
?condition: conjunction | conjunction (_OR conjunction)+ -> either
?conjunction: negation | negation (_AND negation)+ -> both
?negation: NOT negation                     -> negation
         | "(" condition ")"
         | test
?test: NAME COMPARE _literal                -> compare
     | NAME IN _list                        -> among
     | NAME NOT IN _list                    -> not_among
     | NAME CONTAINS _literal               -> contains
     | NAME STARTS _literal                 -> starts_with
     | NAME BETWEEN _literal _AND _literal  -> between
     | NAME KNOWN                           -> known
     | NAME UNKNOWN                         -> unknown
     | NAME                                 -> flag
_literal: STRING | NUMBER | TRUE | FALSE
_list: "[" _literal ("," _literal)* "]"

_OR.2: /or\b|\|\|/i
_AND.2: /and\b|&&/i
NOT.2: /not\b|!(?!=)/i
IN.2: /in\b/i
CONTAINS.2: /contains\b/i
STARTS.2: /starts\s+with\b/i
BETWEEN.2: /between\b/i
UNKNOWN.2: /is\s+unknown\b/i
KNOWN.2: /is\s+known\b/i
TRUE.2: /true\b/i
FALSE.2: /false\b/i
COMPARE.2: /==|=|!=|<>|<=|>=|<|>/
STRING: /"(?:[^"\\]|\\.)*"/s
NUMBER: /-?[0-9]{1,18}(?:\.[0-9]{1,18})?(?![\w.])/
NAME: /[^\W\d]\w*(?:\.\w+)*/
%ignore /\s+/
"""
_SPELLINGS = {"==": "=", "<>": "!="}


def parse(text: str) -> Tree:
    """The condition in `text`. Raises WrongCondition with its place, in the language of the person who asks."""
    if len(text) > MAX_TEXT:
        raise WrongCondition(_("The condition is longer than %(number)s characters.") % {"number": MAX_TEXT})
    if not text.strip():
        raise WrongCondition(_("The condition is empty."))
    try:
        parsed = _parser().parse(text)
    except lark.UnexpectedInput as error:
        raise _unexpected(error, text) from None
    return Tree(_node(parsed, Budget(), 1))


@cache
def _parser() -> lark.Lark:
    """Made when it is first needed: most commands read no condition."""
    return lark.Lark(GRAMMAR, parser="lalr", maybe_placeholders=False)


def to_text(tree: Tree) -> str:
    """The condition as a person would type it; `parse` gives the same tree back."""
    return _written(tree.root, is_inside=False)


def _node(parsed: Any, budget: Budget, depth: int) -> Node:
    place = _first_token(parsed)
    try:
        budget.enter(depth)
        match parsed.data:
            case "either":
                return Or(tuple(_node(part, budget, depth + 1) for part in parsed.children))
            case "both":
                return And(tuple(_node(part, budget, depth + 1) for part in parsed.children))
            case "negation":
                return Not(_node(parsed.children[1], budget, depth + 1))
            case "not_among":
                budget.enter(depth + 1)
                return Not(_test(parsed, budget))
            case _:
                return _test(parsed, budget)
    except WrongCondition as error:
        if error.line is not None:
            raise
        raise WrongCondition(error.message, line=place.line, column=place.column) from None


def _first_token(parsed: Any) -> Any:
    while isinstance(parsed, lark.Tree):
        parsed = parsed.children[0]
    return parsed


def _test(parsed: Any, budget: Budget) -> Comparison:
    name, *rest = parsed.children
    values = [_literal(token) for token in rest if token.type in ("STRING", "NUMBER", "TRUE", "FALSE")]
    budget.take(len(values))
    match parsed.data:
        case "flag":
            operator, values = Operator.EQUAL, [True]
        case "compare":
            operator = Operator(_SPELLINGS.get(rest[0], str(rest[0])))
        case "among" | "not_among":
            operator = Operator.IN
        case word:
            operator = Operator(str(word))
    return checked_test(str(name).lower(), operator, values)


def _literal(token: Any) -> Value:
    match token.type:
        case "TRUE":
            return True
        case "FALSE":
            return False
        case "NUMBER":
            return float(token) if "." in token else int(token)
    try:
        return str(json.loads(token, strict=False))
    except ValueError:
        raise WrongCondition(
            _("A backslash in a text is written twice."), line=token.line, column=token.column
        ) from None


def _unexpected(error: lark.UnexpectedInput, text: str) -> WrongCondition:
    expected: set[str] = set(getattr(error, "expected", None) or getattr(error, "allowed", None) or ())
    hint = " " + _expected_words(expected)
    token = getattr(error, "token", None)
    if token is not None and token.type == "$END":
        lines = text.rstrip().splitlines()
        return WrongCondition(_("The condition breaks off here.") + hint, line=len(lines), column=len(lines[-1]) + 1)
    found = str(token) if token is not None else text[error.pos_in_stream or 0 :][:1]
    if found == '"':
        return WrongCondition(_("The closing quotation mark is missing."), line=error.line, column=error.column)
    message = _("“%(found)s” is not expected here.") % {"found": found[:40]}
    return WrongCondition(message + hint, line=error.line, column=error.column)


def _expected_words(expected: set[str]) -> str:
    if "STRING" in expected:
        return _('A value belongs here: a text such as "DE", a number, true or false.')
    if "COMPARE" in expected:
        return _("A comparison belongs here: =, !=, <, <=, >, >=, in, contains, starts with, between, is known.")
    if "NAME" in expected:
        return _("A detail belongs here, for example lead.country.")
    return _("“and”, “or” or the end belongs here.")


def _written(node: Node, *, is_inside: bool) -> str:
    match node:
        case And(parts) | Or(parts):
            word = " and " if isinstance(node, And) else " or "
            joined = word.join(_written(part, is_inside=True) for part in parts)
            return f"({joined})" if is_inside else joined
        case Not(Comparison(fact, Operator.IN, values)):
            return f"{fact} not in {_written_list(values)}"
        case Not(part):
            return "not " + _written(part, is_inside=True)
        case Comparison():
            return _written_test(node)


def _written_test(test: Comparison) -> str:
    values = [_written_value(value) for value in test.values]
    match test.operator:
        case Operator.KNOWN | Operator.UNKNOWN:
            return f"{test.fact} is {test.operator}"
        case Operator.IN:
            return f"{test.fact} in {_written_list(test.values)}"
        case Operator.BETWEEN:
            return f"{test.fact} between {values[0]} and {values[1]}"
        case Operator.STARTS_WITH:
            return f"{test.fact} starts with {values[0]}"
        case Operator.EQUAL if test.values[0] is True:
            return test.fact
        case _:
            return f"{test.fact} {test.operator} {values[0]}"


def _written_list(values: tuple[Value, ...]) -> str:
    return f"[{', '.join(_written_value(value) for value in values)}]"


def _written_value(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return format(Decimal(repr(value)), "f")
