"""A load generator: keep-alive connections, each of which asks again as soon as it is answered.

Enters: a port, a maker of whole HTTP requests, the status that is right. Leaves: `Load`. The server runs in other
processes; this one only asks.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

WARM_UP = 0.5


@dataclass(frozen=True)
class Load:
    """Answers counted after the warm-up: their number, those with another status, the seconds of each."""

    seconds: float
    failed: int
    times: list[float]

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds


def ask(
    port: int, make: Callable[[int], bytes], *, connections: int, seconds: float, expected: tuple[int, ...] = (204,)
) -> Load:
    """`make(number)` is the request with that number; numbers never repeat."""
    return asyncio.run(_ask(port, make, connections, seconds, expected))


async def _ask(
    port: int, make: Callable[[int], bytes], connections: int, seconds: float, expected: tuple[int, ...]
) -> Load:
    loop = asyncio.get_running_loop()
    start = loop.time() + WARM_UP
    heads = tuple(f"HTTP/1.1 {status}".encode() for status in expected)
    numbers = iter(range(10**9))
    client = partial(_Client, lambda: make(next(numbers)), heads, start, start + seconds)
    clients = [(await loop.create_connection(client, "127.0.0.1", port))[1] for _ in range(connections)]
    await asyncio.gather(*(one.done for one in clients))
    return Load(seconds, sum(one.failed for one in clients), [time for one in clients for time in one.times])


class _Client(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self, make: Callable[[], bytes], heads: tuple[bytes, ...], start: float, end: float) -> None:
        loop = asyncio.get_running_loop()
        self.times: list[float] = []
        self.failed = 0
        self.done: asyncio.Future[None] = loop.create_future()
        self._make, self._heads, self._start, self._end, self._clock = make, heads, start, end, loop.time
        self._received = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return
        now = self._clock()
        if not head.startswith(self._heads):
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
        request = self._make()
        self._asked = self._clock()
        self._transport.write(request)


def _length(head: bytes) -> int:
    _before, found, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0
