"""The published definition, the draft, and their criteria as typed values."""

from itertools import takewhile
from typing import Any

from django.db.models import QuerySet

from leadstern.core.registry import facts
from leadstern.qualification.logic import content as content_logic
from leadstern.qualification.logic.content import Bar, read_bar
from leadstern.qualification.models import Definition


def published_definition() -> Definition | None:
    """The newest published version: what an MQL is today."""
    return Definition.objects.filter(is_draft=False).order_by("-number").first()


def draft() -> Definition | None:
    return Definition.objects.filter(is_draft=True).first()


def versions() -> QuerySet[Definition]:
    """The published versions, newest first."""
    return Definition.objects.filter(is_draft=False).select_related("published_by").order_by("-number")


def bar_of(content: Any, *, is_draft: bool = False) -> Bar:
    """The checked criteria. Raises `Invalid` (see `logic.content.read_bar`)."""
    return read_bar(content, facts=criteria_facts(), is_draft=is_draft)


def stored_bar(content: dict[str, Any]) -> Bar:
    """The criteria of a stored version; unreadable ones are unknown (see `logic.content.stored_bar`)."""
    return content_logic.stored_bar(content, facts=criteria_facts())


def criteria_facts() -> frozenset[str]:
    """The facts that are known before judging: everything offered earlier on the path. So a definition is never
    circular."""
    return frozenset(takewhile(lambda key: not key.startswith("stage."), (fact.key for fact in facts)))
