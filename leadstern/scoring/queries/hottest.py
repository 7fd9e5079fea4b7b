"""The hottest leads of this second, exact and from an index.

The threshold algorithm (Fagin, Lotem, Naor: "Optimal aggregation algorithms for middleware", 2003): scan leads by
falling upper bound until the N-th exact score so far beats the bound of the next.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from leadstern.scoring.logic.arithmetic import ceiling
from leadstern.scoring.models import Score, ScoreModelVersion
from leadstern.scoring.queries.expressions import activity_of_score
from leadstern.scoring.queries.model import stored_rules

CHUNK = 400
"""Scores read at first: of 200 to 1,000 the quickest for lists of twenty and of fifty among 100,000 leads."""
FEW = 1_000
"""Of so many leads the scores are looked up one by one; more are met soon enough on the way down the bounds."""


@dataclass(frozen=True, order=True)
class Hot:
    """A lead with its activity points at the moment asked for. Of equal points the older lead is the hotter."""

    activity: float
    order: int

    @property
    def lead_id(self) -> int:
        return -self.order


def hottest(
    *, now: datetime, limit: int, leads: QuerySet[Any] | None = None, field: str = "pk", chunk_size: int = CHUNK
) -> list[Hot]:
    """The `limit` leads (of `leads`, when given) with the most activity points at `now`, hottest first.

    `leads` may be rows of any table whose `field` is a lead's id. Leads without activity points are left out. While a
    new version is being applied, the scores of each version are scanned by their own bounds. `chunk_size` scores are
    read at first, then more and more at a time.
    """
    best: list[Hot] = []
    among = None if leads is None else _among(leads.order_by(), field)
    for version in _versions_in_use():
        longest = stored_rules(version.content).longest()
        for chunk in _by_bound(version, among, max(chunk_size, limit), now):
            for lead_id, _bound, activity in chunk:
                if activity > 0:
                    _keep(best, Hot(activity, -lead_id), limit)
            if len(best) == limit and best[0].activity > ceiling(chunk[-1][1], at=now, longest=longest):
                break
    return sorted(best, reverse=True)


def _versions_in_use() -> list[ScoreModelVersion]:
    in_use = Exists(Score.objects.filter(version=OuterRef("pk"), bound__isnull=False))
    return list(ScoreModelVersion.objects.filter(in_use, model__is_main=True).order_by("-number"))


Row = tuple[int, float, float]
"""Lead id, bound, activity points."""


def _among(leads: QuerySet[Any], field: str) -> Q:
    """The condition on scores. Of few leads the scores are looked up, of many they are met soon enough. PostgreSQL
    chooses between the two by itself; SQLite would make a list of all leads first, however many."""
    if connection.vendor == "postgresql" or leads.values(field)[FEW : FEW + 1]:
        return Q(Exists(leads.filter(**{field: OuterRef("lead_id")})))
    return Q(lead_id__in=leads.values(field))


def _by_bound(version: ScoreModelVersion, among: Q | None, size: int, now: datetime) -> Iterator[list[Row]]:
    """Scores by falling bound, paged by key; each time twice as many as before."""
    scores = Score.objects.filter(version=version, bound__isnull=False)
    if among is not None:
        scores = scores.filter(among)
    scores = scores.order_by("-bound", "-lead_id").annotate(activity=activity_of_score(now))
    rest = scores
    while chunk := [(lead, bound or 0.0, points) for lead, bound, points in rest.values_list(*ROW)[:size]]:
        yield chunk
        lead_id, bound, _points = chunk[-1]
        # Not as "less or (equal and …)": with an OR SQLite would read the index from its start each time.
        rest, size = scores.filter(bound__lte=bound).exclude(bound=bound, lead_id__gte=lead_id), 2 * size


ROW = ("lead_id", "bound", "activity")


def _keep(best: list[Hot], hot: Hot, limit: int) -> None:
    if len(best) < limit:
        heapq.heappush(best, hot)
    elif limit:
        heapq.heappushpop(best, hot)
