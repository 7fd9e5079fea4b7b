"""Gives a lead back to whoever looked after it before a decision that was taken back. Called by `dealing` and sales."""

from collections.abc import Collection
from datetime import datetime

from leadstern.accounts.models import User
from leadstern.leads.actions import add_activities
from leadstern.leads.terms import ActivityKind, NewActivity
from leadstern.qualification.actions import HandedOver
from leadstern.qualification.models import Verdict
from leadstern.qualification.terms import NOT_YET, WITH_SALES, Cause
from leadstern.routing.actions.storing import end_assignments, one_at_a_time
from leadstern.routing.models import Assignment
from leadstern.routing.queries import current_assignments, owners
from leadstern.routing.terms import Reason

CHOSEN = (Reason.BY_PERSON, Reason.ACCEPTED)


def asking(current: Collection[HandedOver]) -> list[HandedOver]:
    """Those that ask for an owner or end one. A correction ends none, and asks only where nobody looks after the lead:
    whoever did has it back already, and no turn is used up. One query when there are corrections."""
    corrected = [one.lead_id for one in current if one.cause == Cause.CORRECTED]
    settled = set(owners(corrected)) if corrected else set()
    return [
        one
        for one in current
        if one.cause != Cause.CORRECTED or (one.stage in WITH_SALES and one.lead_id not in settled)
    ]


def restore_owner(wrong: Verdict, *, by: User, now: datetime) -> bool:
    """Undoes what routing did because of `wrong`, a verdict that `by` has just taken back: whoever got the lead by it
    loses it, whoever had it before has it again, with the due time there was. Joins the caller's transaction.

    True: a person has chosen an owner since; that owner stays.
    """
    one_at_a_time()
    holder = current_assignments().filter(lead_id=wrong.lead_id).first()
    if holder is not None and (holder.verdict_id != wrong.pk or holder.reason in CHOSEN):
        return holder.verdict_id == wrong.pk
    end_assignments([wrong.lead_id], now=now)
    old = _owner_until(wrong)
    if old is not None:
        Assignment.objects.filter(pk=old.pk).update(ended_at=None)
        add_activities([_told(old, wrong, by=by, now=now)])
    return False


def _owner_until(wrong: Verdict) -> Assignment | None:
    """Who looked after the lead when `wrong` was recorded, and does not any more. An assignment ends when the worker
    comes to it; where the stage before wants an owner, it is the last one that this stage saw."""
    before = Verdict.objects.filter(lead_id=wrong.lead_id, pk__lt=wrong.pk).order_by("-pk").first()
    others = Assignment.objects.filter(lead_id=wrong.lead_id).exclude(verdict=wrong).select_related("owner")
    newest = others.order_by("-id").first()
    if before is None or newest is None or newest.ended_at is None:
        return None
    since = wrong.recorded_at if before.stage in NOT_YET else before.recorded_at
    return newest if newest.ended_at >= since else None


def _told(old: Assignment, wrong: Verdict, *, by: User, now: datetime) -> NewActivity:
    data = {"reason": old.reason, "detail": old.reason_detail}
    key = f"assignment:{old.pk}:{wrong.pk}"
    return NewActivity(old.lead_id, ActivityKind.OWNER, now, old.owner.name, by.pk, data=data, key=key, counts=False)
