"""Moves leads from stage to stage: every move is a verdict, handed over to each stage behind, and seen in the
timeline."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, connection
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.core.db import write
from leadstern.core.errors import Refused
from leadstern.core.rows import append_rows, insert_rows
from leadstern.leads.actions import add_activities, lock_leads
from leadstern.leads.models import Activity, Lead
from leadstern.leads.terms import ActivityKind, NewActivity
from leadstern.qualification.logic.moves import is_allowed
from leadstern.qualification.models import Definition, HandOver, Judgement, Verdict
from leadstern.qualification.takers import names
from leadstern.qualification.terms import Cause, Stage


@dataclass(frozen=True)
class Step:
    """One move of one lead, not yet stored. `old` is None for the first verdict."""

    lead_id: int
    old: Stage | None
    stage: Stage
    cause: Cause
    at: datetime
    by: User | None = None
    reason: str = ""
    note: str = ""
    findings: tuple[dict[str, Any], ...] = ()
    definition: Definition | None = None
    return_at: datetime | None = None
    corrects: int | None = None


def move_lead(  # noqa: PLR0913 -- a verdict has so many parts
    lead: Lead,
    *,
    stage: Stage,
    cause: Cause,
    now: datetime,
    at: datetime | None = None,
    by: User | None = None,
    reason: str = "",
    note: str = "",
    return_at: datetime | None = None,
    findings: Iterable[dict[str, Any]] = (),
    definition: Definition | None = None,
) -> Verdict:
    """Moves `lead` to `stage`; `at` is when it happened (`now` when not said). Returns the verdict, which is current.

    A lead that was not judged yet gets its first verdicts before. Raises `Refused` when the move is not allowed from
    the stage the lead is in at this very moment: of two people at once the second is told; and for somebody who was
    erased. Joins the caller's transaction.
    """
    try:
        with write():
            if not lock_leads([lead.pk]):
                raise Refused(_("This lead was erased or joined with another; it can no longer be changed."))
            openings, old = _stage_now(lead.pk)
            if not is_allowed(old, stage, cause=cause):
                raise Refused(_refusal(old, stage))
            step = Step(lead.pk, old, stage, cause, at or now, by, reason, note, tuple(findings), definition, return_at)
            verdict = Verdict.objects.get(pk=record_steps([*openings, step], now=now)[-1])
            data = {"from": old.value, "to": stage.value, "cause": cause.value, "reason": reason}
            record("qualification.moved", lead, by=by, now=now, data=data)
    except IntegrityError as error:
        raise Refused(_("Somebody else has just moved this lead. Please look again.")) from error
    return verdict


def record_steps(steps: list[Step], *, now: datetime) -> list[int]:
    """Stores the steps, each lead's in their order; the last of a lead becomes its current verdict. The caller holds
    the current verdicts (`current_verdicts`) inside its `write()`. A constant number of statements for any number of
    steps. Returns the ids of the verdicts."""
    last = {step.lead_id: place for place, step in enumerate(steps)}
    Verdict.objects.filter(lead_id__in=last, is_current=True).update(is_current=False)
    rows = [_row(step, is_current=last[step.lead_id] == place, now=now) for place, step in enumerate(steps)]
    verdicts = insert_rows(Verdict, VERDICT, rows)
    append_rows(HandOver, ("verdict", "taker"), ((verdict, name) for verdict in verdicts for name in names()))
    add_activities(_told(step, verdict, now=now) for step, verdict in zip(steps, verdicts, strict=True) if step.old)
    return verdicts


class CurrentVerdict(NamedTuple):
    """Where a lead stands: the verdict's id, its stage and moment."""

    lead_id: int
    pk: int
    stage: str
    at: datetime


def current_verdicts(lead_ids: Collection[int]) -> dict[int, CurrentVerdict]:
    """The current verdicts, locked until the surrounding `write()` ends, in the order of the leads.

    On PostgreSQL a lock that had to wait may find its row no longer current; so it looks again until what is current is
    what it holds.
    """
    rows = Verdict.objects.filter(lead_id__in=lead_ids, is_current=True).order_by("lead_id")
    locked = rows.select_for_update(no_key=True).values_list("lead_id", "pk", "stage", "at")
    while True:
        held = {row[0]: CurrentVerdict(*row) for row in locked.all()}
        if not connection.features.has_select_for_update:
            return held
        if dict(rows.values_list("lead_id", "pk")) == {lead_id: one.pk for lead_id, one in held.items()}:
            return held


def opening_steps(lead_ids: Collection[int]) -> dict[int, list[Step]]:
    """The first verdicts of leads that have none: `captured` at the first contact, then the stage an import stated.

    Two queries. By the leads' ids; those that are gone are missing.
    """
    stated = _stated_stages(lead_ids)
    captured = dict(Lead.objects.filter(pk__in=lead_ids).order_by("pk").values_list("pk", "captured_at"))
    openings: dict[int, list[Step]] = {}
    for lead_id, captured_at in captured.items():
        stage, at = stated.get(lead_id, (Stage.CAPTURED, captured_at))
        cause = Cause.IMPORTED if lead_id in stated else Cause.CAPTURED
        openings[lead_id] = [Step(lead_id, None, Stage.CAPTURED, cause, captured_at)]
        if stage is not Stage.CAPTURED:
            openings[lead_id].append(Step(lead_id, Stage.CAPTURED, stage, cause, at))
    return openings


def erase_stages(lead_ids: Collection[int]) -> None:
    """Removes the judgements, what waits for the stages behind, and all words (GDPR Art. 17). That somebody reached a
    stage, and when, stays: it is what reports count. Joins the caller's transaction."""
    verdicts = Verdict.objects.filter(lead_id__in=lead_ids)
    Judgement.objects.filter(lead_id__in=lead_ids).delete()
    HandOver.objects.filter(verdict__in=verdicts, taken_at__isnull=True).delete()
    verdicts.update(note="", reason="", findings=[], return_at=None)


def _stage_now(lead_id: int) -> tuple[list[Step], Stage]:
    """(first verdicts still to be written, stage of the lead after them)"""
    held = current_verdicts([lead_id]).get(lead_id)
    if held is not None:
        return [], Stage(held.stage)
    openings = opening_steps([lead_id])[lead_id]
    return openings, openings[-1].stage


def _stated_stages(lead_ids: Collection[int]) -> dict[int, tuple[Stage, datetime]]:
    """By lead, the newest stage that an import stated. Words that are no stage are none."""
    rows = Activity.objects.filter(lead_id__in=lead_ids, kind=ActivityKind.IMPORTED).order_by("at", "id")
    stated: dict[int, tuple[Stage, datetime]] = {}
    for lead_id, at, data in rows.values_list("lead_id", "at", "data"):
        if isinstance(data, dict) and data.get("stage") in Stage.values:
            stated[lead_id] = (Stage(data["stage"]), at)
    return stated


VERDICT = (
    "lead", "old_stage", "stage", "cause", "reason", "note", "findings", "definition", "by", "at", "recorded_at",
    "return_at", "is_current", "corrects", "is_corrected",
)  # fmt: skip


def _row(step: Step, *, is_current: bool, now: datetime) -> tuple[Any, ...]:
    definition, by = step.definition.pk if step.definition else None, step.by.pk if step.by else None
    return (
        step.lead_id, step.old.value if step.old else "", step.stage.value, step.cause.value, step.reason, step.note,
        step.findings, definition, by, step.at, now, step.return_at, is_current,
        step.corrects, False,
    )  # fmt: skip


def _told(step: Step, verdict: int, *, now: datetime) -> NewActivity:
    """The timeline's entry. It never counts: a stage is no sign of interest, and counting would go round in circles.
    A correction stands at its own moment, not at that of the stage it restores."""
    at = step.at if step.corrects is None else now
    data = {"verdict": verdict, "from": step.old or "", "to": step.stage, "cause": step.cause, "reason": step.reason}
    return NewActivity(
        step.lead_id, ActivityKind.STAGE, at, content=step.stage, by_id=step.by.pk if step.by else None, data=data,
        key=f"verdict:{verdict}", counts=False,
    )  # fmt: skip


def _refusal(old: Stage, new: Stage) -> str:
    sentence = _("A lead in the stage “%(old)s” cannot be moved to “%(new)s”.")
    return sentence % {"old": old.label, "new": new.label}
