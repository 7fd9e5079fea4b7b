"""Who enters a sequence: leads that are not ready yet, may be written to, and fit one. Called by the worker."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from leadstern.consent.actions import mark_taken as mark_consents_taken
from leadstern.consent.models import LedgerEntry
from leadstern.consent.queries import confirmed_waiting
from leadstern.consent.terms import Channel, Purpose
from leadstern.core.db import claim, write
from leadstern.criteria.logic import read
from leadstern.criteria.queries import leads_matching
from leadstern.criteria.terms import WrongCondition
from leadstern.leads.actions import add_activities
from leadstern.leads.queries import leads_by_identity, live_leads
from leadstern.leads.terms import ActivityKind, IdentityKind, NewActivity
from leadstern.nurture.actions.leaving import note_left_out, stop
from leadstern.nurture.logic import choose
from leadstern.nurture.models import Enrollment, NotNurtured, SequenceVersion, Suppression
from leadstern.nurture.queries import active_versions, furthest_positions, points_of
from leadstern.nurture.terms import (
    LEFT_FOR,
    RUNNING,
    TAKER,
    EnrollmentState,
    Reason,
    SuppressionReason,
)
from leadstern.qualification.actions import take_hand_overs
from leadstern.qualification.queries import stages
from leadstern.qualification.terms import NOT_YET, Stage


def take_verdicts(*, now: datetime, limit: int) -> int:
    """Takes up to `limit` verdicts: leads that are not ready enter a sequence, all others leave theirs.

    One transaction with the receipt: a kill leaves the verdicts waiting. What counts is the stage now, not that of an
    older verdict in the same batch. Returns how many verdicts were taken.
    """
    with write():
        verdicts = take_hand_overs(TAKER, now=now, limit=limit)
        if not verdicts:
            return 0
        current = stages({verdict.lead_id for verdict in verdicts})
        for stage, reason in LEFT_FOR.items():
            _leave([lead_id for lead_id, where in current.items() if where is stage], reason=reason, now=now)
        enrol([lead_id for lead_id, where in current.items() if where in NOT_YET], now=now)
    return len(verdicts)


def _leave(lead_ids: list[int], *, reason: Reason, now: datetime) -> None:
    if lead_ids:
        stop(lead_ids, reason=reason, now=now)
        NotNurtured.objects.filter(lead_id__in=lead_ids).delete()


def enrol_consented(*, now: datetime, limit: int) -> int:
    """Takes confirmed consents and leads whose time has come to be looked at again; enrols those that now can be.

    Cannot miss a consent: each confirmation in the ledger waits until it is taken here, in the same transaction as the
    enrolment. A consent confirmed before its lead exists is found by `take_verdicts` later. Returns the number taken.
    """
    with write():
        entries = claim(confirmed_waiting(Purpose.MARKETING), limit=limit)
        if entries:
            mark_consents_taken([entry.pk for entry in entries])
            _welcome([entry for entry in entries if entry.channel == Channel.EMAIL], now=now)
        due = NotNurtured.objects.filter(look_at__lte=now).order_by("look_at", "id")
        again = claim(due, limit=limit - len(entries)) if len(entries) < limit else []
        if again:
            _look_again([row.lead_id for row in again], now=now)
    return len(entries) + len(again)


def _welcome(entries: list[LedgerEntry], *, now: datetime) -> None:
    leads = leads_by_identity(IdentityKind.EMAIL, {entry.address for entry in entries})
    for entry in entries:  # rare: somebody who had unsubscribed wants to hear from us again
        Suppression.objects.filter(
            channel=Channel.EMAIL, address=entry.address, reason=SuppressionReason.UNSUBSCRIBED, at__lt=entry.at
        ).delete()
    add_activities(
        NewActivity(leads[entry.address], ActivityKind.CONSENT, entry.at, entry.address, key=f"consent:{entry.pk}")
        for entry in entries
        if entry.address in leads
    )
    parked = Enrollment.objects.filter(lead_id__in=leads.values(), state=EnrollmentState.PARKED)
    parked.update(next_at=now)
    current = stages(set(leads.values()))
    enrol([lead_id for lead_id, stage in current.items() if stage in NOT_YET], now=now)


def _look_again(lead_ids: list[int], *, now: datetime) -> None:
    current = stages(lead_ids)
    elsewhere = [lead_id for lead_id in lead_ids if current.get(lead_id, Stage.CAPTURED) not in NOT_YET]
    NotNurtured.objects.filter(lead_id__in=elsewhere).delete()
    enrol(set(lead_ids) - set(elsewhere), now=now)


def enrol(lead_ids: Iterable[int], *, now: datetime) -> None:
    """Puts each lead into the first active sequence that fits, or notes why not. Set-based; joins the transaction."""
    wanted = set(lead_ids)
    wanted -= set(Enrollment.objects.filter(lead_id__in=wanted, state__in=RUNNING).values_list("lead_id", flat=True))
    if not wanted:
        return
    living = set(live_leads().filter(pk__in=wanted).values_list("pk", flat=True))
    NotNurtured.objects.filter(lead_id__in=wanted - living).delete()
    points = points_of(living)
    choices = {lead_id: choose(points.get(lead_id, ())) for lead_id in living}
    entries = _entries({lead_id for lead_id, choice in choices.items() if choice.address}, now=now)
    Enrollment.objects.bulk_create(entries, batch_size=500)
    entered = {entry.lead_id for entry in entries}
    NotNurtured.objects.filter(lead_id__in=entered).delete()
    left_out = {
        lead_id: choice.reason or Reason.NO_SEQUENCE.value
        for lead_id, choice in choices.items()
        if lead_id not in entered
    }
    note_left_out(left_out, now=now)


def _entries(lead_ids: set[int], *, now: datetime) -> list[Enrollment]:
    """Where a lead was in this sequence before, it goes on after the last step it had: no mail comes a second time."""
    if not lead_ids:
        return []
    before = furthest_positions(lead_ids)
    found = []
    for version in active_versions():
        rest = {lead_id for lead_id in lead_ids if before.get((lead_id, version.sequence_id), 0) < len(version.steps)}
        for lead_id in sorted(_fitting(version, rest, now=now)):
            position = before.get((lead_id, version.sequence_id), 0)
            wait = timedelta(hours=version.steps[position]["wait_hours"])
            found.append(
                Enrollment(lead_id=lead_id, version=version, position=position, next_at=now + wait, started_at=now)
            )
            lead_ids = lead_ids - {lead_id}
    return found


def _fitting(version: SequenceVersion, lead_ids: Collection[int], *, now: datetime) -> Collection[int]:
    if not version.sequence.entry or not lead_ids:
        return lead_ids
    try:
        matching = leads_matching(read(version.sequence.entry), now=now, leads=live_leads().filter(pk__in=lead_ids))
    except WrongCondition:  # asks for a fact that is no longer offered: fits nobody; the sequence's page says so
        return ()
    return list(matching.values_list("pk", flat=True))
