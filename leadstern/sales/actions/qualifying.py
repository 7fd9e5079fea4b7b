"""How inside sales ends its work on a lead: qualified, back to nurturing, sorted out.

Each writes its outcome and its verdict in one transaction. A repeated click changes nothing; when two people decide at
once, the second is told who was first.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.consent.actions import withdraw_consent
from leadstern.consent.terms import Channel, Purpose
from leadstern.core.db import write
from leadstern.core.errors import Refused
from leadstern.leads.models import Identity, Lead
from leadstern.leads.terms import IdentityKind
from leadstern.qualification.terms import NOT_YET, Stage
from leadstern.sales.actions.guards import (
    CALLS,
    check_ahead,
    check_move,
    check_reason,
    check_same,
    decide,
    last_outcome,
    lock_lead,
)
from leadstern.sales.models import Outcome
from leadstern.sales.queries import guide
from leadstern.sales.terms import DisqualifyReason, OutcomeKind, RecycleReason

WORKABLE = NOT_YET | {Stage.MARKETING_QUALIFIED, Stage.PHONE_QUALIFIED}
_CHANNELS = {IdentityKind.EMAIL: Channel.EMAIL, IdentityKind.PHONE: Channel.PHONE}


def qualify_lead(lead: Lead, *, by: User, now: datetime) -> Outcome:
    """Need, budget, authority and timing are confirmed: the lead is an SQL. Refused names what is missing."""
    with write():
        lock_lead(lead)
        if not check_move(lead, stage=Stage.PHONE_QUALIFIED, allowed=NOT_YET | {Stage.MARKETING_QUALIFIED}, by=by):
            return last_outcome(lead, OutcomeKind.QUALIFIED)
        if missing := guide(lead.pk).missing:
            names = ", ".join(str(question.label) for question in missing)
            raise Refused(_("Not yet answered with yes: %(names)s.") % {"names": names})
        outcome = decide(lead, kind=OutcomeKind.QUALIFIED, stage=Stage.PHONE_QUALIFIED, by=by, now=now, ends=CALLS)
        record("lead.qualified", lead, by=by, now=now)
    return outcome


def recycle_lead(
    lead: Lead, *, reason: str, return_at: datetime | None, by: User, now: datetime, note: str = ""
) -> Outcome:
    """Not now: back to nurturing until `return_at`. `reason` is a RecycleReason. Invalid, Refused."""
    check_reason(reason, RecycleReason.values)
    check_ahead(return_at, field="return_at", now=now)
    with write():
        lock_lead(lead)
        if not check_move(lead, stage=Stage.RECYCLED, allowed=WORKABLE - {Stage.RECYCLED}, by=by):
            return check_same(lead, OutcomeKind.RECYCLED, reason=reason)
        outcome = decide(
            lead,
            kind=OutcomeKind.RECYCLED,
            stage=Stage.RECYCLED,
            by=by,
            now=now,
            reason=reason,
            note=note,
            return_at=return_at,
        )
        record("lead.recycled", lead, by=by, now=now, data={"reason": reason})
    return outcome


def disqualify_lead(lead: Lead, *, reason: str, by: User, now: datetime, note: str = "") -> Outcome:
    """Will not become a customer. `reason` is a DisqualifyReason; "wishes no contact" withdraws every consent, too."""
    check_reason(reason, DisqualifyReason.values)
    with write():
        lock_lead(lead)
        if not check_move(lead, stage=Stage.DISQUALIFIED, allowed=WORKABLE, by=by):
            return check_same(lead, OutcomeKind.DISQUALIFIED, reason=reason)
        outcome = decide(
            lead,
            kind=OutcomeKind.DISQUALIFIED,
            stage=Stage.DISQUALIFIED,
            by=by,
            now=now,
            reason=reason,
            note=note,
        )
        if reason == DisqualifyReason.NO_CONTACT_WISHED:
            _note_objection(lead, by=by, now=now)
        record("lead.disqualified", lead, by=by, now=now, data={"reason": reason})
    return outcome


def _note_objection(lead: Lead, *, by: User, now: datetime) -> None:
    """An objection to advertising is absolute (GDPR Art. 21(3)): the ledger says so for every contact point."""
    evidence = {"how": "told by telephone", "recorded_by": by.pk}
    for identity in Identity.objects.filter(lead=lead, kind__in=list(_CHANNELS)):
        withdraw_consent(
            channel=_CHANNELS[IdentityKind(identity.kind)],
            address=identity.value,
            purpose=Purpose.MARKETING,
            evidence=evidence,
            now=now,
        )
