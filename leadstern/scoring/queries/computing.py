"""Scores made from scratch, set-based: the facts of all leads in one query, their activities in another.

Enters: lead ids and rules. Leaves: per lead the lines, not stored. Called by `scoring.actions` (to store them), by the
preview of a draft and by the tests that hold the stored scores against it.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadstern.criteria.logic import fact_keys, matches
from leadstern.criteria.queries import facts_of
from leadstern.scoring.logic.arithmetic import Line, activity_points, bound
from leadstern.scoring.logic.content import Rules
from leadstern.scoring.queries.sums import activity_sums


@dataclass(frozen=True)
class Computed:
    """A lead's lines as of one moment. `fit` is the sum of the fit lines, `bound` as `logic.arithmetic` says."""

    fit_lines: tuple[Line, ...]
    activity_lines: tuple[Line, ...]
    fit: float
    bound: float | None

    def activity(self, *, at: datetime) -> float:
        return activity_points(self.activity_lines, at=at)


def computed(lead_ids: Collection[int], rules: Rules, *, now: datetime) -> dict[int, Computed]:
    """The score of each of the leads as of `now`'s full second (so that the database can count with it exactly). Two
    queries for any number of leads."""
    as_of = now.replace(microsecond=0)
    fit, activity = _fit_lines(lead_ids, rules, as_of, now), _activity_lines(lead_ids, rules, as_of, now)
    longest = rules.longest()
    return {
        lead_id: Computed(
            fit_lines=(lines := tuple(fit[lead_id])),
            activity_lines=(active := tuple(activity[lead_id])),
            fit=sum(line.points for line in lines),
            bound=bound(active, longest=longest),
        )
        for lead_id in lead_ids
    }


def _fit_lines(lead_ids: Collection[int], rules: Rules, as_of: datetime, now: datetime) -> defaultdict[int, list[Line]]:
    """Most leads share their answers with others: each combination of facts is held against a rule once."""
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    asked = [(rule, sorted(fact_keys(rule.condition))) for rule in rules.fit if rule.points]
    if not asked:
        return lines
    given = [Line(rule.key, rule.points, as_of, count=1) for rule, _keys in asked]
    decided: list[dict[tuple[Any, ...], bool]] = [{} for _rule in asked]
    for lead_id, facts in facts_of(lead_ids, keys={key for _rule, keys in asked for key in keys}, now=now).items():
        for (rule, keys), line, known in zip(asked, given, decided, strict=True):
            values = tuple([facts[key] for key in keys])
            is_true = known.get(values)
            if is_true is None:
                is_true = known[values] = matches(rule.condition, facts) is True
            if is_true:
                lines[lead_id].append(line)
    return lines


def _activity_lines(
    lead_ids: Collection[int], rules: Rules, as_of: datetime, now: datetime
) -> defaultdict[int, list[Line]]:
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    for lead_id, place, total, count, last_at in activity_sums(lead_ids, rules, as_of=as_of, now=now):
        rule = rules.activity[place]
        line = Line(rule.key, rule.points * total, as_of, rule.half_life, rule.cap, count, last_at)
        lines[lead_id].append(line)
    return lines
