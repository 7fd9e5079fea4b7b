"""Writes lines by the thousand. Enters: plain lines inside the caller's `write()`. Called by `scores.py` only."""

from collections.abc import Iterable

from leadstern.core.rows import append_rows
from leadstern.scoring.logic.arithmetic import Line
from leadstern.scoring.models import ScoreLine
from leadstern.scoring.terms import LineKind

NAMES = ("score", "rule", "kind", "points", "as_of", "half_life", "cap", "count", "last_at")


def insert_lines(lines: Iterable[tuple[int, LineKind, Line]]) -> None:
    """Adds a row for each (score id, kind, line)."""
    rows = (
        (score_id, one.rule, kind.value, one.points, one.as_of, one.half_life, one.cap, one.count, one.last_at)
        for score_id, kind, one in lines
    )
    append_rows(ScoreLine, NAMES, rows)
