"""What the activities of leads add up to, rule by rule, faded to one moment: one aggregation inside the database.

Enters: lead ids, rules, moments. Leaves: a row for each lead and rule that counted something. Called by `computing`,
which shows them, and by `scoring.actions`, which stores them without taking them out of the database. The arithmetic is
that of `logic.arithmetic.weight`, proven equal by tests on both databases.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from leadstern.scoring.logic.arithmetic import DAY
from leadstern.scoring.logic.content import Rules

Sum = tuple[int, int, float, int, datetime]
"""Lead id, place of the rule, faded number of events, their number, the last of them."""

ENDLESS = 1e300
_WORDS = {
    "postgresql": {"at": "EXTRACT(EPOCH FROM one.at)::double precision", "least": "LEAST", "greatest": "GREATEST"},
    # strftime drops the fraction of a second: it is what stands behind the nineteen signs of the full one.
    "sqlite": {
        "at": "(CAST(strftime('%%s', one.at) AS REAL) + CAST(substr(one.at, 20) AS REAL))",
        "least": "MIN",
        "greatest": "MAX",
    },
}
# CROSS JOIN: SQLite keeps that order, and reads each lead's activities once instead of once for each rule.
_SUMS = """
WITH rule (place, kind, exact, prefix, seconds) AS (VALUES {rules})
SELECT one.lead_id, rule.place, COUNT(*) AS count, MAX(one.at) AS last_at,
       SUM(POWER(2.0, {greatest}(({least}({at}, %s) - %s) / rule.seconds, -1000.0))) AS faded
FROM leads_activity one CROSS JOIN rule
WHERE rule.kind = one.kind AND (rule.exact = '' OR one.content = rule.exact)
      AND substr(one.content, 1, length(rule.prefix)) = rule.prefix AND one.lead_id IN ({leads})
GROUP BY one.lead_id, rule.place
"""
_RULE = "(CAST(%s AS integer), %s, %s, %s, CAST(%s AS double precision))"


def activity_sums(lead_ids: Collection[int], rules: Rules, *, as_of: datetime, now: datetime) -> Iterator[Sum]:
    """By lead, in the order of the rules; one query. What lies after `now` (a wrong clock) counts as of now."""
    sums = sums_statement(lead_ids, rules, as_of=as_of, now=now)
    if sums is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(f"{sums[0]} ORDER BY lead_id, place", sums[1])
        for lead_id, place, count, last_at, faded in cursor.fetchall():
            yield lead_id, place, faded, count, _aware(last_at)


def sums_statement(
    lead_ids: Collection[int], rules: Rules, *, as_of: datetime, now: datetime
) -> tuple[str, list[Any]] | None:
    """The aggregation as SQL and its values, with the columns lead_id, place (of the rule), count, last_at and faded;
    None when nothing can count."""
    counting = [
        (place, kind, rule.exact, rule.prefix, (rule.half_life or ENDLESS) * DAY)
        for place, rule in enumerate(rules.activity)
        if rule.points
        for kind in sorted(rule.kinds)
    ]
    if not counting or not lead_ids:
        return None
    places = {"rules": ", ".join([_RULE] * len(counting)), "leads": ", ".join(["%s"] * len(lead_ids))}
    given = [value for row in counting for value in row]
    statement = _SUMS.format(**places, **_WORDS[connection.vendor])
    return statement, [*given, now.timestamp(), as_of.timestamp(), *lead_ids]


def _aware(moment: Any) -> datetime:
    """SQLite keeps moments as text in UTC."""
    return datetime.fromisoformat(moment).replace(tzinfo=UTC) if isinstance(moment, str) else moment
