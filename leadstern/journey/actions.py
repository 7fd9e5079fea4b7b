"""Walks the path. Called by the worker, by commands that want everything done now, by the demo and the tests."""

import logging
from datetime import datetime

from leadstern.journey.steps import STEPS, Step
from leadstern.journey.waiting import steps_with_work

log = logging.getLogger(__name__)
BATCH = 500


def walk_once(*, now: datetime, limit: int = BATCH, is_thorough: bool = False) -> int:
    """One pass over the steps that have something to take, in path order; returns how many rows were taken.

    A step that fails is logged and passed over until the next pass, so that it never stops the other steps.
    `is_thorough` looks into every step, whatever `waiting` says.
    """
    return sum(_walk(step, now=now, limit=limit) for step in _chosen(now=now, is_thorough=is_thorough))


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


def _walk(step: Step, *, now: datetime, limit: int) -> int:
    try:
        return step.walk(now=now, limit=limit)
    except Exception:  # whatever a row may cause in one step: the other leads must go on
        log.exception("step %s failed; it is tried again", step.name)
        return 0
