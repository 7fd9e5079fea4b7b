"""Steps that failed rest before they are tried again: a second first, twice as long each time, at most a minute.

Enters: that a step failed or went through, and when. Leaves: whether it may be tried, and the names of those that fail,
which the worker reports. Called by `journey.actions`; kept by the worker's loop, so a restart tries everything at once.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

FIRST, LONGEST = timedelta(seconds=1), timedelta(minutes=1)


@dataclass
class Rests:
    """Which steps rest and until when. Steps are named as in `journey.steps`."""

    _until: dict[str, tuple[datetime, timedelta]] = field(default_factory=dict)

    @property
    def failing(self) -> list[str]:
        """Those whose last try failed."""
        return sorted(self._until)

    def is_over(self, name: str, *, now: datetime) -> bool:
        return name not in self._until or self._until[name][0] <= now

    def begin(self, name: str, *, now: datetime) -> timedelta:
        """The step failed at `now`; how long it rests."""
        _end, before = self._until.get(name, (now, FIRST / 2))
        length = min(before * 2, LONGEST)
        self._until[name] = (now + length, length)
        return length

    def end(self, name: str) -> None:
        """The step went through."""
        self._until.pop(name, None)
