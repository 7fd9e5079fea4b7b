"""/h: takes hits from the script on other people's websites. A bare ASGI application beside Django, in its process.

Enters: POST with JSON as text/plain, which browsers send without asking first (Fetch, CORS-safelisted). Leaves: 204
after the commit that holds the hits, else a status with a short reason. Called by `config.asgi`.
"""

import asyncio
import logging
import time as clock
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network
from typing import Any

from django.conf import settings
from django.db import Error, close_old_connections

from leadstern.core import time
from leadstern.core.proxies import client_address, trusted_proxies
from leadstern.visitors import actions, ingest
from leadstern.visitors.group_commit import GroupCommit, Unavailable, WrongRows
from leadstern.visitors.hit_store import hit_store
from leadstern.visitors.rate_limit import RateLimit
from leadstern.visitors.refusals import Refusals
from leadstern.visitors.site_book import SiteBook
from leadstern.visitors.terms import Drop, HitRow

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

STATUS = {
    Drop.TOO_LARGE: 413,
    Drop.UNREADABLE: 400,
    Drop.TOO_MANY: 400,
    Drop.UNKNOWN_SITE: 404,
    Drop.WRONG_ORIGIN: 403,
}
_ASKED = frozenset({b"origin", b"user-agent", b"sec-gpc", b"dnt", b"x-forwarded-for", b"content-length"})
# Browsers send some 150 characters. What comes from strangers is searched for many patterns, so it must be short.
LONGEST_AGENT = 400
_PLAIN = (b"content-type", b"text/plain; charset=utf-8")
_RETRY = (b"retry-after", b"2")


class Answer(Exception):
    """Ends a request with a status and a reason."""

    def __init__(self, status: int, reason: str = "", *headers: tuple[bytes, bytes]) -> None:
        super().__init__(reason)
        self.status, self.reason, self.headers = status, reason, headers


_STORED = Answer(204)


class Endpoint:
    """The application. One per process; its writer thread starts with the first hit."""

    def __init__(self) -> None:
        self.refusals = Refusals()
        self._book = SiteBook()
        self._limit = RateLimit()
        self._commits: GroupCommit[HitRow] = GroupCommit(hit_store)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. An unexpected error is answered 500 and logged; the process lives on."""
        headers = {name: value for name, value in scope["headers"] if name in _ASKED}
        origin = headers.get(b"origin", b"").decode("latin-1")
        allowed: Headers = []
        try:
            await self._serve(scope, receive, headers=headers, origin=origin, allowed=allowed)
            answer = _STORED
        except Answer as given:
            answer = given
        except (Unavailable, Error) as error:
            log.warning("hit not stored: %s", error)
            answer = Answer(503, "not stored, try again", _RETRY)
        except Exception:
            log.exception("hit endpoint failed")
            answer = Answer(500, "failed")
        await _respond(send, answer, allowed)

    async def close(self) -> None:
        """Writes what is queued; called when the server stops."""
        await self.refusals.flush()
        await asyncio.to_thread(self._commits.close)

    async def _serve(
        self, scope: Scope, receive: Receive, *, headers: dict[bytes, bytes], origin: str, allowed: Headers
    ) -> None:
        """Returns when everything is durable. Fills `allowed` as soon as the origin is known to be the site's."""
        if scope["method"] == "OPTIONS":
            await self._allow_preflight(origin, allowed)
            return
        if scope["method"] != "POST":
            raise Answer(405, "only POST", (b"allow", b"POST, OPTIONS"))
        self._heed_limit(scope, headers)
        message = await self._message(receive, headers, origin=origin)
        result = ingest.take(message)
        if message.site is not None and origin in message.site.origins:
            allowed.extend(_cors(origin))
        if isinstance(result, Drop):
            await self._count(result, message)
            raise Answer(STATUS[result], result.value)
        await self._keep(message)

    async def _keep(self, message: ingest.Message) -> None:
        if message.consent is not None:
            await asyncio.to_thread(_keep_consent, message)
        if message.rows:
            try:
                await self._commits.put(message.rows)
            except WrongRows as error:
                # The website was removed in the last seconds: the book will know it soon.
                raise Answer(404, Drop.UNKNOWN_SITE.value) from error

    async def _message(self, receive: Receive, headers: dict[bytes, bytes], *, origin: str) -> ingest.Message:
        body = await _body(receive, headers)
        return ingest.Message(
            body=body,
            origin=origin,
            agent=headers.get(b"user-agent", b"")[:LONGEST_AGENT].decode("latin-1"),
            objects=headers.get(b"sec-gpc") == b"1" or headers.get(b"dnt") == b"1",
            at=time.now(),
            sites=await self._book.by_key(),
        )

    def _heed_limit(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        if not settings.OWN["LEADSTERN_RATE_LIMITS"]:
            return
        peer = (scope.get("client") or ("",))[0]
        forwarded = headers.get(b"x-forwarded-for", b"").decode("latin-1")
        address = client_address(peer, forwarded, trusted=self._proxies)
        if not self._limit.allows(address, seconds=clock.monotonic()):
            self.refusals.count("too often")
            raise Answer(429, "too often", (b"retry-after", b"10"))

    @cached_property
    def _proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return trusted_proxies()

    async def _allow_preflight(self, origin: str, allowed: Headers) -> None:
        if await self._book.of_origin(origin) is None:
            raise Answer(403, Drop.WRONG_ORIGIN.value)
        allowed.extend(_cors(origin))
        allowed.append((b"access-control-allow-methods", b"POST"))
        allowed.append((b"access-control-allow-headers", b"content-type"))
        allowed.append((b"access-control-max-age", b"86400"))

    async def _count(self, drop: Drop, message: ingest.Message) -> None:
        """A refusal belongs to the website it names, else to the one it came from, else to none."""
        site = message.site or await self._book.of_origin(message.origin)
        if site is None:
            self.refusals.count(drop.value)
        else:
            self.refusals.count_for(site.id, reason=drop, origin=message.origin)


def _keep_consent(message: ingest.Message) -> None:
    """Consent is rare, so it goes the ordinary way; it is durable before the hits that name it."""
    assert message.site is not None
    assert message.visitor is not None
    close_old_connections()
    try:
        if message.consent:
            actions.record_consent(message.visitor, site_id=message.site.id, text=message.consent_text, now=message.at)
        else:
            actions.withdraw_visitor(message.visitor, site_id=message.site.id, now=message.at)
    finally:
        close_old_connections()


async def _body(receive: Receive, headers: dict[bytes, bytes]) -> bytes:
    """The whole body, or one byte too many: `ingest.limit_size` says the rest."""
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > ingest.MAX_BODY:
        raise Answer(413, Drop.TOO_LARGE.value, (b"connection", b"close"))
    body = b""
    while len(body) <= ingest.MAX_BODY:
        event = await receive()
        if event["type"] != "http.request":
            raise Answer(400, "gone")
        body += event.get("body", b"")
        if not event.get("more_body", False):
            break
    return body


def _cors(origin: str) -> Iterable[tuple[bytes, bytes]]:
    return ((b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"Origin"))


async def _respond(send: Send, answer: Answer, allowed: Headers) -> None:
    body = answer.reason.encode()
    headers = [*allowed, *answer.headers, *([_PLAIN] if body else [])]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
