"""The criteria of a definition: from stored or entered JSON to checked, typed ones.

Enters: {"criteria": [{"key", "label": {"de", "en"}, "condition", "must", "ask": {"de", "en"}}], "should_needed": n}.
Leaves: `Bar`, or `Invalid` with a sentence per problem. Called by `qualification.actions`, `queries` and `forms`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from leadstern.core.errors import Invalid
from leadstern.criteria.logic import fact_keys, read
from leadstern.criteria.terms import And, Comparison, Operator, Tree
from leadstern.qualification.terms import Importance

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_CRITERIA = 60
UNREADABLE = Tree(Comparison("", Operator.EQUAL, (True,)))
"""Asks for a detail that nobody knows: always unknown, so it never qualifies anybody."""


@dataclass(frozen=True)
class Criterion:
    """One sentence of the agreement. `ask`: what to ask next while it is unknown."""

    key: str
    label: Mapping[str, str]
    condition: Tree
    importance: Importance
    ask: Mapping[str, str]


@dataclass(frozen=True)
class Bar:
    """What an MQL is: every must, no must-not, and at least `should_needed` of the shoulds."""

    criteria: tuple[Criterion, ...]
    should_needed: int

    def fact_keys(self) -> set[str]:
        return set().union(*(fact_keys(criterion.condition) for criterion in self.criteria)) - {""}


def stored_bar(content: dict[str, Any], *, facts: frozenset[str]) -> Bar:
    """The criteria of a stored version. Never fails because a detail is gone: that criterion is unknown from then on,
    so a must among them qualifies nobody until a person looks (the definition page names it)."""
    criteria = []
    for n, raw in enumerate(content["criteria"]):
        problems: dict[str, list[str]] = {}
        criterion = _criterion(raw, f"criteria.{n}", facts, problems)
        criteria.append(replace(criterion, condition=UNREADABLE) if problems else criterion)
    return Bar(tuple(criteria), content["should_needed"])


def read_bar(content: Any, *, facts: frozenset[str], is_draft: bool = False) -> Bar:
    """Checks and types a definition. `facts` are those a criterion may ask for. A draft may be without criteria.

    Raises `Invalid`: unknown facts, a key used twice, more shoulds needed than there are, nothing required at all.
    """
    problems: dict[str, list[str]] = {}
    if not isinstance(content, dict) or not isinstance(content.get("criteria"), list):
        raise Invalid({"": [_("A definition is an object with a list of criteria.")]})
    raw = content["criteria"]
    if len(raw) > MOST_CRITERIA:
        raise Invalid({"": [_("A definition can have %(most)s criteria at most.") % {"most": MOST_CRITERIA}]})
    criteria = tuple(_criterion(one, f"criteria.{n}", facts, problems) for n, one in enumerate(raw))
    needed = content.get("should_needed", 0)
    _check_keys(criteria, problems)
    _check_needed(criteria, needed, is_draft, problems)
    if problems:
        raise Invalid(problems)
    return Bar(criteria, needed)


def _check_keys(criteria: tuple[Criterion, ...], problems: dict[str, list[str]]) -> None:
    seen: set[str] = set()
    for criterion in criteria:
        if criterion.key in seen:
            sentence = _("The key “%(key)s” is used by two criteria.")
            problems.setdefault("", []).append(sentence % {"key": criterion.key})
        seen.add(criterion.key)


def _check_needed(criteria: tuple[Criterion, ...], needed: Any, is_draft: bool, problems: dict[str, list[str]]) -> None:
    """Without a must and without a needed should everybody would be an MQL."""
    shoulds = sum(criterion.importance is Importance.SHOULD for criterion in criteria)
    if isinstance(needed, bool) or not isinstance(needed, int) or needed < 0:
        problems.setdefault("should_needed", []).append(_("Say how many of the shoulds are needed."))
    elif is_draft:
        return
    elif needed > shoulds:
        sentence = _("%(needed)s shoulds are needed, but there are only %(shoulds)s.")
        problems.setdefault("should_needed", []).append(sentence % {"needed": needed, "shoulds": shoulds})
    elif not needed and all(criterion.importance is not Importance.MUST for criterion in criteria):
        problems.setdefault("", []).append(_("The definition requires nothing: every lead would be an MQL."))


def _criterion(raw: Any, place: str, facts: frozenset[str], problems: dict[str, list[str]]) -> Criterion:
    raw = raw if isinstance(raw, dict) else {}
    key = raw.get("key")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        problems.setdefault(f"{place}.key", []).append(_("A key has up to 40 small letters, digits and underscores."))
        key = place
    if raw.get("must") not in Importance.values:
        problems.setdefault(f"{place}.must", []).append(_("A criterion is a must, a should or a must-not."))
    importance = Importance(raw["must"]) if raw.get("must") in Importance.values else Importance.MUST
    label = _texts(raw.get("label"))
    if not all(label.values()):
        problems.setdefault(f"{place}.label", []).append(_("The criterion needs a name in German and in English."))
    return Criterion(
        key, label, _condition(raw.get("condition"), place, facts, problems), importance, _texts(raw.get("ask"))
    )


def _condition(raw: Any, place: str, facts: frozenset[str], problems: dict[str, list[str]]) -> Tree:
    try:
        tree = read(raw)
    except Invalid as error:
        problems.setdefault(f"{place}.condition", []).append(str(error))
        return Tree(And(()))
    for key in sorted(fact_keys(tree) - facts):
        sentence = _("A criterion cannot ask for “%(fact)s”: it is only known after judging.")
        problems.setdefault(f"{place}.condition", []).append(sentence % {"fact": key})
    return tree


def _texts(raw: Any) -> dict[str, str]:
    raw = raw if isinstance(raw, dict) else {}
    texts = {code: raw.get(code, "") for code in ("de", "en")}
    return {code: text.strip()[:200] if isinstance(text, str) else "" for code, text in texts.items()}
