"""Submissions, leads, hits as the tests of this stage need them."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from leadstern.capture.models import Submission
from leadstern.capture.terms import CaptureChannel, SubmissionState
from leadstern.leads.actions import take_submissions
from leadstern.leads.models import Lead
from tests.conftest import NOW

_numbers = count(1)


def submission(
    channel: CaptureChannel = CaptureChannel.FORM, *, at: datetime = NOW, origin: Any = None, **details: Any
) -> Submission:
    """A waiting submission with these details."""
    return Submission.objects.create(
        key=f"test:{next(_numbers)}",
        channel=channel,
        raw={},
        details=details,
        origin=origin or {},
        captured_at=at,
        received_at=at,
        state=SubmissionState.WAITING,
    )


def lead(*, at: datetime = NOW, **details: Any) -> Lead:
    """A lead that came in by a form."""
    details.setdefault("email", f"lead{next(_numbers)}@muster{next(_numbers)}.example")
    sent = submission(at=at, **details)
    take_submissions(now=at + timedelta(seconds=1), limit=10_000)
    return Lead.objects.get(id=sent.activity_set.get(key=f"submission:{sent.pk}").lead_id)
