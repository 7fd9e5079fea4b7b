"""The rules of a score model: from stored or entered JSON to checked, typed rules.

Enters: {"fit": [...], "activity": [...], "temperature": {"warm", "hot"}, "grades": {"fit": [a, b, c], "activity": [1,
2, 3]}}. Leaves: `Rules`, or `Invalid` with one sentence per problem. Called by `scoring.actions`, `queries` and
`forms`.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from leadstern.core.errors import Invalid
from leadstern.criteria.logic import fact_keys, read
from leadstern.criteria.terms import And, Tree
from leadstern.scoring.terms import Temperature

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_POINTS = 10_000
LONGEST_HALF_LIFE = 36_500.0
SHORTEST_HALF_LIFE = 1 / 24
MOST_RULES = 200


@dataclass(frozen=True)
class FitRule:
    """Points for what a lead is. Fit does not fade."""

    key: str
    label: Mapping[str, str]
    condition: Tree
    points: float


@dataclass(frozen=True)
class ActivityRule:
    """Points for each event of the `kinds` whose content is `exact` or begins with `prefix` (both empty: any content).

    `half_life` in days, None: never fades. `cap` limits what the rule can give at any moment.
    """

    key: str
    label: Mapping[str, str]
    kinds: frozenset[str]
    exact: str
    prefix: str
    points: float
    half_life: float | None
    cap: float | None

    def counts(self, kind: str, content: str) -> bool:
        if kind not in self.kinds or (self.exact and content != self.exact):
            return False
        return content.startswith(self.prefix)


@dataclass(frozen=True)
class Rules:
    """A whole model. Grade thresholds fall: the first is for A, or for 1."""

    fit: tuple[FitRule, ...]
    activity: tuple[ActivityRule, ...]
    warm: float
    hot: float
    fit_grades: tuple[float, ...]
    activity_grades: tuple[float, ...]

    def longest(self) -> float | None:
        """The longest half-life of rules that give points; None when one of them never fades."""
        lives = [rule.half_life for rule in self.activity if rule.points > 0]
        finite = [life for life in lives if life is not None]
        return None if len(finite) < len(lives) else max(finite, default=1.0)

    def temperature(self, activity: float) -> Temperature:
        if activity >= self.hot:
            return Temperature.HOT
        return Temperature.WARM if activity >= self.warm else Temperature.COLD


class _Problems:
    """Collects sentences by place, so that the editor can show all of them at once."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}

    def add(self, place: str, sentence: str) -> None:
        self.found.setdefault(place, []).append(sentence)

    def number(self, place: str, value: Any, *, least: float, most: float, what: str) -> float:
        """`value` as a finite number between the limits; a problem and `least` otherwise."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.add(place, _("%(what)s: a number is needed.") % {"what": what})
        elif not least <= value <= most:
            sentence = _("%(what)s: must lie between %(least)s and %(most)s.")
            self.add(place, sentence % {"what": what, "least": round(least, 2), "most": most})
        else:
            return float(value)
        return least


def read_rules(content: Any, *, facts: frozenset[str], kinds: frozenset[str], is_draft: bool = False) -> Rules:
    """Checks and types a model. `facts` are those a fit rule may ask for, `kinds` the known kinds of activities.

    A draft may still be without rules. Raises `Invalid`: an unknown fact, a half-life of 0, a key used twice and so on.
    """
    problems = _Problems()
    if not isinstance(content, dict):
        raise Invalid({"": [_("A score model is an object with the lists “fit” and “activity”.")]})
    fit = tuple(_fit_rule(raw, f"fit.{n}", facts, problems) for n, raw in enumerate(_list(content, "fit", problems)))
    activity = tuple(
        _activity_rule(raw, f"activity.{n}", kinds, problems)
        for n, raw in enumerate(_list(content, "activity", problems))
    )
    _check_keys([*fit, *activity], is_draft, problems)
    warm, hot = _temperature(content.get("temperature"), problems)
    grades = content.get("grades") if isinstance(content.get("grades"), dict) else {}
    rules = Rules(fit, activity, warm, hot, _falling(grades, "fit", problems), _falling(grades, "activity", problems))
    if problems.found:
        raise Invalid(problems.found)
    return rules


def _list(content: dict[str, Any], name: str, problems: _Problems) -> list[dict[str, Any]]:
    rules = content.get(name, [])
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        problems.add(name, _("The rules must be a list of objects."))
        return []
    if len(rules) > MOST_RULES:
        problems.add(name, _("A model can have %(most)s rules of a kind at most.") % {"most": MOST_RULES})
        return []
    return rules


def _check_keys(rules: list[Any], is_draft: bool, problems: _Problems) -> None:
    if not rules and not is_draft:
        problems.add("", _("A model without rules cannot be published: nobody would get a point."))
    seen: set[str] = set()
    for rule in rules:
        if rule.key in seen:
            problems.add("", _("The key “%(key)s” is used by two rules.") % {"key": rule.key})
        seen.add(rule.key)


def _fit_rule(raw: dict[str, Any], place: str, facts: frozenset[str], problems: _Problems) -> FitRule:
    key, label = _key(raw, place, problems), _label(raw, place, problems)
    points = problems.number(
        f"{place}.points", raw.get("points"), least=-MOST_POINTS, most=MOST_POINTS, what=_("Points")
    )
    return FitRule(key, label, _condition(raw.get("condition"), place, facts, problems), points)


def _condition(raw: Any, place: str, facts: frozenset[str], problems: _Problems) -> Tree:
    try:
        tree = read(raw)
    except Invalid as error:
        problems.add(f"{place}.condition", str(error))
        return Tree(And(()))
    for key in sorted(fact_keys(tree)):
        if key not in facts:
            sentence = _("A fit rule cannot ask for “%(fact)s”: it is only known after scoring.")
            problems.add(f"{place}.condition", sentence % {"fact": key})
    return tree


def _activity_rule(raw: dict[str, Any], place: str, kinds: frozenset[str], problems: _Problems) -> ActivityRule:
    key, label = _key(raw, place, problems), _label(raw, place, problems)
    points = problems.number(
        f"{place}.points", raw.get("points"), least=-MOST_POINTS, most=MOST_POINTS, what=_("Points")
    )
    exact, prefix = _match(raw.get("content"), place, problems)
    half_life, cap = raw.get("half_life_days"), raw.get("cap")
    if half_life is not None:
        half_life = problems.number(
            f"{place}.half_life_days", half_life, least=SHORTEST_HALF_LIFE, most=LONGEST_HALF_LIFE,
            what=_("Half-life in days"),
        )  # fmt: skip
    if cap is not None:
        cap = problems.number(f"{place}.cap", cap, least=0.01, most=1_000_000, what=_("Cap"))
    return ActivityRule(
        key, label, _kinds(raw.get("kind"), place, kinds, problems), exact, prefix, points, half_life, cap
    )


def _kinds(raw: Any, place: str, known: frozenset[str], problems: _Problems) -> frozenset[str]:
    named = [raw] if isinstance(raw, str) else raw
    if not isinstance(named, list) or not named or not all(isinstance(kind, str) for kind in named):
        problems.add(f"{place}.kind", _("Say which kind of activity counts."))
        return frozenset()
    for kind in named:
        if kind not in known:
            problems.add(f"{place}.kind", _("Unknown kind of activity: “%(kind)s”.") % {"kind": kind})
    return frozenset(named)


def _match(raw: Any, place: str, problems: _Problems) -> tuple[str, str]:
    """(exact, prefix)"""
    if raw in (None, "", {}):
        return "", ""
    if isinstance(raw, dict) and len(raw) == 1:
        (how, text), *_rest = raw.items()
        if how in ("exact", "prefix") and isinstance(text, str) and 0 < len(text) <= 500:
            return (text, "") if how == "exact" else ("", text)
    problems.add(f"{place}.content", _("The content is compared either exactly or by its beginning."))
    return "", ""


def _key(raw: dict[str, Any], place: str, problems: _Problems) -> str:
    key = raw.get("key")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        problems.add(f"{place}.key", _("A key has up to 40 small letters, digits and underscores."))
        return place
    return key


def _label(raw: dict[str, Any], place: str, problems: _Problems) -> Mapping[str, str]:
    label = raw.get("label")
    if isinstance(label, dict) and all(
        isinstance(label.get(code), str) and label[code].strip() for code in ("de", "en")
    ):
        return {code: label[code].strip()[:120] for code in ("de", "en")}
    problems.add(f"{place}.label", _("The rule needs a name in German and in English."))
    return {"de": "", "en": ""}


def _temperature(raw: Any, problems: _Problems) -> tuple[float, float]:
    raw = raw if isinstance(raw, dict) else {}
    warm, hot = (
        problems.number(f"temperature.{name}", raw.get(name), least=0.01, most=1_000_000, what=what)
        for name, what in (("warm", _("Warm from")), ("hot", _("Hot from")))
    )
    if warm >= hot and not problems.found:
        problems.add("temperature", _("“Hot” must begin above “warm”."))
    return warm, hot


def _falling(grades: Any, name: str, problems: _Problems) -> tuple[float, ...]:
    raw = grades.get(name)
    if not isinstance(raw, list) or len(raw) != 3:
        problems.add(f"grades.{name}", _("Three thresholds are needed for the grades."))
        return (3.0, 2.0, 1.0)
    found = tuple(
        problems.number(f"grades.{name}", one, least=-1_000_000, most=1_000_000, what=_("Grade")) for one in raw
    )
    if not found[0] > found[1] > found[2]:
        problems.add(f"grades.{name}", _("The thresholds of the grades must fall from the best to the worst."))
    return found
