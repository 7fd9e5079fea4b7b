"""Short write transactions and the claiming of waiting rows. Called by every stage's actions."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, models, transaction

M = TypeVar("M", bound=models.Model)


@contextmanager
def write() -> Iterator[None]:
    """One short write transaction. No network inside.

    SQLite runs in IMMEDIATE mode: the transaction owns the write lock from its first statement, so what was read
    inside is still true at the commit. On PostgreSQL lock what you decide on (`claim`).
    """
    with transaction.atomic():
        yield


def claim(waiting: models.QuerySet[M], *, limit: int) -> list[M]:
    """Up to `limit` rows of `waiting`, ours until the surrounding `write()` ends; rows others hold are skipped.

    The caller changes the rows so that they no longer match `waiting`; a crash before the commit leaves them waiting.
    """
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True, no_key=True, of=("self",))
    return list(waiting[:limit])
