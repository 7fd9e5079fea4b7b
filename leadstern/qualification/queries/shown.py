"""A definition as its page shows it: sentences that can be read aloud, what is wrong, what differs. Called by the
views."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from leadstern.core.errors import Invalid
from leadstern.criteria.logic import read
from leadstern.criteria.queries import sentence
from leadstern.qualification.logic.changes import Difference, differences
from leadstern.qualification.models import Definition
from leadstern.qualification.queries.definitions import bar_of
from leadstern.qualification.terms import Importance


@dataclass(frozen=True)
class ShownCriterion:
    """One criterion in words."""

    key: str
    label: str
    sentence: str
    importance: Importance
    ask: str


@dataclass(frozen=True)
class ShownDefinition:
    """A version in words. `problems`: why it could not be published as it is."""

    criteria: tuple[ShownCriterion, ...]
    should_needed: int
    problems: tuple[str, ...]

    def musts(self) -> tuple[ShownCriterion, ...]:
        return self._of(Importance.MUST)

    def shoulds(self) -> tuple[ShownCriterion, ...]:
        return self._of(Importance.SHOULD)

    def must_nots(self) -> tuple[ShownCriterion, ...]:
        return self._of(Importance.MUST_NOT)

    def _of(self, importance: Importance) -> tuple[ShownCriterion, ...]:
        return tuple(one for one in self.criteria if one.importance is importance)


@dataclass(frozen=True)
class ShownChange:
    """One difference to the version before, in words; `before` or `after` is empty where there was none."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class ShownVersion:
    """A published version with what it changed."""

    version: Definition
    changes: tuple[ShownChange, ...]


def shown_definition(content: dict[str, Any], *, language: str) -> ShownDefinition:
    """`content` for a person who reads `language`. Never fails: what cannot be read is named among the problems."""
    criteria = tuple(
        ShownCriterion(
            one["key"], one["label"][language], _sentence(one, language), Importance(one["must"]), one["ask"][language]
        )
        for one in content["criteria"]
    )
    return ShownDefinition(criteria, content["should_needed"], _problems(content))


def shown_changes(old: dict[str, Any] | None, new: dict[str, Any], *, language: str) -> tuple[ShownChange, ...]:
    """What became different from `old` to `new`."""
    return tuple(_change(one, language) for one in differences(old, new))


def shown_versions(versions: list[Definition], *, language: str) -> tuple[ShownVersion, ...]:
    """Newest first; each with its changes to the one before."""
    older: list[dict[str, Any] | None] = [version.content for version in versions[1:]]
    return tuple(
        ShownVersion(version, shown_changes(before, version.content, language=language))
        for version, before in zip(versions, [*older, None], strict=True)
    )


def _change(one: Difference, language: str) -> ShownChange:
    if not one.key:
        return ShownChange(_("Needed shoulds"), str(one.before), str(one.after))
    named = one.after or one.before
    return ShownChange(named["label"][language], _in_words(one.before, language), _in_words(one.after, language))


def _in_words(criterion: dict[str, Any] | None, language: str) -> str:
    if criterion is None:
        return ""
    return f"{Importance(criterion['must']).label}: {_sentence(criterion, language)}"


def _sentence(criterion: dict[str, Any], language: str) -> str:
    try:
        return sentence(read(criterion["condition"]), language=language)
    except Invalid as error:
        return str(error)


def _problems(content: dict[str, Any]) -> tuple[str, ...]:
    try:
        bar_of(content)
    except Invalid as error:
        return tuple(dict.fromkeys(text for texts in error.errors.values() for text in texts))
    return ()
