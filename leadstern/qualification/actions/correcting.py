"""Takes a wrong verdict back: a further one restores what was before, the wrong one is marked. Called by sales."""

from datetime import datetime

from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.core.db import write
from leadstern.core.errors import Refused
from leadstern.qualification.actions.moving import Step, current_verdicts, record_steps
from leadstern.qualification.models import Judgement, Verdict
from leadstern.qualification.terms import NOT_YET, Cause, Stage


def correct_verdict(verdict: Verdict, *, by: User, now: datetime) -> Verdict:
    """Returns the lead to the stage before `verdict`, with everything that verdict said: moment, reason, return date.

    Only the lead's current verdict, decided by a person, can be taken back, and once; Refused otherwise, so of two
    people at once the second is told. The definition looks at a lead that is not with sales again: while it stood in
    the wrong stage, something may have happened. Joins the caller's transaction.
    """
    with write():
        held = current_verdicts([verdict.lead_id]).get(verdict.lead_id)
        before = Verdict.objects.filter(lead_id=verdict.lead_id, pk__lt=verdict.pk).order_by("-pk").first()
        wrong = Verdict.objects.filter(pk=verdict.pk, is_corrected=False, cause=Cause.PERSON)
        if held is None or held.pk != verdict.pk or before is None or not wrong.update(is_corrected=True):
            raise Refused(_("This lead was moved again since. The decision can no longer be taken back."))
        correction = Verdict.objects.get(pk=record_steps([_step(verdict, before, by)], now=now)[-1])
        if correction.stage in NOT_YET:
            Judgement.objects.filter(lead_id=verdict.lead_id).update(recheck_at=now)
        data = {"from": verdict.stage, "to": before.stage, "reason": verdict.reason}
        record("decision.corrected", verdict.lead, by=by, now=now, data=data)
    return correction


def _step(wrong: Verdict, before: Verdict, by: User) -> Step:
    """`at` is the moment of the stage that is restored: in the world, the lead has stood there since."""
    return Step(
        wrong.lead_id,
        Stage(wrong.stage),
        Stage(before.stage),
        Cause.CORRECTED,
        before.at,
        by,
        before.reason,
        before.note,
        tuple(before.findings),
        before.definition,
        before.return_at,
        corrects=wrong.pk,
    )
