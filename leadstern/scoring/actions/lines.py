"""Stores the lines of scores, writing only what is different. Called by `scores.py` inside its `write()`."""

from collections.abc import Collection, Iterable
from typing import Any

from leadstern.core.rows import append_rows, replace_rows
from leadstern.scoring.logic.arithmetic import Line
from leadstern.scoring.models import ScoreLine
from leadstern.scoring.terms import LineKind

NAMES = ("score", "rule", "kind", "points", "as_of", "half_life", "cap", "count", "last_at")
Known = dict[tuple[int, str], tuple[int, str, float]]
"""Score id and rule to id, kind and points."""


def store_lines(score_ids: Collection[int], lines: Iterable[tuple[int, LineKind, Line]]) -> None:
    """Makes `lines` (score id, kind, line) the lines of these scores: rules that no longer give points leave none.

    Fit points that are the same stay untouched; `as_of` says nothing about what never fades.
    """
    known = _known(score_ids)
    is_new = not known
    rows: list[tuple[Any, ...]] = []
    for score_id, kind, one in lines:
        _id, old_kind, old_points = known.pop((score_id, one.rule), (0, "", 0.0))
        if kind is LineKind.FIT and old_kind == kind.value and old_points == one.points:
            continue
        rows.append(
            (score_id, one.rule, kind.value, one.points, one.as_of, one.half_life, one.cap, one.count, one.last_at)
        )
    if known:
        ScoreLine.objects.filter(pk__in=[line_id for line_id, *_rest in known.values()]).delete()
    if is_new:
        append_rows(ScoreLine, NAMES, rows)
    else:
        replace_rows(ScoreLine, NAMES, rows, unique=("score", "rule"))


def _known(score_ids: Collection[int]) -> Known:
    rows = ScoreLine.objects.filter(score_id__in=score_ids).order_by()
    found = rows.values_list("score_id", "rule", "pk", "kind", "points")
    return {(score_id, rule): (line_id, kind, points) for score_id, rule, line_id, kind, points in found}
