"""Turns DATABASE_URL (or its absence) into Django's database setting. Called by `settings.py` only."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from leadstern.config.environment import WrongSetting

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-8000;"


def database(url: str, *, home: Path) -> dict[str, Any]:
    """SQLite in LEADSTERN_HOME when `url` is empty, else what it names (sqlite:///path, postgres://…).

    SQLite runs with write-ahead log and synchronous=FULL: what was answered survives a power cut, too. The processes
    that stay (`LEADSTERN_SERVER`) keep their connections.
    """
    if not url:
        return _sqlite(home / "leadstern.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path[1:])))
    if parts.scheme in ("postgres", "postgresql"):
        return _postgres(url)
    raise WrongSetting(f"DATABASE_URL: unknown kind {parts.scheme!r}; use postgresql://… or sqlite:///…")


def _sqlite(path: Path) -> dict[str, Any]:
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS}
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None if os.environ.get("LEADSTERN_SERVER") else 0,
        "OPTIONS": options,
        "TEST": {"NAME": str(path.with_suffix(".test.sqlite3"))},
    }


def _postgres(url: str) -> dict[str, Any]:
    """The processes that stay (`LEADSTERN_SERVER`) share connections, each looked at before use: after a restart of the
    database nobody meets a dead one. Commands take one of their own and learn at once why there is none."""
    parts = urlsplit(url)
    pool = {"pool": {"min_size": 1, "max_size": 12, "timeout": 5}} if os.environ.get("LEADSTERN_SERVER") else {}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": pool,
    }
