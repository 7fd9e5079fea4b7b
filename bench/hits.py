"""Hits per second with durable answers, against the limit measured in the same run.

The limit is a bare ASGI application that puts one constant row, of the same size, into the same group commit and does
nothing else.
Both run in turns, on a database of their own, on the kind that DATABASE_URL names:

    python -m bench.hits --seconds 5 [--rounds 3] [--connections 64] [--batch 1]

Prints JSON: for each the number of requests, hits per second (median of the rounds), median, p95 and p99 of the time
to the answer in milliseconds, and `ratio` = hits of the endpoint / hits of the limit. A benchmark, never a test.
"""

import argparse
import asyncio
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parents[1]
ORIGIN = "https://www.solar.example"
KEY = "bench"
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
)
APPLICATIONS = {"limit": "bench.hits:limit_application", "hits": "leadstern.config.asgi:application"}
Figures = dict[str, float]


def limit_application() -> Callable[..., Awaitable[None]]:
    """The bare application with the group commit of a constant row. Granian calls this once in its worker."""
    import django  # noqa: PLC0415 -- only the server process needs Django, the load generator does not

    django.setup()
    from leadstern.core.time import now  # noqa: PLC0415 -- after the set-up
    from leadstern.visitors.group_commit import GroupCommit  # noqa: PLC0415
    from leadstern.visitors.hit_store import hit_store  # noqa: PLC0415
    from leadstern.visitors.terms import HitRow  # noqa: PLC0415

    batch = int(os.environ.get("BENCH_BATCH", "1"))
    path, host = "/leistungen/waermepumpe-0", "www.google.de"
    row = HitRow(1, now(), "page", path, "", True, "paid_search", "google", "cpc", "Frühling", host, "", None)
    rows = [row] * batch
    commits: GroupCommit[HitRow] = GroupCommit(hit_store)

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await receive()
        await commits.put(rows)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return application


def main() -> None:
    arguments = _arguments()
    if arguments.load:
        sys.stdout.write(json.dumps(asyncio.run(_load(arguments))))
        return
    with _database() as environment:
        environment["BENCH_BATCH"] = str(arguments.batch)
        rounds: dict[str, list[Figures]] = {name: [] for name in APPLICATIONS}
        for _ in range(arguments.rounds):
            for name, figures in rounds.items():
                figures.append(_measure(name, environment, arguments))
    report: dict[str, Any] = {name: _median(figures) for name, figures in rounds.items()}
    report["ratio"] = round(report["hits"]["per_second"] / report["limit"]["per_second"], 3)
    kind = "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"
    what = {
        "database": kind,
        "connections": arguments.connections,
        "batch": arguments.batch,
        "rounds": arguments.rounds,
    }
    sys.stdout.write(json.dumps({"benchmark": "hits", **what, **report}, indent=2) + "\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--batch", type=int, default=1, help="hits in one request, at most 50")
    parser.add_argument("--load", type=int, metavar="PORT", help=argparse.SUPPRESS)
    return parser.parse_args()


def _median(rounds: list[Figures]) -> Figures:
    figures = {name: round(statistics.median(found[name] for found in rounds), 2) for name in rounds[0]}
    return figures | {"n": int(sum(found["n"] for found in rounds)), "failed": int(sum(f["failed"] for f in rounds))}


# --- one server, one round ---


def _measure(name: str, environment: dict[str, str], arguments: argparse.Namespace) -> Figures:
    port = _free_port()
    command = [sys.executable, "-m", "granian", APPLICATIONS[name], "--interface", "asgi", "--port", str(port)]
    command += ["--no-ws", "--log-level", "error", *(["--factory"] if name == "limit" else [])]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)  # noqa: S603 -- our own words
    try:
        _wait_for(port)
        load = [sys.executable, "-m", "bench.hits", "--load", str(port), "--seconds", str(arguments.seconds)]
        load += ["--connections", str(arguments.connections), "--batch", str(arguments.batch)]
        found = subprocess.run(load, cwd=ROOT, capture_output=True, check=True, timeout=arguments.seconds + 60)  # noqa: S603
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)
    figures: Figures = json.loads(found.stdout)
    return figures


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(port: int) -> None:
    """Until the server answers; the first answer also opens its database connection."""
    for _ in range(200):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("POST", "/h", _body(0, 1), {"Origin": ORIGIN, "User-Agent": AGENT})
            if connection.getresponse().status == 204:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError("the server does not answer 204")


@contextmanager
def _database() -> Iterator[dict[str, str]]:
    """The environment for the servers: a fresh migrated database with one website, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="leadstern-bench-") as home:
        given = os.environ.get("DATABASE_URL", "")
        name = f"bench_hits_{os.getpid()}"
        own = {"LEADSTERN_HOME": home, "LEADSTERN_RATE_LIMITS": "false"}
        environment = {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "leadstern.config.settings"}
        if given.startswith("postgres"):
            environment["DATABASE_URL"] = urlsplit(given)._replace(path=f"/{name}").geturl()
            _administer(given, f'CREATE DATABASE "{name}"')
        try:
            migrate = [sys.executable, "manage.py", "migrate", "-v0", "--skip-checks"]
            subprocess.run(migrate, cwd=ROOT, env=environment, check=True)  # noqa: S603
            subprocess.run([sys.executable, "-c", _ENTER_SITE], cwd=ROOT, env=environment, check=True)  # noqa: S603
            yield environment
        finally:
            if given.startswith("postgres"):
                _administer(given, f'DROP DATABASE "{name}" WITH (FORCE)')


_ENTER_SITE = f"""
import django
django.setup()
from leadstern.core.time import now
from leadstern.visitors.models import Site
Site.objects.create(id=1, name="Bench", key="{KEY}", origins=["{ORIGIN}"], created_at=now())
"""


def _administer(url: str, sql: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql)


# --- the load generator, in a process of its own ---


async def _load(arguments: argparse.Namespace) -> Figures:
    """Each connection asks again as soon as it is answered. The first half second is not counted."""
    loop = asyncio.get_running_loop()
    start = loop.time() + 0.5
    end = start + arguments.seconds
    asking = []
    for number in range(arguments.connections):
        make = partial(_Client, number, arguments.batch, start, end)
        _transport, client = await loop.create_connection(make, "127.0.0.1", arguments.load)
        asking.append(client)
    await asyncio.gather(*(client.done for client in asking))
    times = sorted(seconds for client in asking for seconds in client.times)
    return {
        "n": len(times),
        "failed": sum(client.failed for client in asking),
        "per_second": len(times) * arguments.batch / arguments.seconds,
        "median_ms": 1000 * times[len(times) // 2],
        "p95_ms": 1000 * times[int(len(times) * 0.95)],
        "p99_ms": 1000 * times[int(len(times) * 0.99)],
    }


class _Client(asyncio.Protocol):
    """One keep-alive connection: a request, its answer, the next request."""

    def __init__(self, number: int, batch: int, start: float, end: float) -> None:
        self.times: list[float] = []
        self.failed = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._clock = asyncio.get_running_loop().time
        self._requests = [_request(number * 10 + page, batch) for page in range(10)]
        self._start, self._end = start, end
        self._count = 0
        self._received = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if b"\r\n\r\n" not in self._received:
            return
        now = self._clock()
        if not self._received.startswith(b"HTTP/1.1 204"):
            self.failed += 1
        elif self._start <= now < self._end:
            self.times.append(now - self._asked)
        self._received = b""
        if now < self._end:
            self._ask()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- the base class names it so
        if not self.done.done():
            self.done.set_result(None)

    def _ask(self) -> None:
        self._count += 1
        self._asked = self._clock()
        self._transport.write(self._requests[self._count % 10])


def _body(number: int, batch: int) -> bytes:
    hit: MutableMapping[str, Any] = {
        "page": f"{ORIGIN}/leistungen/waermepumpe-{number}",
        "referrer": "https://www.google.de/",
        "source": "google",
        "medium": "cpc",
        "campaign": "Frühling",
        "inside": False,
    }
    return json.dumps({"site": KEY, "hits": [hit] * batch}).encode()


def _request(number: int, batch: int) -> bytes:
    body = _body(number, batch)
    head = (
        f"POST /h HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {ORIGIN}\r\nUser-Agent: {AGENT}\r\nAccept: */*\r\n"
        f"Content-Type: text/plain;charset=UTF-8\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


if __name__ == "__main__":
    main()
