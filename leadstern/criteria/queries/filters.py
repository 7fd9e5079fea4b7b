"""Which leads meet a condition, and what is known of given leads: the same expressions for both.

Enters: a checked tree, the moment. Leaves: a queryset, or plain facts for `logic.matches`.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, TextField, Value

from leadstern.core.registry import facts
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
    wanted, ids = sorted(set(keys)), list(lead_ids)
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(ids), BATCH):
        leads = Lead.objects.filter(pk__in=ids[start : start + BATCH])
        for lead_id, *values in fact_rows(leads, keys=wanted, now=now):
            found[lead_id] = dict(zip(wanted, values, strict=True))
    return found


def fact_rows(leads: QuerySet[Lead], *, keys: Sequence[str], now: datetime) -> Iterable[tuple[Any, ...]]:
    """As `facts_of`, for many: a row for each lead, its id and then the facts in the order of `keys`. One query."""
    expressions = {alias(key): _expression(key, now) for key in keys}
    return leads.annotate(**expressions).values_list("pk", *expressions)


def _expression(key: str, now: datetime) -> Any:
    fact = facts.get(key)
    return Value(None, output_field=TextField()) if fact is None else fact_expression(fact, now)
