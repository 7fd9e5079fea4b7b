"""Turns DATABASE_URL (checked, or empty) into Django's database setting. Called by `settings.py` only."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-8000;"
PATIENCE = 10  # seconds behind a lock, then the page says so
PLANNING = "-c random_page_cost=1.1 -c jit=off -c parallel_setup_cost=10000"
"""Pages ask PostgreSQL for little from large tables, by index: as for a solid-state disk, and without compiling or
starting helpers for answers of a few milliseconds. What PGOPTIONS says comes after it and wins."""


def database(url: str, *, home: Path) -> dict[str, Any]:
    """SQLite in LEADSTERN_HOME when `url` is empty, else what it names (sqlite:///path, postgres://…).

    SQLite runs with write-ahead log and synchronous=FULL: what was answered survives a power cut, too. The processes
    that stay (`LEADSTERN_SERVER`) keep their connections.
    """
    if not url:
        return _sqlite(home / "leadstern.sqlite3")
    parts = urlsplit(url)
    return _sqlite(Path(unquote(parts.path[1:]))) if parts.scheme == "sqlite" else _postgres(url)


def _sqlite(path: Path) -> dict[str, Any]:
    options = {"transaction_mode": "IMMEDIATE", "timeout": PATIENCE, "init_command": SQLITE_PRAGMAS}
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None if os.environ.get("LEADSTERN_SERVER") else 0,
        "OPTIONS": options,
        "TEST": {"NAME": str(path.with_suffix(".test.sqlite3"))},
    }


def _postgres(url: str) -> dict[str, Any]:
    """The processes that stay (`LEADSTERN_SERVER`) share connections, each looked at before use: after a restart of the
    database nobody meets a dead one, and seconds later all is as before (`reconnect_timeout`: the pool would otherwise
    wait longer from try to try). No page waits for ever behind a lock. Commands take one of their own and learn at once
    why there is none."""
    parts = urlsplit(url)
    said = f"{PLANNING} {os.environ.get('PGOPTIONS', '')}".strip()
    pool = {"min_size": 1, "max_size": 12, "timeout": 5, "reconnect_timeout": 2}
    server = {"pool": pool, "options": f"-c lock_timeout={PATIENCE}s {said}"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": server if os.environ.get("LEADSTERN_SERVER") else {"options": said},
    }
