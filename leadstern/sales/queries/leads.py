"""What is known of one lead for the call: answers, attempts, the permission to call. Called by the desk and actions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from leadstern.accounts.models import User
from leadstern.capture.terms import CaptureChannel, FormKind
from leadstern.consent.queries import may_contact
from leadstern.consent.terms import Channel, Ground, Purpose
from leadstern.leads.models import Activity, Identity, Lead
from leadstern.leads.terms import ActivityKind, Health, IdentityKind
from leadstern.sales.logic import CallFacts, CallPermission, country_of, may_call
from leadstern.sales.models import Answer, CallRecord, Outcome, Task
from leadstern.sales.terms import AnswerState, CallResult, DisqualifyReason, OutcomeKind, Question

ENQUIRIES = 20


@dataclass(frozen=True)
class GuideLine:
    """One question of the call guide with what is known: the newest answer, or None."""

    question: Question
    answer: Answer | None

    @property
    def state(self) -> AnswerState | None:
        return AnswerState(self.answer.state) if self.answer else None


@dataclass(frozen=True)
class Guide:
    """The four questions. `missing` are those not answered yes."""

    lines: list[GuideLine]

    @property
    def missing(self) -> list[Question]:
        return [line.question for line in self.lines if line.state is not AnswerState.YES]

    @property
    def is_complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class PhoneAnswer:
    """The number to call (None: there is none), whether it may be called, and the enquiry the answer rests on."""

    phone: Identity | None
    permission: CallPermission
    enquired_at: datetime | None


def answers_of(lead_id: int) -> dict[Question, Answer]:
    """The newest answer to each question. One query."""
    rows = Answer.objects.filter(lead_id=lead_id).select_related("recorded_by").order_by("id")
    return {Question(answer.question): answer for answer in rows}


def guide(lead_id: int) -> Guide:
    """The call guide of a lead, in its order. One query."""
    known = answers_of(lead_id)
    return Guide([GuideLine(question, known.get(question)) for question in Question])


def attempts_since_reached(lead_id: int) -> int:
    """How often nobody answered since somebody last did. One query."""
    results = CallRecord.objects.filter(lead_id=lead_id).order_by("-id").values_list("result", flat=True)[:ENQUIRIES]
    count = 0
    for result in results:
        if result == CallResult.REACHED:
            break
        count += 1
    return count


def open_task(lead_id: int, *, user: User | None = None) -> Task | None:
    """The next open task of the lead (of this person). One query."""
    tasks = Task.objects.filter(lead_id=lead_id, done_at__isnull=True)
    if user is not None:
        tasks = tasks.filter(owner=user)
    return tasks.order_by("due_at", "id").first()


def call_permission(lead: Lead, *, points: Sequence[Identity]) -> PhoneAnswer:
    """May this lead be called, on which number, and why. `points` are all its contact points; of its numbers the one
    that works is preferred, then the newest. Three queries."""
    phones = sorted((one for one in points if one.kind == IdentityKind.PHONE), key=lambda one: -one.pk)
    phone = next((one for one in phones if one.health != Health.BROKEN), phones[0] if phones else None)
    number = phone.value if phone else ""
    enquired_at, gave_phone = _own_enquiry(lead)
    consent = may_contact(channel=Channel.PHONE, address=number, purpose=Purpose.MARKETING) if phone else None
    facts = CallFacts(
        has_phone=phone is not None,
        is_broken=phone is not None and phone.health == Health.BROKEN,
        country=country_of(lead.country, number),
        is_business=lead.is_business,
        has_enquired=enquired_at is not None,
        gave_phone=gave_phone,
        has_consent=consent is not None and consent.allowed,
        has_objected=(consent is not None and consent.reason == Ground.WITHDRAWN) or _wishes_no_contact(lead),
    )
    return PhoneAnswer(phone, may_call(facts), enquired_at)


def _own_enquiry(lead: Lead) -> tuple[datetime | None, bool]:
    """When the person last asked by a contact form, and whether they gave a number in any of those. One query."""
    enquiries = list(
        Activity.objects.filter(
            lead=lead,
            kind=ActivityKind.SUBMISSION,
            submission__channel=CaptureChannel.FORM,
            submission__form_version__form__kind=FormKind.CONTACT,
        )
        .annotate(phone=F("submission__details__phone"))
        .order_by("-at")
        .values_list("at", "phone")[:ENQUIRIES]
    )
    return (enquiries[0][0] if enquiries else None), any(bool(phone) for _at, phone in enquiries)


def _wishes_no_contact(lead: Lead) -> bool:
    return Outcome.objects.filter(
        lead=lead,
        kind=OutcomeKind.DISQUALIFIED,
        reason=DisqualifyReason.NO_CONTACT_WISHED,
        is_corrected=False,
    ).exists()
