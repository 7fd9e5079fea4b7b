"""Where a benchmark runs: a temporary LEADSTERN_HOME and a fresh, prepared database of its own, removed at the end.

Enters: the kind of database. Leaves: the environment for the processes that measure. Called by `python -m bench`.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[1]


@contextlib.contextmanager
def place(server: str | None) -> Iterator[dict[str, str]]:
    """The environment of a fresh installation; on SQLite without `server`, else in a new database of that server."""
    with tempfile.TemporaryDirectory(prefix="leadstern-bench-") as home:
        own = {"LEADSTERN_HOME": home, "LEADSTERN_RATE_LIMITS": "false", "DATABASE_URL": ""}
        environment = {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "leadstern.config.settings"}
        name = f"bench_{os.getpid()}_{Path(home).name[-6:]}".lower()
        if server:
            _administer(server, f'CREATE DATABASE "{name}"')
            environment["DATABASE_URL"] = f"{server}/{name}"
        try:
            prepare = [sys.executable, "-m", "leadstern.cli", "prepare", "--json"]
            subprocess.run(prepare, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
            yield environment
        finally:
            if server:
                _administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _administer(server: str, sql: str) -> None:
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(sql.encode())
