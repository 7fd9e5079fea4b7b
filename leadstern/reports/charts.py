"""Charts as SVG text: bars with intervals, and a funnel. Readable without colour and without sight.

Enters: labelled numbers. Leaves: safe SVG with a title and a description; the table beside it says the same. Drawn
twice, wide and for a phone (`reports.css` shows one), because text in a picture that shrinks cannot be read. Looks
come from classes (`chart` in the design system): fill-1, hatch, whisker, axis. Called by `pages`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

THICK = 18
MOST_BARS = 24


@dataclass(frozen=True)
class Layout:
    """Where things stand, in units that are pixels at full size. `left` and `right`: room beside the bars; where
    there is none (`is_stacked`), label and figure stand above their bar."""

    key: str
    width: int
    left: int
    right: int
    line: int
    longest_label: int
    is_stacked: bool = False

    @property
    def room(self) -> int:
        return self.width - self.left - self.right


WIDE = Layout("wide", width=760, left=190, right=190, line=30, longest_label=28)
NARROW = Layout("narrow", width=328, left=0, right=0, line=48, longest_label=24, is_stacked=True)


@dataclass(frozen=True)
class Bar:
    """`value` with its interval on one scale; `figure` is how it reads. Hatched means: not yet final.

    `has_own_scale`: so much larger than the others that it fills the width and says so; a funnel only.
    """

    label: str
    value: float
    figure: str
    low: float | None = None
    high: float | None = None
    is_hatched: bool = False
    has_own_scale: bool = False


def bars(key: str, title: str, description: str, rows: Sequence[Bar]) -> SafeString:
    """Horizontal bars from a common zero, at most 24. `key` makes the ids unique on the page."""
    shown = rows[:MOST_BARS]
    return _bars(WIDE, key, title, description, shown) + _bars(NARROW, key, title, description, shown)


def funnel(key: str, title: str, description: str, rows: Sequence[Bar]) -> SafeString:
    """Centred bars, one per step; widths are true to the numbers, but for those with a scale of their own."""
    return _funnel(WIDE, key, title, description, rows) + _funnel(NARROW, key, title, description, rows)


def _bars(at: Layout, key: str, title: str, description: str, rows: Sequence[Bar]) -> SafeString:
    scale = _scale(at, max((row.high or row.value for row in rows), default=0))
    key = f"{key}-{at.key}"
    drawn = format_html_join("", "{}", ((_bar(at, key, row, place, scale),) for place, row in enumerate(rows)))
    # Above each other it would cross the labels.
    axis = SafeString("") if at.is_stacked else _line(at.left, 0, at.left, len(rows) * at.line, "axis")
    return _frame(at, key, title, description, len(rows), drawn + axis)


def _funnel(at: Layout, key: str, title: str, description: str, rows: Sequence[Bar]) -> SafeString:
    scale = _scale(at, max((row.value for row in rows if not row.has_own_scale), default=0))
    drawn = format_html_join("", "{}", ((_step(at, row, place, scale),) for place, row in enumerate(rows)))
    return _frame(at, f"{key}-{at.key}", title, description, len(rows), drawn)


def _scale(at: Layout, largest: float) -> float:
    return at.room / largest if largest > 0 else 0.0


def _frame(at: Layout, key: str, title: str, description: str, lines: int, drawn: SafeString) -> SafeString:
    return format_html(
        '<svg class="{}" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-desc">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>'
        '<defs><pattern id="{}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="hatch-ground" width="6" height="6"/><rect class="fill-1" width="3" height="6"/></pattern></defs>'
        "{}</svg>",
        at.key, at.width, lines * at.line + 2, key, key, key, title, key, description, key, drawn,
    )  # fmt: skip


def _bar(at: Layout, key: str, row: Bar, place: int, scale: float) -> SafeString:
    top, width = _top(at, place), _round(row.value * scale)
    reach = at.left + max(width, _round((row.high or 0) * scale))
    return (
        _label(at, row.label, place)
        + _rect(key, at.left, top, width, row.is_hatched)
        + _whisker(at, row, top, scale)
        + _figure(at, row.figure, place, _round(reach + 8))
    )


def _step(at: Layout, row: Bar, place: int, scale: float) -> SafeString:
    width = at.room if row.has_own_scale and row.value else _round(row.value * scale)
    left = _round(at.left + (at.room - width) / 2)
    look = "own-scale" if row.has_own_scale else "fill-1"
    return (
        _label(at, row.label, place)
        + _rect("", left, _top(at, place), width, is_hatched=False, look=look)
        + _figure(at, row.figure, place, at.width - at.right + 8)
    )


def _top(at: Layout, place: int) -> int:
    return place * at.line + (24 if at.is_stacked else 6)


def _base(at: Layout, place: int) -> int:
    """The line on which label and figure stand."""
    return place * at.line + (16 if at.is_stacked else 19)


def _label(at: Layout, text: str, place: int) -> SafeString:
    short = text if len(text) <= at.longest_label else text[: at.longest_label - 1] + "…"
    x, anchor = (0, "start") if at.is_stacked else (at.left - 8, "end")
    return format_html('<text x="{}" y="{}" text-anchor="{}">{}</text>', x, _base(at, place), anchor, short)


def _figure(at: Layout, text: str, place: int, left: float) -> SafeString:
    """At the end of the bar; above it at the right edge where there is no room."""
    x, anchor = (at.width, "end") if at.is_stacked else (left, "start")
    return format_html(
        '<text class="figure-text" x="{}" y="{}" text-anchor="{}">{}</text>', x, _base(at, place), anchor, text
    )


def _rect(key: str, left: float, top: int, width: float, is_hatched: bool, look: str = "fill-1") -> SafeString:
    hatched = format_html('fill="url(#{}-hatch)" class="hatched"', key)
    painted = hatched if is_hatched else format_html('class="{}"', look)
    return format_html('<rect x="{}" y="{}" width="{}" height="{}" {}/>', left, top, max(width, 1), THICK, painted)


def _whisker(at: Layout, row: Bar, top: int, scale: float) -> SafeString:
    if row.low is None or row.high is None:
        return SafeString("")
    left, right, middle = _round(at.left + row.low * scale), _round(at.left + row.high * scale), top + THICK / 2
    return (
        _line(left, middle, right, middle, "whisker")
        + _line(left, middle - 4, left, middle + 4, "whisker")
        + _line(right, middle - 4, right, middle + 4, "whisker")
    )


def _line(x1: float, y1: float, x2: float, y2: float, look: str) -> SafeString:
    return format_html('<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>', x1, y1, x2, y2, look)


def _round(number: float) -> float:
    return round(number, 1)
