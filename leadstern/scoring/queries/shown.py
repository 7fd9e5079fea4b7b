"""A model as its pages show it: each rule in words, with what is wrong with it. Called by the views."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leadstern.core import formats
from leadstern.core.errors import Invalid
from leadstern.criteria.logic import read
from leadstern.criteria.queries import sentence
from leadstern.leads.terms import ActivityKind
from leadstern.scoring.queries.model import rules_of


@dataclass(frozen=True)
class ShownRule:
    """One rule: its name, when it gives points, how many, and how long they last (empty for fit: they stay)."""

    key: str
    label: str
    when: str
    points: float
    lasting: str


@dataclass(frozen=True)
class ShownModel:
    """A version in words. `problems`: why it could not be published as it is."""

    fit: tuple[ShownRule, ...]
    activity: tuple[ShownRule, ...]
    warm: float
    hot: float
    fit_grades: tuple[float, ...]
    activity_grades: tuple[float, ...]
    problems: tuple[str, ...]


def shown_model(content: dict[str, Any], *, language: str) -> ShownModel:
    """`content` for a person who reads `language`. Never fails: what cannot be read is named among the problems."""
    return ShownModel(
        fit=tuple(_fit(rule, language) for rule in content["fit"]),
        activity=tuple(_activity(rule, language) for rule in content["activity"]),
        warm=content["temperature"]["warm"],
        hot=content["temperature"]["hot"],
        fit_grades=tuple(content["grades"]["fit"]),
        activity_grades=tuple(content["grades"]["activity"]),
        problems=_problems(content),
    )


def _problems(content: dict[str, Any]) -> tuple[str, ...]:
    try:
        rules_of(content)
    except Invalid as error:
        return tuple(dict.fromkeys(text for texts in error.errors.values() for text in texts))
    return ()


def _fit(rule: dict[str, Any], language: str) -> ShownRule:
    try:
        when = sentence(read(rule["condition"]), language=language)
    except Invalid as error:
        when = str(error)
    return ShownRule(rule["key"], rule["label"][language], when, rule["points"], "")


def _activity(rule: dict[str, Any], language: str) -> ShownRule:
    named = [rule["kind"]] if isinstance(rule["kind"], str) else rule["kind"]
    kinds = ", ".join(str(ActivityKind(kind).label) if kind in ActivityKind.values else kind for kind in named)
    return ShownRule(rule["key"], rule["label"][language], kinds + _content(rule), rule["points"], _lasting(rule))


def _content(rule: dict[str, Any]) -> str:
    match rule["content"]:
        case {"prefix": text}:
            return _(" whose content begins with “%(text)s”") % {"text": text}
        case {"exact": text}:
            return _(" with the content “%(text)s”") % {"text": text}
    return ""


def _lasting(rule: dict[str, Any]) -> str:
    days, cap = rule["half_life_days"], rule["cap"]
    if days is None:
        words = _("never fades")
    else:
        shown = formats.decimal(days, 0 if days == int(days) else 1)
        words = ngettext("halves every day", "halves every %(days)s days", 1 if days == 1 else 2) % {"days": shown}
    return words if cap is None else words + _(", at most %(cap)s points") % {"cap": formats.decimal(cap, 0)}
