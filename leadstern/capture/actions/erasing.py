"""Art. 17 GDPR: what was sent is emptied, the rows stay, so that the counts of the past stay true."""

from collections.abc import Iterable

from leadstern.capture.models import DownloadGrant, Submission
from leadstern.capture.terms import Reason
from leadstern.core.db import write


def erase_submissions(ids: Iterable[int]) -> int:
    """Empties the submissions and makes their download links useless. Repeating it changes nothing more."""
    wanted = list(ids)
    with write():
        rows = Submission.objects.filter(pk__in=wanted)
        erased = rows.update(raw={}, details={}, origin={}, errors={}, state_reason=Reason.ERASED)
        for grant in DownloadGrant.objects.filter(submission__in=wanted):
            grant.secret_hash = f"erased:{grant.pk}"
            grant.save(update_fields=["secret_hash"])
    return erased
