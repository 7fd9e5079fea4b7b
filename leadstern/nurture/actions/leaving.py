"""How people leave a sequence: by a new stage, by unsubscribing, by a mail that came back, by hand."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.consent.actions import withdraw_consent
from leadstern.consent.terms import Channel
from leadstern.core.db import claim, write
from leadstern.core.errors import Refused
from leadstern.leads.actions import add_activities, set_health
from leadstern.leads.models import Identity, Lead
from leadstern.leads.terms import ActivityKind, Health, IdentityKind, NewActivity
from leadstern.nurture.models import Enrollment, NotNurtured, StepRun, Suppression
from leadstern.nurture.queries import read_way_out
from leadstern.nurture.terms import LOOK_AGAIN, RUNNING, TAKER, EnrollmentState, Reason, SuppressionReason
from leadstern.outbox import actions as outbox
from leadstern.outbox.models import Delivery
from leadstern.outbox.queries import bounced_waiting, deliveries_to
from leadstern.outbox.terms import UNFINISHED, DeliveryState

GOING_OUT = (DeliveryState.WAITING, DeliveryState.SENDING)


def stop(lead_ids: Collection[int], *, reason: str, now: datetime) -> None:
    """Ends what runs for these leads and cancels their mails that have not left, so that nobody sends them again either
    (a bounce says nothing against another try by hand). Joins the caller's transaction."""
    Enrollment.objects.filter(lead_id__in=lead_ids, state__in=RUNNING).update(
        state=EnrollmentState.STOPPED, reason=reason, ended_at=now, next_at=None
    )
    states = GOING_OUT if reason == Reason.BOUNCED else UNFINISHED
    unsent = StepRun.objects.filter(enrollment__lead_id__in=lead_ids, delivery__state__in=states)
    outbox.cancel_unsent(list(unsent.values_list("delivery_id", flat=True)))


def note_left_out(reasons: dict[int, str], *, now: datetime) -> None:
    """Says of each lead why it is in no sequence. `since` stays while the reason does. Joins the transaction."""
    known = dict(NotNurtured.objects.filter(lead_id__in=reasons).values_list("lead_id", "reason"))
    look_at = {reason: now + wait for reason, wait in LOOK_AGAIN.items()}
    rows = [
        NotNurtured(lead_id=lead_id, reason=reason, since=now, look_at=look_at.get(Reason(reason)))
        for lead_id, reason in sorted(reasons.items())
    ]
    same = [row for row in rows if known.get(row.lead_id) == row.reason]
    other = [row for row in rows if known.get(row.lead_id) != row.reason]
    for group, fields in ((same, ["look_at"]), (other, ["reason", "since", "look_at"])):
        NotNurtured.objects.bulk_create(
            group, batch_size=500, update_conflicts=True, unique_fields=["lead"], update_fields=fields
        )


def unsubscribe(token: str, *, evidence: dict[str, Any], now: datetime) -> str:
    """Withdraws the consent, suppresses the address, ends what runs. Returns the address. Repeated: changes nothing.

    One transaction, no sign-in, no cookie (RFC 8058; GDPR Art. 7(3): as easy as giving). Refused for a link that is
    not ours.
    """
    way_out = read_way_out(token)
    with write():
        withdraw_consent(
            channel=Channel.EMAIL,
            address=way_out.address,
            purpose=way_out.purpose,
            evidence={**evidence, "enrollment": way_out.enrollment_id},
            now=now,
        )
        suppression, _is_new = Suppression.objects.get_or_create(
            channel=Channel.EMAIL,
            address=way_out.address,
            defaults={"reason": SuppressionReason.UNSUBSCRIBED, "at": now},
        )
        lead_ids = _leads_behind(way_out.address, enrollment_id=way_out.enrollment_id)
        running = Enrollment.objects.filter(lead_id__in=lead_ids, state__in=RUNNING)
        left = dict.fromkeys(running.values_list("lead_id", flat=True), Reason.UNSUBSCRIBED.value)
        left |= dict.fromkeys(
            NotNurtured.objects.filter(lead_id__in=lead_ids).values_list("lead_id", flat=True),
            Reason.UNSUBSCRIBED.value,
        )
        stop(lead_ids, reason=Reason.UNSUBSCRIBED, now=now)
        _cancel_mails_to(way_out.address)
        note_left_out(left, now=now)
        add_activities(
            NewActivity(lead_id, ActivityKind.UNSUBSCRIBED, now, way_out.address, key=f"out:{suppression.pk}:{lead_id}")
            for lead_id in lead_ids
        )
    return way_out.address


def _cancel_mails_to(address: str) -> None:
    """Every mail of a sequence to this address, also of leads that have another address by now."""
    mails = deliveries_to([address]).filter(taker=TAKER, state__in=UNFINISHED)
    outbox.cancel_unsent(mails.values_list("pk", flat=True))


def _leads_behind(address: str, *, enrollment_id: int) -> list[int]:
    """Whoever has the address now, and whoever the mail was for (a merged lead: the one it was joined into)."""
    holders = Identity.objects.filter(kind=IdentityKind.EMAIL, value=address).values("lead_id")
    named = Enrollment.objects.filter(pk=enrollment_id).values("lead_id")
    found = {
        merged or lead_id
        for lead_id, merged in (
            *Lead.objects.filter(pk__in=holders).values_list("pk", "merged_into_id"),
            *Lead.objects.filter(pk__in=named, erased_at__isnull=True).values_list("pk", "merged_into_id"),
        )
    }
    return sorted(found)


def take_bounces(*, now: datetime, limit: int) -> int:
    """Takes mails whose address does not work: the address is marked broken, its sequence stops, the lead's timeline
    says so. All in one transaction with the mark, so a kill repeats nothing. Returns how many mails were taken."""
    with write():
        bounces = claim(bounced_waiting().only("id", "recipient", "last_error"), limit=limit)
        if not bounces:
            return 0
        outbox.mark_taken([each.pk for each in bounces])
        addresses = {each.recipient for each in bounces}
        holders = Identity.objects.filter(kind=IdentityKind.EMAIL, value__in=addresses)
        lead_of = dict(holders.values_list("value", "lead_id"))
        for each in bounces:
            set_health(IdentityKind.EMAIL, each.recipient, health=Health.BROKEN, reason=each.last_error, now=now)
        add_activities(_bounce(each, lead_of[each.recipient], now) for each in bounces if each.recipient in lead_of)
        running = Enrollment.objects.filter(lead_id__in=lead_of.values(), state__in=RUNNING)
        left = dict.fromkeys(running.values_list("lead_id", flat=True), Reason.BOUNCED.value)
        stop(list(left), reason=Reason.BOUNCED, now=now)
        note_left_out(left, now=now)
    return len(bounces)


def _bounce(delivery: Delivery, lead_id: int, now: datetime) -> NewActivity:
    data = {"error": delivery.last_error}
    return NewActivity(
        lead_id, ActivityKind.MAIL_BOUNCE, now, delivery.recipient, data=data, key=f"bounce:{delivery.pk}"
    )


def stop_enrollment(enrollment: Enrollment, *, by: User, now: datetime) -> None:
    """A person takes a lead out of its sequence. Refused when it is out already."""
    with write():
        if not Enrollment.objects.select_for_update().filter(pk=enrollment.pk, state__in=RUNNING).exists():
            raise Refused(_("This lead is no longer in the sequence."))
        stop([enrollment.lead_id], reason=Reason.BY_HAND, now=now)
        note_left_out({enrollment.lead_id: Reason.BY_HAND.value}, now=now)
        record("enrollment.stopped", enrollment, by=by, now=now, data={"lead": enrollment.lead_id})


def resume_enrollment(enrollment: Enrollment, *, by: User, now: datetime) -> None:
    """A person has a parked lead looked at again at once; the same checks as ever are made."""
    with write():
        parked = Enrollment.objects.filter(pk=enrollment.pk, state=EnrollmentState.PARKED)
        if not parked.update(next_at=now):
            raise Refused(_("This lead is not parked."))
        record("enrollment.resumed", enrollment, by=by, now=now, data={"lead": enrollment.lead_id})
