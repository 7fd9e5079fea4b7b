"""How field sales works: accepts or returns a hand-over, wins or loses the sale.

Each writes its outcome and its verdict in one transaction. A repeated click changes nothing; when two people decide at
once, the second is told who was first.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.core.calendar import add_business_time, business_calendar
from leadstern.core.db import write
from leadstern.core.errors import Invalid, Refused
from leadstern.leads.models import Lead
from leadstern.qualification.terms import Stage
from leadstern.routing.actions import note_accepted
from leadstern.sales.actions.guards import (
    check_move,
    check_reason,
    check_same,
    decide,
    lock_lead,
    plan_task,
)
from leadstern.sales.logic import LARGEST_VALUE
from leadstern.sales.models import Opportunity, Outcome
from leadstern.sales.queries import open_opportunity
from leadstern.sales.terms import LossReason, OutcomeKind, RejectReason, TaskKind

FIRST_STEP = timedelta(hours=9)


def accept_lead(lead: Lead, *, by: User, now: datetime) -> Opportunity:
    """Takes the hand-over: the lead is an opportunity of `by`, with a first step due within a working day.

    Refused, naming who was first, when somebody else has accepted it.
    """
    with write():
        lock_lead(lead)
        known = open_opportunity(lead.pk)
        is_new = check_move(lead, stage=Stage.SALES_ACCEPTED, allowed={Stage.PHONE_QUALIFIED}, by=by)
        if known and not is_new:
            return known
        opportunity = known or Opportunity(lead=lead, opened_at=now)
        opportunity.owner = by
        opportunity.save()
        if is_new:
            _close(opportunity, kind=OutcomeKind.ACCEPTED, stage=Stage.SALES_ACCEPTED, by=by, now=now)
        note_accepted(lead, by=by, now=now)
        due_at = add_business_time(now, FIRST_STEP, business_calendar())
        plan_task(lead, kind=TaskKind.FOLLOW_UP, owner_id=by.pk, due_at=due_at, now=now, is_deadline=True)
    return opportunity


def reject_lead(lead: Lead, *, reason: str, by: User, now: datetime, note: str = "") -> Outcome:
    """Gives the hand-over back to inside sales. `reason` is a RejectReason; marketing sees it. Invalid, Refused."""
    check_reason(reason, RejectReason.values)
    with write():
        lock_lead(lead)
        if not check_move(lead, stage=Stage.MARKETING_QUALIFIED, allowed={Stage.PHONE_QUALIFIED}, by=by):
            return check_same(lead, OutcomeKind.REJECTED, reason=reason)
        outcome = decide(
            lead,
            kind=OutcomeKind.REJECTED,
            stage=Stage.MARKETING_QUALIFIED,
            by=by,
            now=now,
            reason=reason,
            note=note,
        )
        record("lead.rejected", lead, by=by, now=now, data={"reason": reason})
    return outcome


def win_opportunity(opportunity: Opportunity, *, value: Decimal | None, by: User, now: datetime) -> Opportunity:
    """The sale is made. `value` in the company's currency (None: not known). Refused when it is closed otherwise."""
    checked = check_value(value)
    with write():
        if not _is_open(opportunity, Opportunity.State.WON):
            return _repeated(opportunity, is_same=checked in (None, opportunity.value))
        before = opportunity.value
        opportunity.state, opportunity.closed_at = Opportunity.State.WON, now
        opportunity.value = opportunity.value if checked is None else checked
        opportunity.save()
        _close(opportunity, kind=OutcomeKind.WON, stage=Stage.WON, by=by, now=now, value_before=before)
    return opportunity


def lose_opportunity(opportunity: Opportunity, *, reason: str, note: str, by: User, now: datetime) -> Opportunity:
    """The sale will not be made. `reason` is a LossReason. Refused when it is closed otherwise."""
    check_reason(reason, LossReason.values)
    with write():
        if not _is_open(opportunity, Opportunity.State.LOST):
            return _repeated(opportunity, is_same=reason == opportunity.reason)
        opportunity.state, opportunity.closed_at = Opportunity.State.LOST, now
        opportunity.reason, opportunity.note = reason, note
        opportunity.save()
        _close(
            opportunity,
            kind=OutcomeKind.LOST,
            stage=Stage.LOST,
            by=by,
            now=now,
            reason=reason,
            note=note,
            value_before=opportunity.value,
        )
    return opportunity


def _is_open(opportunity: Opportunity, wanted: Opportunity.State) -> bool:
    """Locks the lead and reads again. False: it is closed that way already. Refused: it is closed the other way."""
    lock_lead(opportunity.lead)
    opportunity.refresh_from_db(fields=["state", "value", "closed_at", "reason", "note", "owner", "next_step"])
    if opportunity.state not in (Opportunity.State.OPEN, wanted):
        raise Refused(_("This opportunity is closed already."))
    return opportunity.state == Opportunity.State.OPEN


def _repeated(opportunity: Opportunity, *, is_same: bool) -> Opportunity:
    """A second click changes nothing. Refused when it said something else, which must not be lost in silence."""
    if not is_same:
        raise Refused(_("This opportunity is closed already."))
    return opportunity


def _close(
    opportunity: Opportunity,
    *,
    kind: OutcomeKind,
    stage: Stage,
    by: User,
    now: datetime,
    reason: str = "",
    note: str = "",
    value_before: Decimal | None = None,
) -> None:
    """What every step of a sale leaves behind: outcome, verdict, audit; its open tasks end."""
    decide(
        opportunity.lead,
        kind=kind,
        stage=stage,
        by=by,
        now=now,
        reason=reason,
        note=note,
        opportunity=opportunity,
        value_before=value_before,
    )
    record(f"opportunity.{kind.value}", opportunity, by=by, now=now, data={"lead": opportunity.lead_id})


def change_opportunity(
    opportunity: Opportunity,
    *,
    value: Decimal | None,
    next_step: str,
    expected_at: date | None,
    by: User,
    now: datetime,
) -> Opportunity:
    """Value, next step and expected day of an open sale. Refused when it is closed, Invalid for a day that is past."""
    checked = check_value(value)
    check_expected(expected_at, known=opportunity.expected_at, now=now)
    with write():
        lock_lead(opportunity.lead)
        found = Opportunity.objects.filter(pk=opportunity.pk, state=Opportunity.State.OPEN)
        if not found.update(value=checked, next_step=next_step.strip()[:200], expected_at=expected_at):
            raise Refused(_("This opportunity is closed already."))
        record("opportunity.changed", opportunity, by=by, now=now, data={"value": str(checked)})
    opportunity.refresh_from_db()
    return opportunity


def check_value(value: Decimal | None) -> Decimal | None:
    """Never negative, never beyond what the column holds. Invalid otherwise."""
    if value is not None and not 0 <= value < LARGEST_VALUE:
        raise Invalid({"value": [_("Please enter an amount that is not negative.")]})
    return value


def check_expected(day: date | None, *, known: date | None, now: datetime) -> None:
    """A day that is past may stay, but is no new expectation. Invalid otherwise."""
    if day and day != known and day < now.astimezone(business_calendar().zone).date():
        raise Invalid({"expected_at": [_("This day is past.")]})
