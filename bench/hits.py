"""Hits per second with durable answers, one and ten a request.

The limit is a bare ASGI application that puts one constant row, of the same size, into the same group commit and does
nothing else. Both run in turns.
"""

import json
import statistics
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import django

from bench.figures import Figure, Goal, rates
from bench.load import Load, ask
from bench.serving import serving

django.setup()

from leadstern.core.time import now  # noqa: E402 -- after the set-up
from leadstern.visitors.group_commit import GroupCommit  # noqa: E402
from leadstern.visitors.hit_store import hit_store  # noqa: E402
from leadstern.visitors.models import Site  # noqa: E402
from leadstern.visitors.terms import HitRow  # noqa: E402

ORIGIN, KEY = "https://www.solar.example", "bench"
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
)
ROUNDS, CONNECTIONS, SECONDS = 3, 64, 5.0


def figures(scale: float) -> list[Figure]:
    Site.objects.create(id=1, name="Bench", key=KEY, origins=[ORIGIN], created_at=now())
    seconds = max(1.0, SECONDS * scale)
    return [figure for batch in (1, 10) for figure in _compared(batch, seconds)]


def _compared(batch: int, seconds: float) -> list[Figure]:
    limits, ours = [], []
    for _ in range(ROUNDS):
        limits.append(_measured(f"bench.hits:limit_{batch}", batch, seconds, is_factory=True))
        ours.append(_measured("leadstern.config.asgi:application", batch, seconds))
    times = sorted(1000 * time for load in ours for time in load.times)
    limit = batch * statistics.median(one.per_second for one in limits)
    note = f"{sum(one.failed for one in ours)} failed"
    goal = Goal("ratio", 0.75, is_least=True) if batch == 1 else Goal("median", 35_000, is_least=True)
    answered = Figure(
        f"hit answered, {batch} a request", "ms", len(times), statistics.median(times), times[int(len(times) * 0.95)]
    )
    reached = [batch * one.per_second for one in ours]
    return [
        rates(f"hits, {batch} a request", reached, n=batch * len(times), limit=limit, goal=goal, note=note),
        answered,
    ]


def _measured(application: str, batch: int, seconds: float, *, is_factory: bool = False) -> Load:
    with serving(application, is_factory=is_factory) as port:
        make = partial(_request, batch=batch)
        ask(port, make, connections=1, seconds=0.1)  # opens the server's database connection
        return ask(port, make, connections=CONNECTIONS, seconds=seconds)


def _request(number: int, *, batch: int) -> bytes:
    hit: dict[str, Any] = {
        "page": f"{ORIGIN}/leistungen/waermepumpe-{number % 10}", "referrer": "https://www.google.de/",
        "source": "google", "medium": "cpc", "campaign": "Frühling", "inside": False,
    }  # fmt: skip
    body = json.dumps({"site": KEY, "hits": [hit] * batch}).encode()
    head = (
        f"POST /h HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {ORIGIN}\r\nUser-Agent: {AGENT}\r\nAccept: */*\r\n"
        f"Content-Type: text/plain;charset=UTF-8\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def limit_1() -> Callable[..., Awaitable[None]]:
    """The bare application. Granian calls this once in its worker."""
    return _limit(1)


def limit_10() -> Callable[..., Awaitable[None]]:
    return _limit(10)


def _limit(batch: int) -> Callable[..., Awaitable[None]]:
    path, host = "/leistungen/waermepumpe-0", "www.google.de"
    row = HitRow(1, now(), "page", path, "", True, "paid_search", "google", "cpc", "Frühling", host, "", None)
    commits: GroupCommit[HitRow] = GroupCommit(hit_store)

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await receive()
        await commits.put([row] * batch)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return application
