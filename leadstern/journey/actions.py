"""Walks the path. Called by the worker, by commands that want everything done now, by the demo and the tests."""

import logging
from datetime import datetime

from leadstern.journey.rests import Rests
from leadstern.journey.steps import STEPS, Step
from leadstern.journey.waiting import steps_with_work

log = logging.getLogger(__name__)
BATCH = 500


def walk_once(*, now: datetime, rests: Rests, limit: int = BATCH, is_thorough: bool = False) -> int:
    """One pass over the steps that have something to take, in path order; returns how many rows were taken.

    A step that fails is logged and rests for a while, so that it never stops the other steps nor floods the log.
    `is_thorough` looks into every step, whatever `waiting` says.
    """
    chosen = _chosen(now=now, is_thorough=is_thorough)
    return sum(_walk(step, now=now, rests=rests, limit=limit) for step in chosen if rests.is_over(step.name, now=now))


def walk_until_done(*, now: datetime, limit: int = BATCH, most_passes: int = 10_000) -> int:
    """Passes until nothing waits (or `most_passes`); returns how many rows were taken. Errors are raised."""
    total = 0
    for _pass in range(most_passes):
        taken = sum(step.walk(now=now, limit=limit) for step in _chosen(now=now, is_thorough=False))
        total += taken
        if not taken:
            break
    return total


def _chosen(*, now: datetime, is_thorough: bool) -> list[Step]:
    if is_thorough:
        return list(STEPS)
    names = steps_with_work(now=now)
    return [step for step in STEPS if step.name in names]


def _walk(step: Step, *, now: datetime, rests: Rests, limit: int) -> int:
    try:
        taken = step.walk(now=now, limit=limit)
    except Exception:  # whatever a row may cause in one step: the other leads must go on
        rest = rests.begin(step.name, now=now)
        log.exception("step %s failed; it is tried again in %.0f s", step.name, rest.total_seconds())
        return 0
    rests.end(step.name)
    return taken
