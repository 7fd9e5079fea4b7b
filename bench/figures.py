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


def spread(name: str, seconds: Sequence[float], *, goal: Goal | None = None, note: str = "") -> Figure:
    """Median and p95 of measured seconds, in milliseconds."""
    times = sorted(1000 * one for one in seconds)
    return Figure(name, "ms", len(times), statistics.median(times), times[int(len(times) * 0.95)], goal=goal, note=note)


def timed(work: Callable[[], object]) -> float:
    """How many seconds `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
