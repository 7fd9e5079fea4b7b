"""Counts what the endpoint refuses and writes the counts every second while there are any.

Enters: site, reason and origin of a refused message. Leaves: rows of `Refusal`. Called by the endpoint. The counts of
the last second may be lost in a crash; hits are not concerned.
"""

import asyncio
import logging
from collections import Counter

from django.db import Error, close_old_connections

from leadstern.core import time
from leadstern.visitors import actions
from leadstern.visitors.terms import Drop

log = logging.getLogger(__name__)


class Refusals:
    """`by_reason` counts since the start; the rest waits to be written. Bounded, however many origins come."""

    def __init__(self, *, pause: float = 1.0, keys: int = 1000) -> None:
        self.by_reason: Counter[str] = Counter()
        self._pause = pause
        self._keys = keys
        self._waiting: Counter[actions.Refused] = Counter()
        self._writing: asyncio.Task[None] | None = None

    def count(self, reason: str) -> None:
        """Counts what belongs to no website."""
        self.by_reason[reason] += 1

    def count_for(self, site_id: int, *, reason: Drop, origin: str) -> None:
        """Counts what the page of a website shall tell."""
        self.count(reason.value)
        key = (site_id, reason, origin[:253] if origin.isprintable() else "")
        if key not in self._waiting and len(self._waiting) >= self._keys:
            key = (site_id, reason, "")
        self._waiting[key] += 1
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_soon())

    async def flush(self) -> None:
        """Writes what waits, now."""
        counts, self._waiting = self._waiting, Counter()
        if counts:
            await asyncio.to_thread(_write, counts)

    async def _write_soon(self) -> None:
        while self._waiting:
            await asyncio.sleep(self._pause)
            await self.flush()


def _write(counts: Counter[actions.Refused]) -> None:
    close_old_connections()
    try:
        actions.record_refusals(counts, now=time.now())
    except Error as error:
        log.warning("refused hits could not be counted: %s", error)
    finally:
        close_old_connections()
