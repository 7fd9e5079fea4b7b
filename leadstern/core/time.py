"""The only reader of the clock: views, the worker and commands call `now()`; all below take `now` as a parameter.

`clock_at()` moves the clock for the demo history and the tests; nothing else replaces time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_fixed: datetime | None = None


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _fixed or datetime.now(UTC)


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Everything inside believes it is `moment` (aware). Process-wide, so never used while serving."""
    global _fixed  # noqa: PLW0603 -- the clock is one thing for the whole process
    before, _fixed = _fixed, moment
    try:
        yield
    finally:
        _fixed = before
