"""A crowd whose enquiries were stored and never understood: much work for workers. Run by `Running.module`."""

from datetime import datetime, timedelta

from leadstern.capture.models import Form, Submission
from leadstern.capture.queries import live_version
from leadstern.capture.terms import CaptureChannel
from leadstern.core.time import now
from tests.faults.senders import Sender

CROWD = 1_200
"""More than two portions of any step."""


def gather(*, at: datetime) -> None:
    """They came at `at`, which is long enough ago for the worker to go on with them."""
    version = live_version(Form.objects.get())
    people = [Sender(number) for number in range(CROWD)]
    Submission.objects.bulk_create(
        Submission(
            channel=CaptureChannel.FORM, key=f"crowd:{person.number}", raw=person.entries(), captured_at=at,
            origin={"language": "de"}, received_at=at, form_version=version,
        )
        for person in people
    )  # fmt: skip


if __name__ == "__main__":
    gather(at=now() - timedelta(minutes=5))
