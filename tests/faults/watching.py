"""What a test sees of an installation from beside its processes."""

import time
from collections.abc import Callable

from tests.own_database import ask
from tests.running import Running

OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def count(installation: Running, table: str) -> int:
    return int(ask(installation.home, installation.database, f"SELECT count(*) FROM {table}"))


def wait_for(is_so: Callable[[], bool], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.02)
    return False


def wait_until_alone(installation: Running) -> None:
    """A PostgreSQL server needs a moment to notice that a process was killed and to let go of what it held."""
    if installation.database:
        assert wait_for(lambda: ask(installation.home, installation.database, OTHERS) == 0, seconds=20)
