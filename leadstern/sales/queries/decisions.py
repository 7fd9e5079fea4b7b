"""Which decision about a lead can be taken back, and by whom. Called by `actions.correcting` and by the pages that
offer it."""

from datetime import datetime

from django.db.models import QuerySet

from leadstern.accounts.models import User
from leadstern.sales.models import Outcome
from leadstern.sales.queries.opportunities import visible_opportunities
from leadstern.sales.terms import CORRECTABLE, CORRECTABLE_FOR, JUST_NOW, CorrectionGround, OutcomeKind


def decisions() -> QuerySet[Outcome]:
    """Outcomes with their lead and the move they made."""
    return Outcome.objects.select_related("lead", "verdict")


def why_not_taken_back(outcome: Outcome, *, user: User, now: datetime) -> CorrectionGround | None:
    """Why `user` cannot take the decision back now; None: they can. At most one query more than loading it."""
    kind, verdict = OutcomeKind(outcome.kind), outcome.verdict
    if outcome.is_corrected:
        return CorrectionGround.DONE
    if kind not in CORRECTABLE or verdict is None:
        return CorrectionGround.NOT_HERE
    if not verdict.is_current:
        return CorrectionGround.FOLLOWED
    if outcome.recorded_at < now - CORRECTABLE_FOR:
        return CorrectionGround.TOO_LATE
    return None if _may_decide(outcome, user) else CorrectionGround.NOT_ALLOWED


def _may_decide(outcome: Outcome, user: User) -> bool:
    if not user.has_right(CORRECTABLE[OutcomeKind(outcome.kind)]):
        return False
    sale = outcome.opportunity_id
    return sale is None or visible_opportunities(user).filter(pk=sale).exists()


def decision_just_made(user: User, *, now: datetime) -> Outcome | None:
    """The person's last decision when it is young and can be taken back. Not an earlier one: pressing the key twice
    takes one decision back, not two."""
    return _offered(decisions_just_made(user, now=now).first(), user=user, now=now)


def decisions_just_made(user: User, *, now: datetime) -> QuerySet[Outcome]:
    """The person's young decisions, newest first; from an index of their own rows."""
    mine = decisions().filter(by=user, recorded_at__gt=now - JUST_NOW, kind__in=CORRECTABLE)
    return mine.order_by("-recorded_at", "-id")


def decision_about(lead_id: int, *, user: User, now: datetime) -> Outcome | None:
    """The decision that put the lead where it stands, when this person can take it back."""
    here = decisions().filter(lead_id=lead_id, verdict__is_current=True, verdict__lead_id=lead_id)
    return _offered(here.first(), user=user, now=now)


def _offered(outcome: Outcome | None, *, user: User, now: datetime) -> Outcome | None:
    if outcome is None or outcome.lead.merged_into_id is not None or outcome.lead.erased_at is not None:
        return None
    return outcome if why_not_taken_back(outcome, user=user, now=now) is None else None
