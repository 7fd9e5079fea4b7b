"""Holds the facts of a lead against a definition. Three-valued: what is not known is not "no".

Enters: a `Bar` and plain facts. Leaves: a frozen `Judged`. The same function judges one lead and all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from leadstern.criteria.logic import fact_keys, matches
from leadstern.criteria.terms import Answer
from leadstern.qualification.logic.content import Bar, Criterion
from leadstern.qualification.terms import Finding, Importance


@dataclass(frozen=True)
class CriterionFinding:
    """What one criterion says. `value`: the fact it asked for, or a mapping when it asked for several."""

    criterion: str
    finding: Finding
    value: Any

    def as_json(self) -> dict[str, Any]:
        return {"criterion": self.criterion, "finding": self.finding.value, "value": self.value}


@dataclass(frozen=True)
class Judged:
    """The result with the finding of every criterion, in the order of the definition."""

    result: Finding
    findings: tuple[CriterionFinding, ...]


class Judge:
    """Holds leads against one definition, one after the other. What a criterion says of the same facts is worked out
    once: take one judge for a batch."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._asked = [(criterion, sorted(fact_keys(criterion.condition)), _Known()) for criterion in bar.criteria]
        self._results: dict[tuple[Finding, ...], Finding] = {}

    def judge(self, facts: Mapping[str, Any]) -> Judged:
        """Met: every must is met, no must-not is hit, and enough shoulds are met.

        Not met: a must is not met, a must-not is hit, or the shoulds cannot become enough. Unknown otherwise. An
        unknown must-not does not block (a lead is not suspected), an unknown must does. To learn more can turn unknown
        into anything and met into not met (a must-not comes to light), but never met into unknown.
        """
        found = tuple([_found(criterion, keys, known, facts) for criterion, keys, known in self._asked])
        findings = tuple([one.finding for one in found])
        if findings not in self._results:
            self._results[findings] = _result(self._bar, findings)
        return Judged(self._results[findings], found)


_Known = dict[tuple[Any, ...], CriterionFinding]
"""What a criterion says of its facts."""


def judge(bar: Bar, facts: Mapping[str, Any]) -> Judged:
    """As `Judge.judge`, for one lead."""
    return Judge(bar).judge(facts)


def missing_musts(bar: Bar, judged: Judged) -> tuple[str, ...]:
    """The keys of the criteria that stand between the lead and the bar: musts not met or unknown, must-nots hit."""
    return tuple(
        criterion.key
        for criterion, found in zip(bar.criteria, judged.findings, strict=True)
        if (criterion.importance is Importance.MUST and found.finding is not Finding.MET)
        or (criterion.importance is Importance.MUST_NOT and found.finding is Finding.NOT_MET)
    )


def _found(criterion: Criterion, keys: Sequence[str], known: _Known, facts: Mapping[str, Any]) -> CriterionFinding:
    given = tuple([facts.get(key) for key in keys])
    if given not in known:
        known[given] = CriterionFinding(criterion.key, _finding(criterion, facts), _value(criterion, facts))
    return known[given]


def _finding(criterion: Criterion, facts: Mapping[str, Any]) -> Finding:
    answer: Answer = matches(criterion.condition, facts)
    if answer is None:
        return Finding.UNKNOWN
    if criterion.importance is Importance.MUST_NOT:
        answer = not answer
    return Finding.MET if answer else Finding.NOT_MET


def _result(bar: Bar, findings: Sequence[Finding]) -> Finding:
    by_importance: dict[Importance, list[Finding]] = {importance: [] for importance in Importance}
    for criterion, finding in zip(bar.criteria, findings, strict=True):
        by_importance[criterion.importance].append(finding)
    musts, shoulds = by_importance[Importance.MUST], by_importance[Importance.SHOULD]
    met, possible = shoulds.count(Finding.MET), len(shoulds) - shoulds.count(Finding.NOT_MET)
    if (
        Finding.NOT_MET in musts
        or Finding.NOT_MET in by_importance[Importance.MUST_NOT]
        or possible < bar.should_needed
    ):
        return Finding.NOT_MET
    return Finding.UNKNOWN if Finding.UNKNOWN in musts or met < bar.should_needed else Finding.MET


def _value(criterion: Criterion, facts: Mapping[str, Any]) -> Any:
    values = {key: _plain(facts.get(key)) for key in sorted(fact_keys(criterion.condition)) if key}
    return next(iter(values.values())) if len(values) == 1 else values


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return round(value, 4) if isinstance(value, float) else value
