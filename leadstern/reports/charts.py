"""Charts as SVG text: bars with intervals, and a funnel. Readable without colour and without sight.

Enters: labelled numbers. Leaves: safe SVG with a title and a description; the table beside it says the same. Looks come
from classes (`chart` in the design system): fill-1, hatch, whisker, axis. Called by `pages`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, LABEL, FIGURE, LINE, THICK = 760, 190, 190, 30, 18
LONGEST_LABEL = 28
MOST_BARS = 24


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
    scale = _scale(max((row.high or row.value for row in shown), default=0))
    drawn = format_html_join("", "{}", ((_bar(key, row, place, scale),) for place, row in enumerate(shown)))
    axis = _line(LABEL, 0, LABEL, len(shown) * LINE, "axis")
    return _frame(key, title, description, len(shown), drawn + axis)


def funnel(key: str, title: str, description: str, rows: Sequence[Bar]) -> SafeString:
    """Centred bars, one per step; widths are true to the numbers, but for those with a scale of their own."""
    scale = _scale(max((row.value for row in rows if not row.has_own_scale), default=0))
    drawn = format_html_join("", "{}", ((_step(row, place, scale),) for place, row in enumerate(rows)))
    return _frame(key, title, description, len(rows), drawn)


def _scale(largest: float) -> float:
    return (WIDTH - LABEL - FIGURE) / largest if largest > 0 else 0.0


def _frame(key: str, title: str, description: str, lines: int, drawn: SafeString) -> SafeString:
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-desc">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>'
        '<defs><pattern id="{}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="hatch-ground" width="6" height="6"/><rect class="fill-1" width="3" height="6"/></pattern></defs>'
        "{}</svg>",
        WIDTH, lines * LINE + 2, key, key, key, title, key, description, key, drawn,
    )  # fmt: skip


def _bar(key: str, row: Bar, place: int, scale: float) -> SafeString:
    top, width = place * LINE + 6, _round(row.value * scale)
    reach = LABEL + max(width, _round((row.high or 0) * scale))
    return (
        _label(row.label, top)
        + _rect(key, LABEL, top, width, row.is_hatched)
        + _whisker(row, top, scale)
        + format_html('<text class="figure-text" x="{}" y="{}">{}</text>', _round(reach + 8), top + 13, row.figure)
    )


def _step(row: Bar, place: int, scale: float) -> SafeString:
    top = place * LINE + 6
    width = WIDTH - LABEL - FIGURE if row.has_own_scale and row.value else _round(row.value * scale)
    left = _round(LABEL + (WIDTH - LABEL - FIGURE - width) / 2)
    return (
        _label(row.label, top)
        + _rect("", left, top, width, is_hatched=False, look="own-scale" if row.has_own_scale else "fill-1")
        + format_html('<text class="figure-text" x="{}" y="{}">{}</text>', WIDTH - FIGURE + 8, top + 13, row.figure)
    )


def _label(text: str, top: int) -> SafeString:
    short = text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1] + "…"
    return format_html('<text x="{}" y="{}" text-anchor="end">{}</text>', LABEL - 8, top + 13, short)


def _rect(key: str, left: float, top: int, width: float, is_hatched: bool, look: str = "fill-1") -> SafeString:
    hatched = format_html('fill="url(#{}-hatch)" class="hatched"', key)
    painted = hatched if is_hatched else format_html('class="{}"', look)
    return format_html('<rect x="{}" y="{}" width="{}" height="{}" {}/>', left, top, max(width, 1), THICK, painted)


def _whisker(row: Bar, top: int, scale: float) -> SafeString:
    if row.low is None or row.high is None:
        return SafeString("")
    left, right, middle = _round(LABEL + row.low * scale), _round(LABEL + row.high * scale), top + THICK / 2
    return (
        _line(left, middle, right, middle, "whisker")
        + _line(left, middle - 4, left, middle + 4, "whisker")
        + _line(right, middle - 4, right, middle + 4, "whisker")
    )


def _line(x1: float, y1: float, x2: float, y2: float, look: str) -> SafeString:
    return format_html('<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>', x1, y1, x2, y2, look)


def _round(number: float) -> float:
    return round(number, 1)
