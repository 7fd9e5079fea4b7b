"""The hottest leads of this second, exact and from an index.

The threshold algorithm (Fagin, Lotem, Naor: "Optimal aggregation algorithms for middleware", 2003): scan leads by
falling upper bound until the N-th exact score so far beats the bound of the next.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from leadstern.leads.models import Lead
from leadstern.scoring.logic.arithmetic import activity_points, ceiling
from leadstern.scoring.models import Score, ScoreModelVersion
from leadstern.scoring.queries.model import stored_rules
from leadstern.scoring.queries.points import lines_of

CHUNK = 200
FEW = 1_000
"""So many leads are looked up one by one; more are met soon enough on the way down the bounds."""


@dataclass(frozen=True, order=True)
class Hot:
    """A lead with its activity points at the moment asked for. Of equal points the older lead is the hotter."""

    activity: float
    order: int

    @property
    def lead_id(self) -> int:
        return -self.order


def hottest(*, now: datetime, limit: int, leads: QuerySet[Lead] | None = None, chunk_size: int = CHUNK) -> list[Hot]:
    """The `limit` leads (of `leads`, when given) with the most activity points at `now`, hottest first.

    Leads without activity points are left out. While a new version is being applied, the scores of each version are
    scanned by their own bounds. `chunk_size` scores are read at a time.
    """
    best: list[Hot] = []
    among = None if leads is None else _among(leads)
    for version in _versions_in_use():
        longest = stored_rules(version.content).longest()
        for chunk in _by_bound(version, among, max(chunk_size, limit)):
            for hot in _exact(chunk, now):
                _keep(best, hot, limit)
            if len(best) == limit and best[0].activity > ceiling(chunk[-1][2], at=now, longest=longest):
                break
    return sorted(best, reverse=True)


def _versions_in_use() -> list[ScoreModelVersion]:
    in_use = Exists(Score.objects.filter(version=OuterRef("pk"), bound__isnull=False))
    return list(ScoreModelVersion.objects.filter(in_use, model__is_main=True).order_by("-number"))


Row = tuple[int, int, float]
"""Score id, lead id, bound."""


def _among(leads: QuerySet[Lead]) -> Q:
    """The condition on scores. SQLite would make a list of all of them first, however many; PostgreSQL chooses."""
    few = list(leads.order_by().values_list("pk", flat=True)[: FEW + 1])
    return Q(lead_id__in=few) if len(few) <= FEW else Q(Exists(leads.order_by().filter(pk=OuterRef("lead_id"))))


def _by_bound(version: ScoreModelVersion, among: Q | None, size: int) -> Iterator[list[Row]]:
    """Scores by falling bound, `size` at a time, paged by key."""
    scores = Score.objects.filter(version=version, bound__isnull=False)
    if among is not None:
        scores = scores.filter(among)
    scores = scores.order_by("-bound", "-lead_id")
    rest = scores
    while chunk := [(pk, lead, bound or 0.0) for pk, lead, bound in rest.values_list("pk", "lead_id", "bound")[:size]]:
        yield chunk
        _score_id, lead_id, bound = chunk[-1]
        # Not as "less or (equal and …)": with an OR SQLite would read the index from its start each time.
        rest = scores.filter(bound__lte=bound).exclude(bound=bound, lead_id__gte=lead_id)


def _exact(chunk: list[Row], now: datetime) -> Iterator[Hot]:
    lines = lines_of([score_id for score_id, _lead, _bound in chunk])
    for score_id, lead_id, _bound in chunk:
        activity = activity_points(lines[score_id], at=now)
        if activity > 0:
            yield Hot(activity, -lead_id)


def _keep(best: list[Hot], hot: Hot, limit: int) -> None:
    if len(best) < limit:
        heapq.heappush(best, hot)
    elif limit:
        heapq.heappushpop(best, hot)
