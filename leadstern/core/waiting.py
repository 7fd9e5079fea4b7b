"""Asks in one short question which of many waiting rows there are, so that an idle pass costs next to nothing.

Enters: querysets by name, built for a moment. Leaves: the names with at least one row. Called by the worker's walk.
The SQL is made once for each process and database; only the moment changes.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

Waiting = Callable[[datetime], Sequence["QuerySet[Any]"]]
MARK = datetime(2999, 12, 31, 23, 59, 58, 123456, tzinfo=UTC)


class Question:
    """The compiled question: one EXISTS for each name. `waiting` functions may use the moment as a plain parameter."""

    def __init__(self, waiting: Mapping[str, Waiting]) -> None:
        mark = _adapted(MARK)
        self._parameters: list[Any] = []
        parts = []
        self._names = list(waiting)
        for find in waiting.values():
            claims = []
            for rows in find(MARK):
                sql, given = rows.order_by().values("pk").query.sql_with_params()
                claims.append(f"EXISTS ({sql})")
                self._parameters += given
            parts.append(" OR ".join(claims))
        self._sql = f"SELECT {', '.join(parts)}"
        self._moments = {place for place, value in enumerate(self._parameters) if value == mark}

    def ask(self, *, now: datetime) -> set[str]:
        """The names for which something waits at `now`. One query."""
        moment = _adapted(now)
        given = [moment if place in self._moments else value for place, value in enumerate(self._parameters)]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, given)
            answers = cursor.fetchone()
        return {name for name, is_waiting in zip(self._names, answers, strict=True) if is_waiting}


def _adapted(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)
