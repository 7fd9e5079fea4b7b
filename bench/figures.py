"""What a benchmark says: a number with its spread, beside the limit measured in the same run and the goal.

Enters: measured times. Leaves: `Figure`s, which travel between processes as JSON. Called by every benchmark.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Of = Literal["median", "p95", "ratio"]


@dataclass(frozen=True)
class Goal:
    """`of` (the median, the p95 or the ratio to the limit) is to be at most (or at least) `value`."""

    of: Of
    value: float
    is_least: bool = False


@dataclass(frozen=True)
class Figure:
    """One line of the table. `limit` is in the same unit as `median`; `note` says what it is."""

    name: str
    unit: str
    n: int
    median: float
    p95: float | None = None
    limit: float | None = None
    goal: Goal | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.median / self.limit if self.limit else None

    @property
    def is_met(self) -> bool | None:
        """None: no goal."""
        if self.goal is None:
            return None
        reached = {"median": self.median, "p95": self.p95, "ratio": self.ratio}[self.goal.of]
        if reached is None:
            return None
        return reached >= self.goal.value if self.goal.is_least else reached <= self.goal.value

    def as_json(self) -> dict[str, Any]:
        ratio = None if self.ratio is None else round(self.ratio, 3)
        return asdict(self) | {"ratio": ratio, "is_met": self.is_met}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Figure":
        given = {key: value for key, value in data.items() if key not in ("ratio", "is_met")}
        return cls(**given | {"goal": Goal(**data["goal"]) if data["goal"] else None})


def spread(
    name: str, seconds: Sequence[float], *, limit: float | None = None, goal: Goal | None = None, note: str = ""
) -> Figure:
    """Median and p95 of measured seconds, in milliseconds; `limit` in seconds."""
    times = sorted(1000 * one for one in seconds)
    wall = None if limit is None else 1000 * limit
    return Figure(name, "ms", len(times), statistics.median(times), _p95(times), wall, goal, note)


def rates(
    name: str,
    per_second: Sequence[float],
    *,
    n: int,
    limit: float | None = None,
    goal: Goal | None = None,
    note: str = "",
) -> Figure:
    """Median of measured rates, and the one that 95 of 100 reach; `n` things were done in all."""
    falling = sorted(per_second, reverse=True)
    return Figure(name, "/s", n, statistics.median(falling), _p95(falling), limit, goal, note)


def _p95(ordered: Sequence[float]) -> float:
    """The worst but for the worst twentieth, of values from good to bad."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


Batch = tuple[int, float]
"""How many rows a step took, and in how many seconds."""


def batches(step: Callable[[], int]) -> list[Batch]:
    """Walks a step until it has nothing to take."""
    done: list[Batch] = []
    while True:
        began = time.perf_counter()
        count = step()
        if not count:
            return done
        done.append((count, time.perf_counter() - began))


def per_thousand(
    name: str, done: Sequence[Batch], *, limit: float | None = None, goal: Goal | None = None, note: str = ""
) -> Figure:
    """Milliseconds for a thousand rows, batch by batch; `limit` in seconds for all rows together."""
    n = sum(count for count, _seconds in done)
    times = sorted(1_000_000 * seconds / count for count, seconds in done)
    wall = 1_000_000 * limit / n if limit is not None else None
    whole = f"{sum(seconds for _count, seconds in done):.1f} s in all"
    note = f"{whole}; {note}" if note else whole
    return Figure(name, "ms/1,000", n, statistics.median(times), _p95(times), wall, goal, note)


def timed(work: Callable[[], object]) -> float:
    """How many seconds `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
