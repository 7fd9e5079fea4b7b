"""What every outcome checks first, under a lock on the lead, so that two people follow each other.

Enters: a lead and the stage somebody wants. Leaves: nothing, the earlier verdict of a repeated click, or Refused.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.core.errors import Invalid, Refused
from leadstern.leads.models import Lead
from leadstern.qualification.models import Verdict
from leadstern.qualification.queries import stage_labels
from leadstern.qualification.terms import Stage
from leadstern.sales.models import Outcome, Task
from leadstern.sales.terms import CALLING, OutcomeKind, TaskKind

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
        if verdict.by_id == by.pk:
            return False
        raise Refused(_already(verdict))
    if at not in allowed:
        raise Refused(_("This is not possible at the stage “%(stage)s”.") % {"stage": _label(at)})
    return True


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


def close_tasks(lead: Lead, *, by: User | None, now: datetime, kinds: Collection[TaskKind] | None = None) -> int:
    """Ends open tasks of the lead (of these kinds). How many there were."""
    tasks = Task.objects.filter(lead=lead, done_at__isnull=True)
    if kinds is not None:
        tasks = tasks.filter(kind__in=kinds)
    return tasks.update(done_at=now, done_by=by)


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


def add_outcome(lead: Lead, *, kind: OutcomeKind, by: User, now: datetime, reason: str = "", note: str = "") -> Outcome:
    """The row reports are made of."""
    return Outcome.objects.create(lead=lead, kind=kind, reason=reason, note=note, by=by, at=now, recorded_at=now)


def last_outcome(lead: Lead, kind: OutcomeKind) -> Outcome:
    """What a repeated click is answered with."""
    return Outcome.objects.filter(lead=lead, kind=kind).latest("id")


CALLS = frozenset(CALLING)
