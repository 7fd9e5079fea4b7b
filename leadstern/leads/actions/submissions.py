"""Waiting submissions become leads. Called by the worker, first of all steps behind capturing."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import DataError, IntegrityError
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from leadstern.capture.actions import mark_taken, park_many
from leadstern.capture.models import Submission
from leadstern.capture.terms import CaptureChannel, FormKind, SubmissionState
from leadstern.core.db import claim, write
from leadstern.leads.actions.batch import Batch, Event
from leadstern.leads.logic import NO_IDENTITY, Arrival, read_arrival
from leadstern.leads.terms import ActivityKind

ATTEMPTS = 3
NOT_STORABLE = "not_storable"


KINDS = {
    (CaptureChannel.MANUAL.value, None): ActivityKind.ENTERED.value,
    (CaptureChannel.FORM.value, FormKind.DOWNLOAD.value): ActivityKind.REQUEST.value,
    (CaptureChannel.DOWNLOAD.value, FormKind.DOWNLOAD.value): ActivityKind.REQUEST.value,
}
"""What an arrival is when it is no enquiry by a contact form."""
ENQUIRY, IMPORTED, IMPORT = ActivityKind.SUBMISSION.value, ActivityKind.IMPORTED.value, CaptureChannel.FILE_IMPORT.value


class Waiting(NamedTuple):
    """A waiting submission, as much of it as a lead needs. Plain values: a model object costs more than the reading."""

    id: int
    channel: str
    details: Any
    origin: Any
    captured_at: datetime
    entered_by_id: int | None
    form_key: str | None
    form_kind: str | None
    file_name: str | None


def take_submissions(*, now: datetime, limit: int) -> int:
    """Makes leads of up to `limit` waiting submissions, oldest first; says how many it took or parked.

    Guarantee: a submission is marked taken in the transaction that writes its lead, so a crash leaves both or neither.
    One that cannot become a lead is parked with a reason and holds up no other. When another worker wins a race for the
    same e-mail address, the batch is read again and joins that lead.
    """
    for _attempt in range(ATTEMPTS):
        try:
            return _take(now=now, limit=limit)
        except IntegrityError:
            continue
        except (DataError, TypeError, ValueError):
            break
    return _take_one_by_one(now=now, limit=limit)


def _take(*, now: datetime, limit: int) -> int:
    with write():
        submissions = [Waiting(*row) for row in claim(_waiting(), limit=limit)]
        if submissions:
            _make_leads(submissions, now)
        return len(submissions)


def _waiting() -> QuerySet[Any]:
    return (
        Submission.objects.filter(state=SubmissionState.WAITING)
        .annotate(form_key=F("form_version__form__key"), form_kind=F("form_version__form__kind"))
        .annotate(file_name=F("import_run__filename"))
        .order_by("id")
        .values_list(*Waiting._fields)
    )


def _make_leads(submissions: list[Waiting], now: datetime) -> None:
    read = [(submission, _read(submission)) for submission in submissions]
    arrivals = [(submission, arrival) for submission, arrival in read if not arrival.error]
    batch = Batch.load([arrival for _submission, arrival in arrivals], now=now)
    for submission, arrival in arrivals:
        batch.place(arrival, _event(submission, arrival))
    batch.save()
    mark_taken([submission.id for submission, _arrival in arrivals], now=now)
    park_many([(submission.id, _words(arrival.error)) for submission, arrival in read if arrival.error], now=now)


def _read(submission: Waiting) -> Arrival:
    return read_arrival(
        submission.id,
        details=_mapping(submission.details),
        origin=_mapping(submission.origin),
        captured_at=submission.captured_at,
        is_import=submission.channel == IMPORT,
        may_lack_identity=submission.channel == CaptureChannel.MANUAL,
    )


def _words(error: str) -> str:
    """The reason as the colleagues will read it, in the language of the company."""
    if error == NO_IDENTITY:
        return _("Neither e-mail address nor telephone number nor outside id: nobody could be reached")
    return _("The database cannot hold what was sent")


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _event(submission: Waiting, arrival: Arrival) -> Event:
    data = {"message": arrival.message} if arrival.message else {}
    if submission.channel == IMPORT:
        if arrival.stage:
            data["stage"] = arrival.stage
        return Event(IMPORTED, submission.file_name or "", data, submission.entered_by_id)
    data["channel"] = submission.channel
    kind = KINDS.get((submission.channel, submission.form_kind), ENQUIRY)
    return Event(kind, submission.form_key or "", data, submission.entered_by_id)


def _take_one_by_one(*, now: datetime, limit: int) -> int:
    """The way out when a batch fails as a whole: the row that the database refuses is parked, the others go on."""
    ids = list(_waiting().values_list("id", flat=True)[:limit])
    return sum(_take_single(submission_id, now) for submission_id in ids)


def _take_single(submission_id: int, now: datetime) -> int:
    try:
        with write():
            submissions = [Waiting(*row) for row in claim(_waiting().filter(id=submission_id), limit=1)]
            if submissions:
                _make_leads(submissions, now)
    except (IntegrityError, DataError, TypeError, ValueError):
        with write():
            park_many([(submission_id, _words(NOT_STORABLE))], now=now)
        return 1
    return len(submissions)
