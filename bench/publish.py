"""Publishing a score model over 100,000 leads and 1,000,000 activities, until all are scored and judged again.

Every activity rule is worth twice as much afterwards. The limit is one raw aggregation over the same activities (a
decayed sum for each lead) and a bare write of the same rows into tables with the same indexes.
"""

import copy
import json
from typing import Any

import django

from bench.figures import Figure, Goal, batches, per_thousand, timed

django.setup()

from django.db import connection, models  # noqa: E402 -- after the set-up

from bench.fill import write_rows  # noqa: E402
from leadstern.core.time import now  # noqa: E402
from leadstern.leads.models import Activity  # noqa: E402
from leadstern.qualification.actions import judge_changed  # noqa: E402
from leadstern.qualification.models import Judgement  # noqa: E402
from leadstern.scoring.actions import publish_version, save_draft, score_changed  # noqa: E402
from leadstern.scoring.models import Score, ScoreLine  # noqa: E402
from leadstern.scoring.queries import published_version  # noqa: E402

BATCH = 500
AGE = {
    "postgresql": "EXTRACT(EPOCH FROM at)::double precision",
    "sqlite": "CAST(strftime('%%s', at) AS REAL)",
}


def figures(scale: float) -> list[Figure]:
    activities = Activity.objects.count()
    moment = now()
    publish_version(save_draft(_doubled()), by=None, now=moment)
    scored = batches(lambda: score_changed(now=moment, limit=BATCH))
    judged = batches(lambda: judge_changed(now=moment, limit=BATCH))
    read = min(timed(_aggregate) for _ in range(2))
    scores_written, judgements_written = _written([Score, ScoreLine]), _written([Judgement])
    note = f"{activities:,} activities; limit: {read:.1f} s read + {scores_written:.1f} s written"
    goal = Goal("ratio", 1.4)
    parts = [
        per_thousand("leads scored anew", scored, limit=read + scores_written, goal=goal, note=note),
        per_thousand("leads judged anew", judged, limit=judgements_written, note="limit: rows written"),
    ]
    return [_together("model published", parts, goal), *parts]


def _together(name: str, parts: list[Figure], goal: Goal) -> Figure:
    """One after the other; the p95 is that of two bad batches."""
    median, p95 = sum(part.median for part in parts), sum(part.p95 or 0.0 for part in parts)
    limit = sum(part.limit or 0.0 for part in parts)
    return Figure(name, "ms/1,000", parts[0].n, median, p95, limit, goal, "scored and judged")


def _doubled() -> dict[str, Any]:
    version = published_version()
    assert version is not None
    content: dict[str, Any] = copy.deepcopy(version.content)
    for rule in content["activity"]:
        rule["points"] *= 2
    return content


def _aggregate() -> None:
    power = f"SUM(POWER(2.0, ({AGE[connection.vendor]} - %s) / 1209600.0))"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*), SUM(total) FROM (SELECT lead_id, {power} AS total FROM leads_activity"  # noqa: S608
            " WHERE kind IN ('submission', 'page', 'download') GROUP BY lead_id) sums",
            [now().timestamp()],
        )
        cursor.fetchone()


def _written(tables: list[type[models.Model]]) -> float:
    """Seconds to write all their rows, held in memory, into empty tables of the same shape."""
    return sum(_copied(model) for model in tables)


def _copied(model: type[models.Model]) -> float:
    name = model._meta.db_table  # noqa: SLF001 -- Django's documented way to a model's table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {name}")  # noqa: S608 -- our own name
        columns = [column[0] for column in cursor.description]
        rows = [tuple(map(_plain, row)) for row in cursor.fetchall()]
        for statement in _like(cursor, name):
            cursor.execute(statement)
    seconds = timed(lambda: write_rows(model, columns, rows, table="bench_copy"))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_copy")
    return seconds


def _plain(value: Any) -> Any:
    """JSON as the text that COPY takes."""
    return json.dumps(value) if isinstance(value, dict | list) else value


def _like(cursor: Any, name: str) -> list[str]:
    """Statements that make `bench_copy` with the columns and indexes of a table."""
    if connection.vendor == "postgresql":
        return [f"CREATE TABLE bench_copy (LIKE {name} INCLUDING ALL)"]
    cursor.execute("SELECT type, name, sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL", [name])
    found = [(kind, own, sql) for kind, own, sql in cursor.fetchall() if kind in ("table", "index")]
    found.sort(key=lambda one: one[0] != "table")
    return [sql.replace(f'"{own}"', f'"bench_{own}"').replace(f'"{name}"', '"bench_copy"')
            .replace(f'"bench_{name}"', '"bench_copy"') for _kind, own, sql in found]  # fmt: skip
