"""Many rows at once, without a model object each. Called by imports and by the steps that take whole batches.

Enters: plain values in the order of the named fields. Leaves: rows (and their ids). Several times as fast as
`bulk_create`, whose cost is Python: COPY on PostgreSQL, one prepared statement on SQLite. Fields that are not named
need a database NULL: model defaults do not apply here. All functions join the caller's transaction and raise what the
database raises: IntegrityError, DataError.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from django.db import connection, models, transaction

Row = Sequence[Any]
CHUNK = 5_000
FEW = 20
"""Up to so many rows go sooner by one statement than by a temporary table, which PostgreSQL empties at the commit."""


def insert_rows(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Row], *, skip_known: bool = False
) -> list[int]:
    """Inserts `rows` and gives back their ids in the same order; `skip_known`: leaves out rows whose unique values
    exist, and says the ids of the others in no certain order.

    `names` are model field names (a foreign key as its id).
    """
    table = _Table(model, names)
    if skip_known:
        return table.insert_unknown(rows)
    given = list(rows)
    if not given:
        return []
    with transaction.atomic(savepoint=False):
        ids = table.reserve(len(given))
        _Table(model, (table.key, *names)).pour((number, *row) for number, row in zip(ids, given, strict=True))
    return ids


def append_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Row]) -> None:
    """As `insert_rows`, where nobody asks for the ids."""
    _Table(model, names).pour(rows)


def replace_rows(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Row],
    *,
    unique: Sequence[str],
    watch: Sequence[str] = (),
) -> None:
    """Inserts `rows`, or overwrites the named fields where a row with the same `unique` fields exists.

    `watch`: only where one of these fields differs; what says the same stays untouched.
    """
    _Table(model, names).pour(rows, on_conflict=_overwrite(model, names, unique, watch))


def _overwrite(model: type[models.Model], names: Sequence[str], unique: Sequence[str], watch: Sequence[str]) -> str:
    columns = dict(zip(names, _columns(model, names), strict=True))
    changes = ", ".join(f"{columns[name]} = excluded.{columns[name]}" for name in names if name not in unique)
    own = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001 -- Django's documented way to a model's table
    differs = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    told = " OR ".join(f"{own}.{columns[name]} {differs} excluded.{columns[name]}" for name in watch)
    found = ", ".join(columns[name] for name in unique)
    return f" ON CONFLICT ({found}) DO UPDATE SET {changes}" + (f" WHERE {told}" if told else "")


def _columns(model: type[models.Model], names: Sequence[str]) -> list[str]:
    fields: list[Any] = [model._meta.get_field(name) for name in names]  # noqa: SLF001 -- see above
    return [connection.ops.quote_name(field.column) for field in fields]


class _Table:
    """The named columns of a model's table, and how the database in use is fed fastest."""

    def __init__(self, model: type[models.Model], names: Sequence[str]) -> None:
        meta = model._meta  # noqa: SLF001 -- see above
        self.key = str(meta.pk.name)
        self._plain, self._name = meta.db_table, connection.ops.quote_name(meta.db_table)
        self._columns = ", ".join(_columns(model, names))
        adapters = [_adapter(meta.get_field(name)) for name in names]
        self._adapters = [(place, adapt) for place, adapt in enumerate(adapters) if adapt is not None]
        self._width = len(adapters)

    def pour(self, rows: Iterable[Row], *, on_conflict: str = "") -> None:
        if connection.vendor != "postgresql":
            places = ", ".join(["%s"] * self._width)
            with connection.cursor() as cursor:
                cursor.executemany(self._insert(f"VALUES ({places}){on_conflict}"), list(self._adapted(rows)))
        elif on_conflict:
            self._insert_beside(rows, on_conflict)
        else:
            self._copy(rows, self._name)

    def insert_unknown(self, rows: Iterable[Row]) -> list[int]:
        key, ids, given = connection.ops.quote_name(self.key), [], list(rows)
        end = f" ON CONFLICT DO NOTHING RETURNING {key}"
        if connection.vendor == "postgresql" and len(given) > FEW:
            return self._insert_beside(given, end)
        place, adapted = f"({', '.join(['%s'] * self._width)})", self._adapted(given)
        with connection.cursor() as cursor:
            while chunk := list(islice(adapted, min(CHUNK, _variables() // self._width))):
                statement = self._insert(f"VALUES {', '.join([place] * len(chunk))}{end}")
                cursor.execute(statement, [value for row in chunk for value in row])
                ids += [row[0] for row in cursor.fetchall()]
        return ids

    def reserve(self, count: int) -> list[int]:
        """Ids that nobody else gets. SQLite: the surrounding transaction is IMMEDIATE and so alone."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                sequence = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
                cursor.execute(sequence, [self._plain, self.key, count])
                return [row[0] for row in cursor.fetchall()]
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [self._plain])
            last = (cursor.fetchone() or [0])[0]
        return list(range(last + 1, last + 1 + count))

    def _insert(self, what: str) -> str:
        return f"INSERT INTO {self._name} ({self._columns}) {what}"

    def _copy(self, rows: Iterable[Row], table: str) -> None:
        statement = f"COPY {table} ({self._columns}) FROM STDIN"
        with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in self._adapted(rows):
                copy.write_row(row)

    def _insert_beside(self, rows: Iterable[Row], on_conflict: str) -> list[int]:
        """COPY knows no conflicts: into a temporary table of this session first, then all at once."""
        beside = connection.ops.quote_name(f"beside_{self._plain}")
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            like = f"AS SELECT * FROM {self._name} WITH NO DATA"  # noqa: S608 -- our own names, quoted
            cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {beside} ON COMMIT DELETE ROWS {like}")
            self._copy(rows, beside)
            poured = f"SELECT {self._columns} FROM {beside}{on_conflict}"  # noqa: S608 -- our own names, quoted
            cursor.execute(self._insert(poured))
            ids = [row[0] for row in cursor.fetchall()] if "RETURNING" in on_conflict else []
            cursor.execute(f"DELETE FROM {beside}")  # noqa: S608 -- our own name, quoted
        return ids

    def _adapted(self, rows: Iterable[Row]) -> Iterator[list[Any]]:
        adapters = self._adapters
        for row in rows:
            values = list(row)
            for place, adapt in adapters:
                values[place] = adapt(values[place])
            yield values


def _adapter(field: Any) -> Callable[[Any], Any] | None:
    """How the database wants this field's values; None when it takes them as they are."""
    if isinstance(field, models.DateTimeField):
        return None if connection.vendor == "postgresql" else _Moments()
    if isinstance(field, models.JSONField):
        encode = (field.encoder or json.JSONEncoder)().encode
        return lambda value: "{}" if value == {} else encode(value)
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
    if connection.vendor == "postgresql":
        return 65_535
    connection.ensure_connection()
    return int(connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER))
