"""People's decisions on who looks after a lead. Called by the pages of this stage and by sales."""

from datetime import datetime

from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.accounts.terms import Right
from leadstern.audit.actions import record
from leadstern.core.calendar import add_business_time, business_calendar
from leadstern.core.db import write
from leadstern.core.errors import Refused
from leadstern.leads.actions import lock_leads
from leadstern.leads.models import Lead
from leadstern.qualification.models import Verdict
from leadstern.qualification.terms import Stage
from leadstern.routing.actions.storing import (
    NewAssignment,
    end_assignments,
    note_first_contact,
    one_at_a_time,
    store_assignments,
)
from leadstern.routing.models import Assignment
from leadstern.routing.queries import current_assignments
from leadstern.routing.terms import FIRST_CONTACT, Reason, Urgency


def assign_lead(lead: Lead, *, owner: User, by: User, reason: str, now: datetime) -> Assignment:
    """Gives the lead to `owner` because a person says so; `reason` are their words. The old assignment ends.

    A first contact already made stays made. Raises Refused without words, for an owner who does not work leads, and
    when the lead is theirs already.
    """
    words = reason.strip()
    if not words:
        raise Refused(_("Please say why the lead goes to somebody else."))
    if not owner.has_right(Right.WORK_QUEUE):
        raise Refused(_("%(name)s does not work with leads.") % {"name": owner.name})
    with write():
        _lock(lead)
        if current_assignments().filter(lead=lead, owner=owner).exists():
            raise Refused(_("%(name)s looks after this lead already.") % {"name": owner.name})
        return _hand_to(lead, owner, Reason.BY_PERSON, words=words[:200], by=by, now=now)


def note_accepted(lead: Lead, *, by: User, now: datetime) -> None:
    """The one who accepted a lead looks after it from now on. Joins the caller's transaction; by sales."""
    _lock(lead)
    if not current_assignments().filter(lead=lead, owner=by).exists():
        _hand_to(lead, by, Reason.ACCEPTED, words="", by=by, now=now)
    note_first_contact(lead.pk, at=now)


def _lock(lead: Lead) -> None:
    """Makes two people's decisions on one lead follow each other. Refused for one erased meanwhile."""
    if not lock_leads([lead.pk]):
        raise Refused(_("This lead was erased or joined with another; it can no longer be changed."))
    one_at_a_time()


def _hand_to(lead: Lead, owner: User, reason: Reason, *, words: str, by: User, now: datetime) -> Assignment:
    old = current_assignments().filter(lead=lead).first()
    verdict = Verdict.objects.filter(lead=lead, is_current=True).first()
    is_hand_over = verdict is not None and verdict.stage == Stage.PHONE_QUALIFIED
    urgency = Urgency.HAND_OVER if is_hand_over else Urgency.STANDARD
    row = NewAssignment(
        lead_id=lead.pk,
        verdict_id=verdict.pk if verdict else None,
        owner_id=owner.pk,
        region_id=None,
        reason=reason,
        reason_detail=words,
        at=now,
        due_at=add_business_time(now, FIRST_CONTACT[urgency], business_calendar()),
        met_at=old.met_at if old else None,
        assigned_by_id=by.pk,
    )
    end_assignments([lead.pk], now=now)
    (assignment_id,) = store_assignments([row])
    data = {"from": old.owner_id if old else None, "to": owner.pk, "reason": reason, "words": words}
    record("lead.assigned", lead, by=by, now=now, data=data)
    return Assignment(pk=assignment_id, **row._asdict())
