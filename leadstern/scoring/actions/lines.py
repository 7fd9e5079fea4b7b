"""Makes the activity lines of scores anew, inside the database. Called by `scores.py` inside its `write()`."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from leadstern.scoring.logic.arithmetic import bound_of, reach
from leadstern.scoring.logic.content import Rules
from leadstern.scoring.models import ScoreLine
from leadstern.scoring.queries.sums import sums_statement

# CROSS JOIN: SQLite keeps that order.
_INSERT = """
INSERT INTO scoring_scoreline (score_id, rule, points, as_of, half_life, cap, count, last_at)
WITH gives (place, rule, points, half_life, cap) AS (VALUES {rules})
SELECT score.id, gives.rule, gives.points * sums.faded, {moment}, gives.half_life, gives.cap, sums.count, sums.last_at
FROM ({sums}) sums CROSS JOIN gives CROSS JOIN scoring_score score
WHERE gives.place = sums.place AND score.lead_id = sums.lead_id AND score.model_id = %s
RETURNING score_id, points, half_life, cap
"""
_NUMBER = "CAST(%s AS double precision)"
_RULE = f"(CAST(%s AS integer), %s, {_NUMBER}, {_NUMBER}, {_NUMBER})"
_MOMENT = {"postgresql": "CAST(%s AS timestamptz)", "sqlite": "%s"}


def renew_lines(scores: Mapping[int, int], model_id: int, rules: Rules, *, now: datetime) -> dict[int, float | None]:
    """Puts new lines, as of `now`'s full second, in the place of all old ones of `scores` (lead id to score id). Leaves
    their bounds by score id; a score without lines has none. Two statements for any number of scores."""
    as_of, longest = now.replace(microsecond=0), rules.longest()
    ScoreLine.objects.filter(score_id__in=scores.values()).delete()
    reached: defaultdict[int, float] = defaultdict(float)
    for score_id, points, half_life, cap in _inserted(scores, model_id, rules, as_of=as_of, now=now):
        reached[score_id] += reach(points, half_life=half_life, cap=cap, longest=longest)
    return {score_id: bound_of(total, as_of=as_of, longest=longest) for score_id, total in reached.items()}


Inserted = tuple[int, float, float | None, float | None]
"""Score id, points, half-life, cap."""


def _inserted(
    scores: Mapping[int, int], model_id: int, rules: Rules, *, as_of: datetime, now: datetime
) -> list[Inserted]:
    sums = sums_statement(scores, rules, as_of=as_of, now=now)
    if sums is None:
        return []
    gives = [(place, one.key, one.points, one.half_life, one.cap) for place, one in enumerate(rules.activity)]
    places = {"rules": ", ".join([_RULE] * len(gives)), "moment": _MOMENT[connection.vendor], "sums": sums[0]}
    moment = connection.ops.adapt_datetimefield_value(as_of)
    given = [*(value for row in gives for value in row), moment, *sums[1], model_id]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT.format(**places), given)
        inserted: list[Inserted] = cursor.fetchall()
    return inserted
