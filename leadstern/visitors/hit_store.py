"""Stores hits on a connection of its own: COPY on PostgreSQL, many rows a statement on SQLite. For the group commit.

Enters: HitRows. Leaves: rows of `Hit`, durable when `write` returns, and `Site.last_hit_at`. A visitor's key is kept
only while that visitor's consent stands, which is looked up in the same transaction.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import psycopg
from django.db import connections
from psycopg.conninfo import make_conninfo

from leadstern.visitors.group_commit import Store, Unavailable, WrongRows
from leadstern.visitors.terms import HitRow

COLUMNS = (*HitRow._fields, "is_taken")
_MARK_EVERY = timedelta(seconds=5)
# Python's sqlite3 gives the interpreter lock away for every step and has to wait to get it back while the event loop
# is busy: so many rows go into one statement. A few sizes only, that each is compiled once.
_SQLITE_SIZES = (256, 64, 16, 4, 1)
_SQLITE_ROW = f"({', '.join('?' * len(COLUMNS))})"
_SQLITE_INSERTS = {
    size: f"INSERT INTO visitors_hit ({', '.join(COLUMNS)}) VALUES {', '.join([_SQLITE_ROW] * size)}"  # noqa: S608 -- our own names
    for size in _SQLITE_SIZES
}
_POSTGRES_AGREED = (
    "SELECT key FROM visitors_visitor WHERE withdrawn_at IS NULL AND key = ANY(%s::uuid[]) ORDER BY key FOR SHARE"
)
_POSTGRES_COPY = f"COPY visitors_hit ({', '.join(COLUMNS)}) FROM STDIN"


def hit_store() -> Store[HitRow]:
    """The store for the database that Django's settings name."""
    connection = connections["default"]
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return SqliteHits(str(settings["NAME"]))
    given = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return PostgresHits({name: str(settings[key]) for name, key in given.items() if settings[key]})


class _Marks:
    """Which sites' `last_hit_at` is due to be written: each at most every five seconds."""

    def __init__(self) -> None:
        self._written: dict[int, datetime] = {}

    def due(self, rows: Sequence[HitRow]) -> list[tuple[datetime, str, int]]:
        """(moment, path, site id), by site id so that two writers never wait for each other crosswise."""
        last = {row.site_id: (row.at, row.path, row.site_id) for row in rows}
        return [mark for site, mark in sorted(last.items()) if self._is_due(site, mark[0])]

    def written(self, marks: Iterable[tuple[datetime, str, int]]) -> None:
        self._written.update((site, at) for at, _path, site in marks)

    def _is_due(self, site: int, at: datetime) -> bool:
        return site not in self._written or at - self._written[site] >= _MARK_EVERY


class SqliteHits:
    """One BEGIN IMMEDIATE … COMMIT with synchronous=FULL per batch."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._marks = _Marks()

    def write(self, rows: Sequence[HitRow], *, is_retry: bool) -> None:  # noqa: ARG002 -- SQLite's commit is never in doubt
        """See `Store.write`. An error in or before COMMIT means that nothing was stored."""
        try:
            self._write(self._open(), rows)
        except sqlite3.IntegrityError as error:
            raise WrongRows(str(error)) from error
        except sqlite3.Error as error:
            self.close()
            raise Unavailable(str(error)) from error

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            # A short time-out: between two attempts the group commit tells those who have waited too long.
            self._connection = sqlite3.connect(self._path, timeout=1.0, isolation_level=None)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                self._connection.execute(f"PRAGMA {pragma}")
        return self._connection

    def _write(self, connection: sqlite3.Connection, rows: Sequence[HitRow]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            rows = _with_consent_only(rows, self._agreed(connection, rows))
            _insert(connection, rows)
            marks = self._marks.due(rows)
            for at, path, site in marks:
                connection.execute(
                    "UPDATE visitors_site SET last_hit_at = ?, last_hit_path = ? WHERE id = ?",
                    (_sqlite_moment(at), path, site),
                )
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        self._marks.written(marks)

    def _agreed(self, connection: sqlite3.Connection, rows: Sequence[HitRow]) -> set[str]:
        keys = sorted({row.visitor_key for row in rows if row.visitor_key})
        if not keys:
            return set()
        marks = ", ".join("?" * len(keys))
        sql = f"SELECT key FROM visitors_visitor WHERE withdrawn_at IS NULL AND key IN ({marks})"  # noqa: S608 -- question marks
        return {key for (key,) in connection.execute(sql, keys)}


class PostgresHits:
    """One transaction with a COPY per batch, on a connection of its own.

    When the connection is lost in the middle of COMMIT, the next attempt asks the server what became of that
    transaction (pg_xact_status) before it writes anything again.
    """

    def __init__(self, parameters: dict[str, str]) -> None:
        self._parameters = parameters
        self._connection: psycopg.Connection | None = None
        self._marks = _Marks()
        self._doubt: str | None = None

    def write(self, rows: Sequence[HitRow], *, is_retry: bool) -> None:
        """See `Store.write`."""
        if not is_retry:
            self._doubt = None
        try:
            connection = self._open()
            if self._doubt is None or not self._was_committed(connection, self._doubt):
                self._write(connection, rows)
        except (psycopg.IntegrityError, psycopg.DataError) as error:
            raise WrongRows(str(error)) from error
        except psycopg.Error as error:
            self.close()
            raise Unavailable(str(error)) from error
        self._doubt = None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> psycopg.Connection:
        if self._connection is None:
            options = "-c statement_timeout=5000 -c synchronous_commit=on -c timezone=UTC"
            target = make_conninfo(**self._parameters, connect_timeout=3, options=options)
            self._connection = psycopg.connect(target, autocommit=True, prepare_threshold=None)
        return self._connection

    def _was_committed(self, connection: psycopg.Connection, transaction: str) -> bool:
        found = connection.execute("SELECT pg_xact_status(%s::xid8)", [transaction]).fetchone()
        status = found[0] if found else None
        if status == "in progress":
            raise psycopg.OperationalError("the last commit is still under way")
        return bool(status == "committed")

    def _write(self, connection: psycopg.Connection, rows: Sequence[HitRow]) -> None:
        # Both statements in one round trip; the transaction's number is only needed if its commit is in doubt.
        cursor = connection.execute("BEGIN; SELECT pg_current_xact_id()::text")
        cursor.nextset()
        begun = cursor.fetchone()
        assert begun is not None
        try:
            rows = _with_consent_only(rows, self._agreed(cursor, rows))
            with cursor.copy(_POSTGRES_COPY) as copy:
                copy.write("".join(map(_postgres_line, rows)))
            marks = self._marks.due(rows)
            for at, path, site in marks:
                cursor.execute(
                    "UPDATE visitors_site SET last_hit_at = %s, last_hit_path = %s WHERE id = %s", (at, path, site)
                )
            self._doubt = begun[0]
            cursor.execute("COMMIT")
        except (psycopg.IntegrityError, psycopg.DataError):
            self._doubt = None
            connection.execute("ROLLBACK")
            raise
        self._marks.written(marks)

    def _agreed(self, cursor: psycopg.Cursor, rows: Sequence[HitRow]) -> set[str]:
        """FOR SHARE: a withdrawal that runs at the same time waits for us and then finds our hits, too."""
        keys = sorted({row.visitor_key for row in rows if row.visitor_key})
        if not keys:
            return set()
        found = cursor.execute(_POSTGRES_AGREED, [keys])
        return {key.hex for (key,) in found}


def _with_consent_only(rows: Sequence[HitRow], agreed: set[str]) -> Sequence[HitRow]:
    if all(row.visitor_key is None or row.visitor_key in agreed for row in rows):
        return rows
    return [row if row.visitor_key in agreed else row._replace(visitor_key=None) for row in rows]


def _insert(connection: sqlite3.Connection, rows: Sequence[HitRow]) -> None:
    start = 0
    for size in _SQLITE_SIZES:
        while len(rows) - start >= size:
            chunk = rows[start : start + size]
            connection.execute(_SQLITE_INSERTS[size], [value for row in chunk for value in _sqlite_values(row)])
            start += size


def _sqlite_moment(at: datetime) -> str:
    """As Django writes it: UTC without its name."""
    return str(at.replace(tzinfo=None))


def _sqlite_values(row: HitRow) -> tuple[object, ...]:
    return (row[0], _sqlite_moment(row[1]), *row[2:], False)


def _postgres_line(row: HitRow) -> str:
    """One line of COPY's text format. The texts hold no control characters; only the backslash must be escaped."""
    line = (
        f"{row.site_id}\t{row.at.isoformat()}\t{row.kind}\t{row.path}\t{row.label}\t{'t' if row.is_entry else 'f'}\t"
        f"{row.channel}\t{row.source}\t{row.medium}\t{row.campaign}\t{row.referrer_host}\t{row.bot}"
    )
    return f"{line.replace(chr(92), chr(92) * 2) if chr(92) in line else line}\t{row.visitor_key or chr(92) + 'N'}\tf\n"
