"""The main model, its published version and its draft, and their rules as typed values."""

import json
from functools import lru_cache
from itertools import takewhile
from typing import Any

from leadstern.core.errors import Invalid
from leadstern.core.registry import facts
from leadstern.criteria.logic import fact_keys, read
from leadstern.leads.terms import ActivityKind
from leadstern.scoring.logic.content import Rules, read_rules
from leadstern.scoring.models import ScoreModelVersion


def published_version() -> ScoreModelVersion | None:
    """The newest published version of the main model: the one that new scores are made by."""
    published = ScoreModelVersion.objects.filter(model__is_main=True, published_at__isnull=False)
    return published.select_related("model").order_by("-number").first()


def draft() -> ScoreModelVersion | None:
    return (
        ScoreModelVersion.objects.filter(model__is_main=True, published_at__isnull=True).select_related("model").first()
    )


def rules_of(content: Any, *, is_draft: bool = False) -> Rules:
    """The checked rules. Raises `Invalid` (see `logic.content.read_rules`)."""
    return read_rules(content, facts=fit_facts(), kinds=frozenset(ActivityKind.values), is_draft=is_draft)


def stored_rules(content: Any) -> Rules:
    """The rules of a stored version. Never fails because a detail it asked for is gone: that rule gives nothing, the
    others keep running (the editor names it). Read once for each version and process."""
    return _stored_rules(json.dumps(content), fit_facts())


@lru_cache(maxsize=16)
def _stored_rules(text: str, known: frozenset[str]) -> Rules:
    content = json.loads(text)
    fit = [rule for rule in content["fit"] if _is_readable(rule, known)]
    return rules_of({**content, "fit": fit}, is_draft=True)


def _is_readable(rule: dict[str, Any], known: frozenset[str]) -> bool:
    try:
        return fact_keys(read(rule["condition"])) <= known
    except Invalid:
        return False


def fit_facts() -> frozenset[str]:
    """The facts that are known before scoring: everything offered earlier on the path. So a model is never circular."""
    return frozenset(takewhile(lambda key: not key.startswith("score."), (fact.key for fact in facts)))
