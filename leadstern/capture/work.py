"""What the worker does for this stage: rows that were stored but not yet understood when a process was killed."""

from datetime import datetime, timedelta

from leadstern.capture.actions import park_submission
from leadstern.capture.channels.form.intake import understand
from leadstern.capture.models import Submission
from leadstern.capture.terms import CaptureChannel, Reason, SubmissionState

GRACE = timedelta(seconds=30)


def understand_received(*, now: datetime, limit: int) -> int:
    """Goes on with RECEIVED rows that nobody has touched for half a minute; how many there were.

    Guarantee: restartable and safe beside the web process, because each row is moved by a conditional update and its
    mails have keys of their own. Files have their own bookmark and are left to the import.
    """
    rows = Submission.objects.filter(state=SubmissionState.RECEIVED, received_at__lt=now - GRACE)
    rows = rows.exclude(channel=CaptureChannel.FILE_IMPORT).select_related("form_version__form__magnet")
    found = list(rows.order_by("id")[:limit])
    for row in found:
        if row.form_version is None:
            park_submission(row, reason=Reason.INTERRUPTED, now=now)
        else:
            understand(row, now=now)
    return len(found)
