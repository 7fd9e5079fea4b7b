"""The one door: what arrives is a committed row before anybody looks at it, and then moves from state to state.

Each move is a conditional update: of two that happen at once one wins, and the loser hears so (False).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.capture.logic import storable
from leadstern.capture.models import FormVersion, ImportRun, Submission
from leadstern.capture.terms import CaptureChannel, Reason, SubmissionState
from leadstern.consent.models import Wording
from leadstern.core.db import write

State = SubmissionState
_UNTAKEN = (State.RECEIVED, State.INVALID, State.HELD, State.PARKED, State.SPAM)


def receive(  # noqa: PLR0913 -- one door, everything that can be known at it
    *,
    channel: CaptureChannel,
    key: str,
    raw: dict[str, Any],
    origin: dict[str, Any],
    captured_at: datetime,
    now: datetime,
    form_version: FormVersion | None = None,
    import_run: ImportRun | None = None,
    wording: Wording | None = None,
    entered_by: User | None = None,
) -> Submission:
    """Stores what came, as it came, in a transaction of its own; committed when this returns (outside a transaction).

    The same key returns the row that is there already, whatever state it has reached; two at once store one.
    """
    row = Submission(
        channel=channel, key=key, raw=storable(raw), origin=storable(origin), captured_at=captured_at, received_at=now,
        form_version=form_version, import_run=import_run, wording=wording, entered_by=entered_by,
    )  # fmt: skip
    try:
        with write():
            row.save(force_insert=True)
    except IntegrityError:
        return Submission.objects.get(key=key)
    return row


def accept_submission(submission: Submission, *, details: dict[str, Any], now: datetime) -> bool:
    """Understood: the row waits for the leads stage. False when it waits already or was taken."""
    return _move(submission, State.WAITING, _UNTAKEN, details=storable(details), errors={}, state_reason="")


def reject_submission(submission: Submission, *, errors: dict[str, list[str]], now: datetime) -> bool:
    """The person is told what to correct; `errors` maps field names to sentences. The row stays."""
    return _move(submission, State.INVALID, (State.RECEIVED,), errors=storable(errors))


def hold_submission(submission: Submission, *, now: datetime) -> bool:
    """Complete, but nobody has shown yet that a human sent it."""
    return _move(submission, State.HELD, (State.RECEIVED,), state_reason=Reason.NO_PROOF)


def park_submission(submission: Submission, *, reason: str, now: datetime, by: User | None = None) -> bool:
    """A person has to look; `reason` is a `Reason` or words. Also for rows that the leads stage cannot take."""
    return _decided(submission, State.PARKED, (*_UNTAKEN, State.WAITING), reason, now, by)


def mark_spam(submission: Submission, *, reason: str, now: datetime, by: User | None = None) -> bool:
    """Kept and shown to colleagues, but not taken unless one of them releases it."""
    return _decided(submission, State.SPAM, (State.RECEIVED, State.HELD, State.PARKED), reason, now, by)


def mark_corrected(submission_id: int, *, now: datetime) -> bool:
    """The person sent it again, corrected: the INVALID row stays for the record and says so."""
    waiting = Submission.objects.filter(pk=submission_id, state=State.INVALID)
    return waiting.update(state_reason=Reason.CORRECTED) == 1


def note_reason(submission: Submission, *, reason: str, now: datetime) -> None:
    """Adds a word for the colleagues without changing the state."""
    Submission.objects.filter(pk=submission.pk).update(state_reason=reason[:200])
    submission.state_reason = reason[:200]


def mark_taken(ids: Iterable[int], *, now: datetime) -> int:
    """The receipt of the leads stage; joins its transaction. How many were waiting until now."""
    waiting = Submission.objects.filter(pk__in=list(ids), state=State.WAITING)
    return waiting.update(state=State.TAKEN, taken_at=now)


def park_many(ids_with_reasons: Iterable[tuple[int, str]], *, now: datetime) -> int:
    """Parks waiting rows, one statement per distinct reason. How many were moved."""
    by_reason: dict[str, list[int]] = {}
    for submission_id, reason in ids_with_reasons:
        by_reason.setdefault(reason[:200], []).append(submission_id)
    movable = Submission.objects.exclude(state=State.TAKEN)
    return sum(
        movable.filter(pk__in=ids).update(state=State.PARKED, state_reason=reason) for reason, ids in by_reason.items()
    )


def _decided(
    submission: Submission, state: State, before: tuple[State, ...], reason: str, now: datetime, by: User | None
) -> bool:
    with write():
        is_moved = _move(submission, state, before, state_reason=reason[:200])
        if is_moved and by is not None:
            record(f"submission.{state.value}", submission, by=by, now=now, data={"reason": reason[:200]})
    return is_moved


def _move(submission: Submission, state: State, before: tuple[State, ...], **values: Any) -> bool:
    """One row changed means it was ours; the object in hand is brought up to date either way."""
    values |= {"state": state}
    if Submission.objects.filter(pk=submission.pk, state__in=before).update(**values) != 1:
        submission.refresh_from_db()
        return False
    for name, value in values.items():
        setattr(submission, name, value)
    return True
