"""Art. 17 GDPR: what was sent is emptied, the rows stay, so that the counts of the past stay true."""

from collections.abc import Iterable

from leadstern.capture.models import DownloadGrant, ImportIssue, Submission
from leadstern.capture.terms import Reason, SubmissionState
from leadstern.core.db import claim, write

UNDER_WAY = (SubmissionState.RECEIVED, SubmissionState.WAITING)


def erase_submissions(ids: Iterable[int]) -> int:
    """Empties the submissions and makes their download links useless. Repeating it changes nothing more.

    What would go on by itself is put aside. What another worker is taking at this very moment is left to it: it
    becomes a lead of its own after the erasure.
    """
    wanted = list(ids)
    blank = {"raw": {}, "details": {}, "origin": {}, "errors": {}, "state_reason": Reason.ERASED}
    with write():
        rows = Submission.objects.filter(pk__in=wanted)
        under_way = claim(rows.filter(state__in=UNDER_WAY).order_by("id").only("id"), limit=len(wanted))
        erased = rows.filter(pk__in=[row.pk for row in under_way]).update(**blank, state=SubmissionState.PARKED)
        erased += rows.exclude(state__in=UNDER_WAY).exclude(pk__in=[row.pk for row in under_way]).update(**blank)
        for grant in DownloadGrant.objects.filter(submission__in=wanted):
            grant.secret_hash = f"erased:{grant.pk}"
            grant.save(update_fields=["secret_hash"])
    return erased


def erase_issues(ids: Iterable[int]) -> int:
    """Empties lines of files that could not be taken; that there was one, and why it was not taken, stays."""
    with write():
        return ImportIssue.objects.filter(pk__in=list(ids)).update(raw="")
