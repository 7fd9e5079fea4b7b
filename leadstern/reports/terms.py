"""What reports are made of: a period, a share with its interval, and the refusals of the catalogue.

Enters: nothing. Leaves: frozen dataclasses. Used by every report, its page and the command line.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from leadstern.core.errors import Refused

FEW = 20
"""Below this many no percentage stands without a warning."""
WINDOW = timedelta(days=90)
"""How long a cohort has to become customers before its rate is called finished."""


class UnknownReport(Refused):
    """No report has this name."""


class UnknownGrouping(Refused):
    """The report cannot be grouped like this."""


@dataclass(frozen=True)
class Period:
    """Whole days in the company's time zone, both ends included; None is open."""

    since: date | None = None
    until: date | None = None

    @property
    def start(self) -> datetime | None:
        return None if self.since is None else midnight(self.since)

    @property
    def end(self) -> datetime | None:
        """The first moment after the period."""
        return None if self.until is None else midnight(self.until + timedelta(days=1))

    @property
    def whole_months(self) -> "Period":
        """The period widened to the calendar months it touches."""
        until = self.until and date(self.until.year, self.until.month, monthrange(self.until.year, self.until.month)[1])
        return Period(self.since and self.since.replace(day=1), until)


@dataclass(frozen=True)
class Share:
    """`won` of `n`, with the 95 % interval of Wilson (1927). Without any n, rate and interval are None: unknown."""

    n: int
    won: int
    rate: float | None
    low: float | None
    high: float | None

    @property
    def is_few(self) -> bool:
        return self.n < FEW


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())
