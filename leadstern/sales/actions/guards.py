"""What every outcome checks first and writes, under a lock on the lead, so that two people follow each other.

Enters: a lead and the stage somebody wants. Leaves: the outcome, that of a repeated click, or Refused.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.core.errors import Invalid, Refused
from leadstern.leads.models import Lead
from leadstern.qualification.actions import move_lead
from leadstern.qualification.models import Verdict
from leadstern.qualification.queries import stage_labels
from leadstern.qualification.terms import CLOSED, Cause, Stage
from leadstern.sales.models import Opportunity, Outcome, Task
from leadstern.sales.terms import CALLING, DisqualifyReason, OutcomeKind, TaskKind

LONGEST_WAIT = timedelta(days=731)


def lock_lead(lead: Lead) -> None:
    """Makes decisions on one lead follow each other until the commit. Refused for one merged or erased meanwhile."""
    fresh = Lead.objects.select_for_update(no_key=True).get(pk=lead.pk)
    if fresh.merged_into_id is not None or fresh.erased_at is not None:
        raise Refused(_("This lead no longer exists on its own: it was merged or erased."))


def current_verdict(lead: Lead) -> Verdict | None:
    """The lead's stage with who put it there."""
    return Verdict.objects.filter(lead=lead, is_current=True).select_related("by").first()


def check_move(lead: Lead, *, stage: Stage, allowed: Collection[Stage], by: User) -> bool:
    """True: go on. False: `by` has done it already (a repeated click). Refused otherwise, naming who was first."""
    verdict = current_verdict(lead)
    at = Stage(verdict.stage) if verdict else Stage.CAPTURED
    if at is stage and verdict is not None:
        if verdict.by_id == by.pk and verdict.cause != Cause.CORRECTED:
            return False
        raise Refused(_already(verdict))
    if at not in allowed:
        raise Refused(_("This is not possible at the stage “%(stage)s”.") % {"stage": _label(at)})
    return True


def check_is_open(lead: Lead) -> None:
    """Refused for a lead that is won, lost or sorted out: who still sees it as it was must be told."""
    verdict = current_verdict(lead)
    if verdict is None or verdict.stage not in CLOSED:
        return
    told = [_already(verdict), _("Nothing was noted.")]
    if verdict.reason == DisqualifyReason.NO_CONTACT_WISHED:
        told.insert(1, _("The person wishes no contact."))
    raise Refused(" ".join(told))


def check_to_call(lead: Lead) -> None:
    """A call belongs to a lead that somebody works on. Refused for one that was ended or handed over meanwhile."""
    check_is_open(lead)
    if not Task.objects.filter(lead=lead, done_at__isnull=True).exclude(kind=TaskKind.HAND_OVER).exists():
        raise Refused(" ".join([_("There is nothing to do with this lead any more."), _("Nothing was noted.")]))


def check_same(lead: Lead, kind: OutcomeKind, *, reason: str) -> Outcome:
    """The outcome that a repeated click is answered with. Refused when it gave another reason: that was no repetition,
    and must not be lost in silence."""
    known = last_outcome(lead, kind)
    if known.reason != reason:
        verdict = current_verdict(lead)
        raise Refused(" ".join([*([_already(verdict)] if verdict else []), _("Nothing was noted.")]))
    return known


def _label(stage: Stage) -> str:
    """The company's word for a stage, in the language of the person."""
    return stage_labels(get_language() or "de")[stage]


def _already(verdict: Verdict) -> str:
    label = _label(Stage(verdict.stage))
    if verdict.by is None:
        return _("This lead is at the stage “%(stage)s” already.") % {"stage": label}
    return _("%(name)s has already brought this lead to the stage “%(stage)s”.") % {
        "name": verdict.by.name,
        "stage": label,
    }


def check_ahead(moment: datetime | None, *, field: str, now: datetime) -> datetime:
    """`moment` when it lies ahead, within two years. Invalid otherwise, also for none."""
    if moment is None:
        raise Invalid({field: [_("Please say when to try again.")]})
    if not now < moment <= now + LONGEST_WAIT:
        raise Invalid({field: [_("Please choose a time within the next two years.")]})
    return moment


def check_reason(reason: str, choices: Collection[str]) -> str:
    """`reason` when it is one of `choices`. Invalid otherwise."""
    if reason not in choices:
        raise Invalid({"reason": [_("Please choose a reason.")]})
    return reason


def close_tasks(
    lead: Lead,
    *,
    by: User | None,
    now: datetime,
    kinds: Collection[TaskKind] | None = None,
    outcome: Outcome | None = None,
) -> int:
    """Ends open tasks of the lead (of these kinds), because of `outcome` where that is the reason. How many."""
    tasks = Task.objects.filter(lead=lead, done_at__isnull=True)
    if kinds is not None:
        tasks = tasks.filter(kind__in=kinds)
    return tasks.update(done_at=now, done_by=by, ended_by=outcome)


def plan_task(
    lead: Lead,
    *,
    kind: TaskKind,
    owner_id: int,
    due_at: datetime,
    now: datetime,
    note: str = "",
    is_deadline: bool = False,
) -> Task:
    """An open task of this kind: the one there is, changed, or a new one."""
    values = {"owner_id": owner_id, "due_at": due_at, "note": note[:300], "is_deadline": is_deadline}
    task = Task.objects.filter(lead=lead, kind=kind, done_at__isnull=True).first() or Task(
        lead=lead, kind=kind, created_at=now
    )
    for name, value in values.items():
        setattr(task, name, value)
    task.save()
    return task


def decide(  # noqa: PLR0913 -- a decision has so many parts
    lead: Lead,
    *,
    kind: OutcomeKind,
    stage: Stage,
    by: User,
    now: datetime,
    reason: str = "",
    note: str = "",
    return_at: datetime | None = None,
    opportunity: Opportunity | None = None,
    value_before: Decimal | None = None,
    ends: Collection[TaskKind] | None = None,
) -> Outcome:
    """Every decision about a lead: the move to `stage`, the outcome that reports are made of, the end of its open tasks
    (all, or these kinds). What they say of each other is what taking the decision back needs."""
    verdict = move_lead(
        lead, stage=stage, cause=Cause.PERSON, by=by, now=now, reason=reason, note=note, return_at=return_at
    )
    outcome = Outcome.objects.create(
        lead=lead,
        opportunity=opportunity,
        kind=kind,
        reason=reason,
        note=note,
        by=by,
        at=now,
        recorded_at=now,
        verdict=verdict,
        value_before=value_before,
    )
    close_tasks(lead, by=by, now=now, kinds=ends, outcome=outcome)
    return outcome


def last_outcome(lead: Lead, kind: OutcomeKind) -> Outcome:
    """What a repeated click is answered with."""
    return Outcome.objects.filter(lead=lead, kind=kind, is_corrected=False).latest("id")


CALLS = frozenset(CALLING)
