"""What a report page is made of, ready to be shown. Enters: numbers. Leaves: words. Called by the pages."""

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from leadstern.core import formats
from leadstern.leads.terms import source_words
from leadstern.reports.drill import Cell, address
from leadstern.reports.terms import Period, Share


@dataclass(frozen=True)
class Figure:
    """One cell of the table: its text, where its leads are, and a warning beside it."""

    text: str
    url: str = ""
    warning: str = ""


@dataclass(frozen=True)
class Line:
    label: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Page:
    """`answer` is the sentence under the question; `caveats` is what the number does not say."""

    question: Any
    answer: str
    chart: SafeString
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    total: Line | None
    caveats: tuple[str, ...]
    is_empty: bool


def few() -> str:
    return _("few")


def linked(number: int, cell: Cell) -> Figure:
    """A count that opens its leads; zero opens nothing."""
    return Figure(formats.number(number), address(cell) if number else "")


def rate(share: Share) -> Figure:
    """The share in per cent with a warning below twenty; a dash where there is nobody."""
    return Figure(formats.percent(share.rate), "", few() if share.n and share.is_few else "")


def interval(share: Share) -> Figure:
    return Figure(interval_words(share) if share.n else formats.NOTHING)


def interval_words(share: Share) -> str:
    return _("%(low)s to %(high)s") % {"low": formats.percent(share.low), "high": formats.percent(share.high)}


def source_label(source: str | None) -> str:
    """The name of a source; none given is a row of its own."""
    return source_words(source) or _("none given")


def month_label(key: str | None) -> str:
    return f"{key[5:]}/{key[:4]}" if key else formats.NOTHING


def period_words(period: Period) -> str:
    since, until = formats.day(period.since), formats.day(period.until)
    if period.since and period.until:
        return _("%(since)s to %(until)s") % {"since": since, "until": until}
    if period.since:
        return _("since %(since)s") % {"since": since}
    return _("until %(until)s") % {"until": until} if period.until else _("since the beginning")
