"""Which leads meet a condition, and what is known of given leads: the same expressions for both.

Enters: a checked tree, the moment. Leaves: a queryset, or plain facts for `logic.matches`.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from leadstern.core.registry import Fact, facts
from leadstern.criteria.logic import fact_keys
from leadstern.criteria.logic.checks import known_fact
from leadstern.criteria.queries.expressions import alias, claim, fact_expression
from leadstern.criteria.terms import Tree
from leadstern.leads.models import Lead
from leadstern.leads.queries import live_leads

BATCH = 10_000
"""SQLite takes 32,766 parameters in one statement."""


def leads_matching(tree: Tree, *, now: datetime, leads: QuerySet[Lead] | None = None) -> QuerySet[Lead]:
    """Those of `leads` (all living ones when None) of which the condition is true; unknown is not true.

    Raises WrongCondition when a fact is no longer offered.
    """
    base = live_leads() if leads is None else leads
    asked = [known_fact(key) for key in sorted(fact_keys(tree))]
    expressions = {alias(fact.key): fact_expression(fact, now) for fact in asked}
    return base.alias(**expressions).filter(claim(tree.root, {fact.key: fact.kind for fact in asked}))


def facts_of(lead_ids: Collection[int], *, keys: Iterable[str], now: datetime) -> dict[int, dict[str, Any]]:
    """Each lead's facts by key, None where unknown; one query for up to 10,000 leads. Keys nobody offers are None."""
    wanted = sorted(set(keys))
    asked = [fact for key in wanted if (fact := facts.get(key)) is not None]
    nothing = dict.fromkeys(wanted)
    found: dict[int, dict[str, Any]] = {}
    ids = list(lead_ids)
    for start in range(0, len(ids), BATCH):
        found |= {lead_id: nothing | known for lead_id, known in _rows(ids[start : start + BATCH], asked, now)}
    return found


def _rows(ids: Iterable[int], asked: list[Fact], now: datetime) -> Iterable[tuple[int, dict[str, Any]]]:
    expressions = {alias(fact.key): fact_expression(fact, now) for fact in asked}
    keys = [fact.key for fact in asked]
    rows = Lead.objects.filter(pk__in=ids).annotate(**expressions).values_list("pk", *expressions)
    return ((lead_id, dict(zip(keys, values, strict=True))) for lead_id, *values in rows)
