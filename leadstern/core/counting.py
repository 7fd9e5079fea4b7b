"""Counts that never read a whole large table. Enters: a queryset. Leaves: a number up to a limit. Called by pages."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from leadstern.core.formats import number

MANY = 10_000
"""Where somebody compares the number with another one: counted further than the thousand of a glance."""


@dataclass(frozen=True)
class Count:
    """`n` rows, or more than `n` when `is_capped`."""

    n: int
    is_capped: bool

    def __str__(self) -> str:
        return f"{number(self.n)}+" if self.is_capped else number(self.n)

    def __bool__(self) -> bool:
        return self.n > 0


def capped_count(rows: "QuerySet[Any]", *, limit: int = 1000) -> Count:
    """How many rows there are, at most `limit`; reads no more than that. One query."""
    found = rows.order_by()[: limit + 1].count()
    return Count(min(found, limit), found > limit)
