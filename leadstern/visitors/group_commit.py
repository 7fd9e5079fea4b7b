"""Group commit: many small writes, each answered only when it is durable, in as few commits as the disk allows.

Enters: rows, from an event loop. Leaves: a future that is done after the commit that holds them. Called by the hit
endpoint. There is no waiting window: whatever queued while the last commit ran goes into the next one.
"""

import asyncio
import logging
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

log = logging.getLogger(__name__)

Row = TypeVar("Row")
Row_contra = TypeVar("Row_contra", contravariant=True)


class Unavailable(Exception):
    """The rows are not stored: the queue is full or the database did not take them in time. Try again later."""


class WrongRows(Exception):
    """The database refuses these rows for what they hold; trying again is useless. Nothing was stored."""


class Store(Protocol[Row_contra]):
    """Where the rows go. Used by one thread only, the writer's, which also opens it."""

    def write(self, rows: Sequence[Row_contra], *, is_retry: bool) -> None:
        """Returns when `rows` are durable. Raises Unavailable (may be tried again) or WrongRows.

        `is_retry`: rows of the attempt before, perhaps fewer; what that attempt did store is not stored again.
        """

    def close(self) -> None:
        """Gives the connection back. May be called twice; the next `write` opens it again."""


@dataclass(frozen=True, slots=True)
class _Job(Generic[Row]):
    rows: Sequence[Row]
    done: "asyncio.Future[None]"
    deadline: float


class GroupCommit(Generic[Row]):
    """One writer thread and its queue. The thread starts with the first row.

    Guarantee: a future without an exception means that its rows were committed, once, and survive kill -9 and power
    cut as far as the database promises. An exception means they were not — but for one case: the connection is lost
    in the middle of a commit and does not come back within `patience` seconds; then they may or may not be there.
    """

    def __init__(
        self, store: Callable[[], Store[Row]], *, capacity: int = 20_000, batch: int = 2_000, patience: float = 10.0
    ) -> None:
        self._make_store = store
        self._capacity = capacity
        self._batch = batch
        self._patience = patience
        self._jobs: deque[_Job[Row]] = deque()
        self._waiting = 0
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_closing = False

    def put(self, rows: Sequence[Row]) -> "asyncio.Future[None]":
        """Queues `rows` (all or none are stored). Raises Unavailable at once when too much is waiting."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        job = _Job(rows, done, time.monotonic() + self._patience)
        with self._wake:
            if self._waiting + len(rows) > self._capacity or self._is_closing:
                raise Unavailable("the queue is full" if not self._is_closing else "shutting down")
            self._waiting += len(rows)
            self._jobs.append(job)
            if self._thread is None:
                self._start()
            self._wake.notify()
        return done

    def close(self, *, seconds: float = 5.0) -> None:
        """Writes what is queued and ends the thread. What is not done in time gets no answer."""
        with self._wake:
            self._is_closing = True
            self._wake.notify()
            thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        store = self._make_store()
        while jobs := self._next_jobs():
            try:
                self._commit(store, jobs)
            except Exception as error:
                # Whatever went wrong, nobody may wait for ever and the writer must live on.
                log.exception("hits could not be stored")
                _settle(jobs, Unavailable(str(error)))
                store.close()
        store.close()

    def _next_jobs(self) -> list[_Job[Row]]:
        """The jobs for the next commit, as many as fit one batch (at least one). Empty: the end."""
        with self._wake:
            while not self._jobs and not self._is_closing:
                self._wake.wait()
            jobs: list[_Job[Row]] = []
            number = 0
            while self._jobs and (not jobs or number + len(self._jobs[0].rows) <= self._batch):
                jobs.append(self._jobs.popleft())
                number += len(jobs[-1].rows)
            self._waiting -= number
            return jobs

    def _commit(self, store: Store[Row], jobs: list[_Job[Row]]) -> None:
        """Tries until it works or nobody waits any longer; who has waited too long is told so between two attempts."""
        pause, is_retry = 0.02, False
        while jobs:
            try:
                store.write([row for job in jobs for row in job.rows], is_retry=is_retry)
            except Unavailable as error:
                log.warning("hits wait for the database: %s", error)
                jobs = _without_overdue(jobs, error)
            except WrongRows as error:
                self._commit_apart(store, jobs, error)
                return
            else:
                _settle(jobs, None)
                return
            time.sleep(pause)
            pause, is_retry = min(pause * 2, 1.0), True

    def _commit_apart(self, store: Store[Row], jobs: list[_Job[Row]], error: WrongRows) -> None:
        """One of many is wrong: each gets its own commit, so that the others do not suffer."""
        if len(jobs) == 1:
            _settle(jobs, error)
            return
        for job in jobs:
            self._commit(store, [job])


def _without_overdue(jobs: list[_Job[Row]], error: Unavailable) -> list[_Job[Row]]:
    now = time.monotonic()
    _settle([job for job in jobs if job.deadline <= now], error)
    return [job for job in jobs if job.deadline > now]


def _settle(jobs: Sequence[_Job[Row]], error: Exception | None) -> None:
    """Wakes those who wait, with one call into each event loop."""
    futures: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = defaultdict(list)
    for job in jobs:
        futures[job.done.get_loop()].append(job.done)
    for loop, waiting in futures.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_finish, waiting, error)


def _finish(futures: list["asyncio.Future[None]"], error: Exception | None) -> None:
    for future in futures:
        if future.done():
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)
