"""From 10,000 leads that have all just enquired to tasks of 20 people: each step by itself, in the worker's batches.

The limit of assigning is raw set-based SQL that writes the same rows: owners by turn, entries of the timelines.
"""

import django

from bench.figures import Figure, Goal, batches, per_thousand, timed

django.setup()

from django.db import connection, transaction  # noqa: E402 -- after the set-up

from bench.fill import fill  # noqa: E402
from leadstern.core.time import now  # noqa: E402
from leadstern.journey.steps import STEPS  # noqa: E402

COUNT, PEOPLE, BATCH = 10_000, 20, 500
WANTED = {"score": "scored", "judge": "judged", "route": "assigned", "queue": "given a task"}
ASSIGNED = """
INSERT INTO routing_assignment (lead_id, verdict_id, owner_id, region_id, reason, reason_detail, at, due_at, is_waiting)
SELECT verdict.lead_id, verdict.id, (SELECT MIN(user_id) FROM routing_member) + verdict.lead_id %% %s,
       (SELECT MIN(region_id) FROM routing_member), 'region_turn', '', verdict.at, verdict.at, TRUE
FROM qualification_verdict verdict WHERE verdict.is_current AND verdict.stage = 'marketing_qualified'
"""
TOLD = """
INSERT INTO leads_activity (lead_id, kind, at, content, data, key)
SELECT lead_id, 'owner', at, 'person', '{}', 'bench:' || id FROM routing_assignment
"""
TAKEN = "UPDATE qualification_handover SET taken_at = '2026-01-01 00:00:00+00' WHERE taker = 'routing'"


def figures(scale: float) -> list[Figure]:
    moment, count = now(), int(COUNT * scale)
    fill(count, each=5, ready_every=1, people=PEOPLE, now=moment)
    found, limit = [], 0.0
    for step in STEPS:
        if step.name == "route":
            limit = _raw_assignment()
        done = batches(lambda walk=step.walk: walk(now=moment, limit=BATCH))  # type: ignore[misc]
        if step.name in WANTED:
            is_route = step.name == "route"
            goal = Goal("ratio", 5) if is_route else None
            found.append(per_thousand(f"leads {WANTED[step.name]}", done, limit=limit if is_route else None, goal=goal))
    return found


def _raw_assignment() -> float:
    """Done and taken back."""
    with transaction.atomic():
        seconds = timed(_assign_raw)
        transaction.set_rollback(True)
    return seconds


def _assign_raw() -> None:
    with connection.cursor() as cursor:
        cursor.execute(ASSIGNED, [PEOPLE])
        cursor.execute(TOLD)
        cursor.execute(TAKEN)
