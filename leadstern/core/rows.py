"""Many new rows at once, without a model object each. Called by imports and by the steps that take whole batches.

Enters: plain values in the order of the named fields. Leaves: rows and their ids. Several times as fast as
`bulk_create`, whose cost is Python. Fields that are not named need a database NULL: model defaults do not apply here.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from django.db import connection, models
from django.db.models.options import Options

CHUNK = 5_000


def insert_rows(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]], *, skip_known: bool = False
) -> list[int]:
    """Inserts `rows` and gives back their ids in the same order (without those left out, when `skip_known`).

    `names` are model field names (a foreign key as its id). `skip_known` leaves out rows whose unique values exist.
    Joins the caller's transaction. Raises what the database raises: IntegrityError, DataError.
    """
    table: Options[Any] = model._meta  # noqa: SLF001 -- Django's documented way to a model's columns
    fields: list[Any] = [table.get_field(name) for name in names]
    adapt = [_adapter(field) for field in fields]
    statement = _statement(table, [str(field.column) for field in fields], skip_known)
    size = min(CHUNK, _variables() // len(fields))
    ids: list[int] = []
    remaining = iter(rows)
    with connection.cursor() as cursor:
        while chunk := list(islice(remaining, size)):
            values = [
                value if change is None else change(value)
                for row in chunk
                for change, value in zip(adapt, row, strict=True)
            ]
            cursor.execute(statement(len(chunk)), values)
            ids += [row[0] for row in cursor.fetchall()]
    return ids


def _statement(table: "Options[Any]", columns: list[str], skip_known: bool) -> Callable[[int], str]:
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    start = f"INSERT INTO {quote(table.db_table)} ({names}) VALUES "  # noqa: S608 -- our own names, quoted
    places = f"({', '.join(['%s'] * len(columns))})"
    end = f"{' ON CONFLICT DO NOTHING' if skip_known else ''} RETURNING {quote(str(table.pk.column))}"
    return lambda count: start + ", ".join([places] * count) + end


def _adapter(field: "models.Field[Any, Any]") -> Callable[[Any], Any] | None:
    """How the database wants this field's values; None when it takes them as they are."""
    if isinstance(field, models.DateTimeField):
        return _Moments()
    if isinstance(field, models.JSONField):
        return partial(connection.ops.adapt_json_value, encoder=field.encoder)
    if isinstance(field, models.UUIDField | models.DateField | models.DecimalField):
        return partial(field.get_db_prep_save, connection=connection)
    return None


class _Moments:
    """Adapts moments, each distinct one once: batches repeat them."""

    def __init__(self) -> None:
        self._seen: dict[datetime | None, Any] = {None: None}

    def __call__(self, moment: datetime | None) -> Any:
        if moment not in self._seen:
            self._seen[moment] = connection.ops.adapt_datetimefield_value(moment)
        return self._seen[moment]


def _variables() -> int:
    """How many values one statement may carry."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        return int(connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER))
    return 1_000_000
