"""Scores made from scratch, set-based: the facts of all leads in one query, their activities in another.

Enters: lead ids and rules. Leaves: what each lead gets, not stored. Called by `scoring.actions` (`fits`), by the
preview of a draft and by the tests that hold the stored scores against it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from typing import Any

from leadstern.criteria.logic import fact_keys, matches
from leadstern.criteria.queries import fact_rows
from leadstern.leads.queries import live_leads
from leadstern.scoring.logic.arithmetic import Line, activity_points
from leadstern.scoring.logic.content import FitRule, Rules
from leadstern.scoring.queries.sums import activity_sums


@dataclass(frozen=True)
class Fit:
    """The keys of the fit rules a lead meets, parted by spaces, and the sum of their points."""

    points: float
    rules: str


@dataclass(frozen=True)
class Computed:
    """What a lead gets for what it is, and its activity lines as of one moment."""

    fit: Fit
    activity_lines: tuple[Line, ...]

    def activity(self, *, at: datetime) -> float:
        return activity_points(self.activity_lines, at=at)


def computed(lead_ids: Collection[int], rules: Rules, *, now: datetime) -> dict[int, Computed]:
    """The score of each living one of the leads as of `now`'s full second (so that the database can count with it
    exactly). Two queries for any number of leads."""
    fit, active = fits(lead_ids, rules, now=now), _activity_lines(lead_ids, rules, now)
    return {lead_id: Computed(one, tuple(active[lead_id])) for lead_id, one in fit.items()}


def fits(lead_ids: Collection[int], rules: Rules, *, now: datetime) -> dict[int, Fit]:
    """Of the living among the leads, by id. One query. Most leads share their answers with others: each combination of
    facts is held against a rule once."""
    asked = [rule for rule in rules.fit if rule.points]
    keys = sorted({key for rule in asked for key in fact_keys(rule.condition)})
    tests = [_test(rule, keys) for rule in asked]
    known: dict[tuple[bool, ...], Fit] = {}
    found = {}
    for lead_id, *facts in fact_rows(live_leads().filter(pk__in=lead_ids), keys=keys, now=now):
        met = tuple([test(facts) for test in tests])
        if met not in known:
            known[met] = _fit(list(compress(asked, met)))
        found[lead_id] = known[met]
    return found


def _fit(met: Sequence[FitRule]) -> Fit:
    return Fit(sum(rule.points for rule in met), " ".join(rule.key for rule in met))


def _test(rule: FitRule, keys: Sequence[str]) -> Callable[[Sequence[Any]], bool]:
    """Whether facts, in the order of `keys`, meet the rule. Remembers its answers: use it for one batch only."""
    own = sorted(fact_keys(rule.condition))
    places = [keys.index(key) for key in own]
    known: dict[tuple[Any, ...], bool] = {}

    def test(facts: Sequence[Any]) -> bool:
        given = tuple([facts[place] for place in places])
        if given not in known:
            known[given] = matches(rule.condition, dict(zip(own, given, strict=True))) is True
        return known[given]

    return test


def _activity_lines(lead_ids: Collection[int], rules: Rules, now: datetime) -> defaultdict[int, list[Line]]:
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    as_of = now.replace(microsecond=0)
    for lead_id, place, total, count, last_at in activity_sums(lead_ids, rules, as_of=as_of, now=now):
        rule = rules.activity[place]
        line = Line(rule.key, rule.points * total, as_of, rule.half_life, rule.cap, count, last_at)
        lines[lead_id].append(line)
    return lines
