"""The websites as the endpoint knows them: read from the database at most every few seconds, kept in memory.

Enters: nothing. Leaves: websites by key. Called by the endpoint, in its event loop; reading happens in a thread.
"""

import asyncio
import logging
import time
from collections.abc import Mapping

from django.db import Error, close_old_connections

from leadstern.visitors import queries
from leadstern.visitors.group_commit import Unavailable
from leadstern.visitors.terms import KnownSite

log = logging.getLogger(__name__)


class SiteBook:
    """A change of a website is known `seconds` later. While the database is gone, the last state serves a minute."""

    def __init__(self, *, seconds: float = 3.0, at_most: float = 60.0) -> None:
        self._seconds = seconds
        self._at_most = at_most
        self._read_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None
        self._sites: Mapping[str, KnownSite] = {}
        self._origins: Mapping[str, KnownSite] = {}

    async def by_key(self) -> Mapping[str, KnownSite]:
        """Every website by its key. Raises Unavailable when nothing fresh enough is known."""
        age = time.monotonic() - self._read_at
        if age > self._seconds:
            if self._reading is None or self._reading.done():
                self._reading = asyncio.create_task(self._read())
            if age > self._at_most:
                await asyncio.shield(self._reading)
                if time.monotonic() - self._read_at > self._at_most:
                    raise Unavailable("the websites cannot be read")
            elif age > 2 * self._seconds:
                # Nobody asked for a while: what is known may be long out of date. Usually the answer comes at once.
                await asyncio.wait([self._reading], timeout=1.0)
        return self._sites

    async def of_origin(self, origin: str) -> KnownSite | None:
        """The website an origin belongs to."""
        await self.by_key()
        return self._origins.get(origin)

    async def _read(self) -> None:
        try:
            sites = await asyncio.to_thread(_sites_now)
        except Error as error:
            log.warning("the websites could not be read: %s", error)
            return
        self._sites, self._read_at = sites, time.monotonic()
        self._origins = {origin: site for site in sites.values() for origin in site.origins}


def _sites_now() -> dict[str, KnownSite]:
    close_old_connections()
    try:
        return queries.known_sites()
    finally:
        close_old_connections()
