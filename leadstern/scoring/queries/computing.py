"""Scores made from scratch, set-based: the facts of all leads in one query, their activities in another.

Enters: lead ids and rules. Leaves: per lead the lines, not stored. Called by `scoring.actions` (to store them), by the
preview of a draft and by the tests that hold the stored scores against it.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from leadstern.criteria.logic import fact_keys, matches
from leadstern.criteria.queries import facts_of
from leadstern.leads.models import Activity
from leadstern.scoring.logic.arithmetic import Line, activity_points, bound, weight
from leadstern.scoring.logic.content import ActivityRule, Rules


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
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    keys: set[str] = set().union(*(fact_keys(rule.condition) for rule in rules.fit))
    if not keys:
        return lines
    for lead_id, facts in facts_of(lead_ids, keys=keys, now=now).items():
        for rule in rules.fit:
            if rule.points and matches(rule.condition, facts) is True:
                lines[lead_id].append(Line(rule.key, rule.points, as_of, count=1))
    return lines


def _activity_lines(
    lead_ids: Collection[int], rules: Rules, as_of: datetime, now: datetime
) -> defaultdict[int, list[Line]]:
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    for lead_id, rule, moments in _counted(lead_ids, rules):
        total = math.fsum(weight(min(at, now), as_of=as_of, half_life=rule.half_life) for at in moments)
        line = Line(rule.key, rule.points * total, as_of, rule.half_life, rule.cap, len(moments), max(moments))
        lines[lead_id].append(line)
    return lines


def _counted(lead_ids: Collection[int], rules: Rules) -> Iterator[tuple[int, ActivityRule, list[datetime]]]:
    """The moments of all activities that a rule counts, per lead and rule, in the order of the rules."""
    found: defaultdict[tuple[int, int], list[datetime]] = defaultdict(list)
    places: dict[tuple[str, str], tuple[int, ...]] = {}
    for lead_id, kind, at, content in _activities(lead_ids, rules):
        counting = places.get((kind, content))
        if counting is None:
            counting = tuple(n for n, rule in enumerate(rules.activity) if rule.points and rule.counts(kind, content))
            places[kind, content] = counting
        for place in counting:
            found[lead_id, place].append(at)
    for (lead_id, place), moments in sorted(found.items()):
        yield lead_id, rules.activity[place], moments


def _activities(lead_ids: Collection[int], rules: Rules) -> Iterable[tuple[int, str, datetime, str]]:
    kinds = sorted(set().union(*(rule.kinds for rule in rules.activity)))
    if not kinds:
        return ()
    rows = Activity.objects.filter(lead_id__in=lead_ids, kind__in=kinds).order_by()
    return rows.values_list("lead_id", "kind", "at", "content").iterator(chunk_size=10_000)
