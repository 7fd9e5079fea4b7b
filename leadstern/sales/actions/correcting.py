"""Takes the last decision about a lead back, as if it had not been made. Called by the desk.

Nothing is overwritten: a further verdict corrects the wrong one, and the outcome is marked, so that no figure
counts it.
"""

from datetime import datetime

from leadstern.accounts.models import User
from leadstern.core.db import write
from leadstern.core.errors import Refused
from leadstern.qualification.actions import correct_verdict
from leadstern.qualification.models import Verdict
from leadstern.routing.actions import restore_owner
from leadstern.sales.actions.guards import CALLS, close_tasks, lock_lead
from leadstern.sales.actions.tasks import ask_again, move_to_owners
from leadstern.sales.models import Opportunity, Outcome, Task
from leadstern.sales.queries.decisions import decisions, why_not_taken_back
from leadstern.sales.terms import CorrectionGround, OutcomeKind, TaskKind


def take_back(outcome: Outcome, *, by: User, now: datetime) -> Verdict:
    """The lead, its owner, its tasks and its sale are as they were before `outcome`. Returns the correcting verdict.

    Only the newest decision, within seven days, by somebody who may make it; Refused otherwise, and for the second of
    two clicks. One transaction: killed anywhere, nothing or all of it has happened. A withdrawn consent stays
    withdrawn: only the person can give it again.
    """
    with write():
        lock_lead(outcome.lead)
        wrong = decisions().get(pk=outcome.pk)
        ground = why_not_taken_back(wrong, user=by, now=now)
        if ground is not None or wrong.verdict is None:
            raise Refused(str((ground or CorrectionGround.NOT_HERE).label))
        if not Outcome.objects.filter(pk=wrong.pk, is_corrected=False).update(is_corrected=True):
            raise Refused(str(CorrectionGround.DONE.label))
        correction = correct_verdict(wrong.verdict, by=by, now=now)
        is_owner_chosen = restore_owner(wrong.verdict, by=by, now=now)
        _reopen_sale(wrong)
        _reopen_tasks(wrong, by=by, now=now)
        if is_owner_chosen:
            move_to_owners([wrong.lead_id])
        ask_again(wrong.lead_id, now=now)
    return correction


def _reopen_sale(wrong: Outcome) -> None:
    """The sale that was closed goes on, worth what it was worth."""
    if wrong.opportunity_id is None:
        return
    closed = Opportunity.objects.filter(pk=wrong.opportunity_id).exclude(state=Opportunity.State.OPEN)
    closed.update(state=Opportunity.State.OPEN, closed_at=None, reason="", note="", value=wrong.value_before)


def _reopen_tasks(wrong: Outcome, *, by: User, now: datetime) -> None:
    """What the decision ended is to be done again; what came of it is not. Every task of a kind that the decision ends
    and that is open now came after it."""
    came = set(TaskKind) - {TaskKind.REPAIR}
    if wrong.kind == OutcomeKind.QUALIFIED:
        came = {*CALLS, TaskKind.HAND_OVER}
    close_tasks(wrong.lead, by=by, now=now, kinds=came)
    still_open = Task.objects.filter(lead_id=wrong.lead_id, done_at__isnull=True).values_list("kind", flat=True)
    ended = Task.objects.filter(lead_id=wrong.lead_id, ended_by=wrong).exclude(kind__in=list(still_open))
    ended.update(done_at=None, done_by=None, ended_by=None)
