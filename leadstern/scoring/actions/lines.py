"""Writes lines by the thousand, past the ORM: it would spend ten times the database's own time on each row.

Enters: plain rows inside the caller's `write()`. Called by `scores.py` only; tested on both databases.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from leadstern.scoring.logic.arithmetic import Line
from leadstern.scoring.terms import LineKind

COLUMNS = 'score_id, rule, kind, points, as_of, half_life, cap, "count", last_at'
COPY = f"COPY scoring_scoreline ({COLUMNS}) FROM STDIN"
INSERT = f"INSERT INTO scoring_scoreline ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"  # noqa: S608 -- no value


def insert_lines(lines: Iterable[tuple[int, LineKind, Line]]) -> None:
    """Adds a row for each (score id, kind, line): COPY on PostgreSQL, one prepared INSERT on SQLite."""
    rows = [
        (score_id, line.rule, kind.value, line.points, _moment(line.as_of), line.half_life, line.cap, line.count,
         _moment(line.last_at))
        for score_id, kind, line in lines
    ]  # fmt: skip
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(COPY) as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.executemany(INSERT, rows)


def _moment(at: datetime | None) -> Any:
    """As the database stores it: SQLite keeps text in UTC."""
    return at if at is None or connection.vendor == "postgresql" else connection.ops.adapt_datetimefield_value(at)
