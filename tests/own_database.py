"""A database of a test's own on the server that the suite runs on, for tests that start real processes."""

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


@contextmanager
def own_database(*, like: str = "") -> Iterator[str]:
    """The address of an empty database, or of a copy of that at `like`; '' means SQLite in the process's own home."""
    address = make_database(like=like)
    try:
        yield address
    finally:
        drop_database(address)


def make_database(*, like: str = "") -> str:
    address = os.environ.get("DATABASE_URL", "")
    if not address:
        return ""
    name = f"leadstern_{uuid.uuid4().hex[:12]}"
    make = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if like:
        make += sql.SQL(" TEMPLATE {}").format(sql.Identifier(urlsplit(like).path[1:]))
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(make)
    return urlunsplit(urlsplit(address)._replace(path=f"/{name}"))


def drop_database(address: str) -> None:
    if not address:
        return
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        name = sql.Identifier(urlsplit(address).path[1:])
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def ask(home: Path, database: str, question: str) -> Any:
    """The single value that this SQL gives, from beside all running processes."""
    if database:
        with psycopg.connect(database, autocommit=True) as connection:
            row: Any = connection.execute(question.encode()).fetchone()
    else:
        with closing(sqlite3.connect(home / "leadstern.sqlite3", timeout=20)) as file:
            row = file.execute(question).fetchone()
    return row[0] if row else None


@contextmanager
def locked(home: Path, database: str, table: str) -> Iterator[None]:
    """Nobody else can write (PostgreSQL: or read) `table` inside."""
    if database:
        with psycopg.connect(database) as connection:
            connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(sql.Identifier(table)))
            yield
        return
    with closing(sqlite3.connect(home / "leadstern.sqlite3", timeout=20, isolation_level=None)) as file:
        file.execute("BEGIN EXCLUSIVE")
        try:
            yield
        finally:
            file.execute("ROLLBACK")


@contextmanager
def closed_to_all(database: str) -> Iterator[None]:
    """The PostgreSQL database takes nobody in, and whoever was connected is thrown out: as if the server were gone."""
    name = sql.Identifier(urlsplit(database).path[1:])
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [urlsplit(database).path[1:]]
        )
        try:
            yield
        finally:
            server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
