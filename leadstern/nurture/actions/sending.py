"""Runs the steps that are due: a mail into the outbox and the next step, in one transaction. The worker calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadstern.core.db import claim, write
from leadstern.leads.actions import add_activities
from leadstern.leads.models import Lead
from leadstern.leads.terms import ActivityKind, NewActivity
from leadstern.nurture.actions.leaving import note_left_out, stop
from leadstern.nurture.logic import choose, letter
from leadstern.nurture.models import Enrollment, StepRun
from leadstern.nurture.queries import points_of, unsubscribe_url
from leadstern.nurture.terms import LEFT_FOR, RUNNING, TAKER, Choice, EnrollmentState, Person, Reason
from leadstern.outbox import actions as outbox
from leadstern.outbox.logic import mistakes
from leadstern.outbox.models import SenderIdentity
from leadstern.outbox.queries import default_sender, sent_waiting
from leadstern.outbox.terms import Mail
from leadstern.qualification.queries import stages
from leadstern.qualification.terms import NOT_YET, Stage

PARKED_FOR = timedelta(days=1)
FIELDS = ["state", "position", "next_at", "reason", "ended_at"]


@dataclass
class _Pass:
    """What one pass gathers before it writes."""

    mails: list[tuple[Enrollment, Mail]]
    stopped: dict[int, str]


def run_due(*, now: datetime, limit: int) -> int:
    """Runs up to `limit` due steps and returns how many were looked at.

    Everything is asked again at the moment of sending: stage, consent, suppression, address. What forbids the mail
    stops the sequence or parks it with its reason for a day. Mail, StepRun and next position are one transaction, so a
    kill neither loses nor repeats a step. Without a sender nothing runs: the steps stay due.
    """
    sender = default_sender()
    if sender is None or not sender.company_details.strip():
        return 0
    with write():
        due = Enrollment.objects.filter(state__in=RUNNING, next_at__lte=now).order_by("next_at", "id")
        claimed = claim(due.select_related("version", "lead__company"), limit=limit)
        if claimed:
            _run(claimed, sender=sender, now=now)
    return len(claimed)


def _run(claimed: Sequence[Enrollment], *, sender: SenderIdentity, now: datetime) -> None:
    lead_ids = [each.lead_id for each in claimed]
    current, points = stages(lead_ids), points_of(lead_ids)
    done = _Pass([], {})
    for enrollment in claimed:
        choice = choose(points.get(enrollment.lead_id, ()))
        _advance(enrollment, current.get(enrollment.lead_id), choice, sender=sender, now=now, done=done)
    rows = outbox.queue_mails([mail for _enrollment, mail in done.mails], now=now, sender=sender)
    runs = [
        StepRun(enrollment=enrollment, position=int(mail.key.rpartition(":")[2]), delivery=rows[mail.key], at=now)
        for enrollment, mail in done.mails
    ]
    StepRun.objects.bulk_create(runs, batch_size=500, ignore_conflicts=True)
    Enrollment.objects.bulk_update(claimed, FIELDS, batch_size=200)
    for reason in sorted(set(done.stopped.values())):
        stop([lead_id for lead_id, why in done.stopped.items() if why == reason], reason=reason, now=now)
    stays = (Reason.SUPPRESSED, Reason.WITHDRAWN)
    note_left_out({lead_id: reason for lead_id, reason in done.stopped.items() if reason in stays}, now=now)


def _advance(
    enrollment: Enrollment,
    stage: Stage | None,
    choice: Choice,
    *,
    sender: SenderIdentity,
    now: datetime,
    done: _Pass,
) -> None:
    """Decides one enrollment: changes the object, gathers its mail or the reason to stop."""
    if reason := _reason_to_stop(enrollment.lead, stage, choice):
        done.stopped[enrollment.lead_id] = reason
        return
    steps = enrollment.version.steps
    if enrollment.position >= len(steps):
        _finish(enrollment, now=now)
        return
    mail = _mail(enrollment, choice.address, sender) if choice.address else None
    if mail is None or mistakes(mail):
        enrollment.state, enrollment.next_at = EnrollmentState.PARKED, now + PARKED_FOR
        enrollment.reason = choice.reason or Reason.UNSENDABLE
        return
    done.mails.append((enrollment, mail))
    enrollment.state, enrollment.reason, enrollment.position = EnrollmentState.ACTIVE, "", enrollment.position + 1
    if enrollment.position < len(steps):
        enrollment.next_at = now + timedelta(hours=steps[enrollment.position]["wait_hours"])
    else:
        _finish(enrollment, now=now)


def _reason_to_stop(lead: Lead, stage: Stage | None, choice: Choice) -> str:
    if lead.merged_into_id is not None or lead.erased_at is not None:
        return Reason.GONE
    if stage is not None and stage not in NOT_YET:
        return LEFT_FOR[stage]
    return choice.reason if choice.reason in (Reason.SUPPRESSED, Reason.WITHDRAWN) else ""


def _finish(enrollment: Enrollment, *, now: datetime) -> None:
    enrollment.state, enrollment.reason = EnrollmentState.FINISHED, ""
    enrollment.next_at, enrollment.ended_at = None, now


def _mail(enrollment: Enrollment, address: str, sender: SenderIdentity) -> Mail:
    url = unsubscribe_url(enrollment_id=enrollment.pk, address=address)
    step = enrollment.version.steps[enrollment.position]
    built = letter(step, person_of(enrollment.lead), sender_name=sender.name, unsubscribe_url=url)
    return Mail(
        key=f"nurture:{enrollment.pk}:{enrollment.position}",
        recipient=address,
        subject=built.subject,
        text=built.text,
        html=built.html,
        headers={"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        taker=TAKER,
    )


def person_of(lead: Lead) -> Person:
    """What a mail may say of a lead; its company is loaded."""
    return Person(
        salutation=lead.salutation,
        title=lead.title,
        first_name=lead.first_name,
        last_name=lead.last_name,
        company=lead.company.name if lead.company else "",
        interest=lead.interest,
        language=lead.language,
    )


def take_sent(*, now: datetime, limit: int) -> int:
    """Notes mails that really left on the lead's timeline (not when queued). One transaction with the mark."""
    with write():
        sent = claim(sent_waiting(TAKER), limit=limit)
        if not sent:
            return 0
        outbox.mark_taken([each.pk for each in sent])
        runs = StepRun.objects.filter(delivery__in=[each.pk for each in sent])
        lead_of = dict(runs.values_list("delivery_id", "enrollment__lead_id"))
        add_activities(
            NewActivity(
                lead_of[each.pk],
                ActivityKind.MAIL_SENT,
                each.sent_at or now,
                each.payload["subject"],
                data={"delivery": each.pk},
                key=f"mail:{each.pk}",
                counts=False,
            )
            for each in sent
            if each.pk in lead_of
        )
    return len(sent)
