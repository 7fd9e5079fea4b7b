"""The machine's part: judges leads whose score changed, whose points faded past a bar, or whose return date came.

All three end in `_judge`, which does any number of leads with a constant number of queries.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from leadstern.core.db import write
from leadstern.core.rows import replace_rows
from leadstern.criteria.queries import facts_of
from leadstern.leads.actions import claim_with_leads
from leadstern.leads.queries import live_leads
from leadstern.qualification.actions.moving import CurrentVerdict, Step, current_verdicts, opening_steps, record_steps
from leadstern.qualification.logic.content import Bar
from leadstern.qualification.logic.fading import next_change, thresholds
from leadstern.qualification.logic.judging import Judge, Judged
from leadstern.qualification.models import Definition, Judgement, Verdict
from leadstern.qualification.queries.definitions import published_definition, stored_bar
from leadstern.qualification.terms import NOT_YET, Cause, Finding, Stage
from leadstern.scoring.actions import take_changed
from leadstern.scoring.queries import fading, with_negative_lines

Facts = dict[int, dict[str, Any]]


def judge_changed(*, now: datetime, limit: int) -> int:
    """Judges up to `limit` leads whose score is new; how many. A lead without a score waits for one.

    A new lead gets its first verdict: `captured`, then the stage an import stated. A lead that is not with sales yet
    and meets the definition becomes an MQL. Guarantee: taking the scores, judgements, verdicts and hand-overs are one
    transaction; killed anywhere, the scores still wait. Without a definition leads get their first verdict only.
    """
    with write():
        lead_ids = take_changed(limit=limit)
        _judge(lead_ids, now)
    return len(lead_ids)


def recheck_due(*, now: datetime, limit: int) -> int:
    """Judges up to `limit` leads again whose points have faded so far that a finding may change; how many.

    Guarantee: judging sets the next such moment, or none, in the same transaction.
    """
    with write():
        due = Judgement.objects.filter(recheck_at__lte=now).order_by("recheck_at", "id")
        lead_ids = [row.lead_id for row in claim_with_leads(due, limit=limit)]
        _judge(lead_ids, now)
        # Whoever is not judged any more (merged, erased) is not due again either.
        Judgement.objects.filter(lead_id__in=lead_ids, recheck_at__lte=now).update(recheck_at=None)
    return len(lead_ids)


def return_due(*, now: datetime, limit: int) -> int:
    """Brings up to `limit` recycled leads back whose return date came: a verdict `captured`, judged at once; how many.

    Guarantee: the new verdict takes the date's place in the same transaction, so a lead returns once.
    """
    with write():
        rows = Verdict.objects.filter(is_current=True, return_at__lte=now, stage=Stage.RECYCLED)
        due = rows.order_by("return_at", "id")
        lead_ids = [verdict.lead_id for verdict in claim_with_leads(due, limit=limit)]
        if lead_ids:
            record_steps([_returned(lead_id, now) for lead_id in lead_ids], now=now)
            _judge(lead_ids, now)
    return len(lead_ids)


def _returned(lead_id: int, now: datetime) -> Step:
    return Step(lead_id, Stage.RECYCLED, Stage.CAPTURED, Cause.RETURNED, now)


def _judge(lead_ids: Collection[int], now: datetime) -> None:
    """First verdicts, judgements and promotions of the living among the leads."""
    rows = live_leads().filter(pk__in=lead_ids).order_by("pk").select_for_update(no_key=True)
    living = list(rows.values_list("pk", flat=True)) if lead_ids else []
    if not living:
        return
    held = current_verdicts(living)
    openings = opening_steps([lead_id for lead_id in living if lead_id not in held])
    steps = [step for opening in openings.values() for step in opening]
    definition = published_definition()
    if definition is not None:
        bar = stored_bar(definition.content)
        facts = facts_of(living, keys=bar.fact_keys() | {"activity.last_at", "score.activity"}, now=now)
        judge = Judge(bar).judge
        judged = {lead_id: judge(facts[lead_id]) for lead_id in living}
        _store(judged, _recheck_moments(facts, bar, now), definition, now)
        steps += _promotions(judged, held, openings, facts, definition, now)
    if steps:
        record_steps(steps, now=now)


def _store(
    judged: dict[int, Judged], recheck: dict[int, datetime | None], definition: Definition, now: datetime
) -> None:
    """One judgement per lead, with the moment at which fading could change it. One that says the same again stays
    untouched: `judged_at` is since when it says so."""
    told = ("definition", "result", "findings", "recheck_at")
    rows = (
        (
            lead_id,
            now,
            definition.pk,
            one.result.value,
            [found.as_json() for found in one.findings],
            recheck.get(lead_id),
        )
        for lead_id, one in judged.items()
    )
    replace_rows(Judgement, ("lead", "judged_at", *told), rows, unique=("lead",), watch=told)


def _recheck_moments(facts: Facts, bar: Bar, now: datetime) -> dict[int, datetime | None]:
    """When fading could change a finding. Below every bar, and without negative points that fade, it never will."""
    asked = thresholds(bar)
    if not asked.points and not asked.is_by_temperature:
        return {}
    lowest = 0.0 if asked.is_by_temperature else asked.points[0]
    near = {lead_id for lead_id, one in facts.items() if (one["score.activity"] or 0.0) >= lowest}
    near |= with_negative_lines(facts)
    return {
        lead_id: next_change(one.lines, asked.of(warm=one.warm, hot=one.hot), now=now)
        for lead_id, one in fading(near).items()
    }


def _promotions(
    judged: dict[int, Judged],
    held: dict[int, CurrentVerdict],
    openings: dict[int, list[Step]],
    facts: Facts,
    definition: Definition,
    now: datetime,
) -> list[Step]:
    promoted = []
    for lead_id, one in judged.items():
        verdict = held.get(lead_id)
        stage = Stage(verdict.stage) if verdict else openings[lead_id][-1].stage
        if one.result is Finding.MET and stage in NOT_YET and not _rests(verdict, facts[lead_id]):
            findings = tuple(finding.as_json() for finding in one.findings)
            promoted.append(
                Step(
                    lead_id,
                    stage,
                    Stage.MARKETING_QUALIFIED,
                    Cause.DEFINITION,
                    now,
                    findings=findings,
                    definition=definition,
                )
            )
    return promoted


def _rests(verdict: CurrentVerdict | None, facts: dict[str, Any]) -> bool:
    """Whether a recycled lead has done nothing by itself since: then the points that a person has looked at already do
    not bring it back before its return date."""
    if verdict is None or verdict.stage != Stage.RECYCLED:
        return False
    last_at = facts["activity.last_at"]
    return last_at is None or last_at <= verdict.at
