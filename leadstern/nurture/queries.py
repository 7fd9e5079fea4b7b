"""Reading nurturing: who may be written to, sequences and their people, who is left out and why. Never writes."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import Count, Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from leadstern.consent.queries import permissions
from leadstern.consent.terms import Channel, Ground, Purpose
from leadstern.core.errors import Refused
from leadstern.criteria.logic import read
from leadstern.criteria.queries import leads_matching
from leadstern.criteria.terms import WrongCondition
from leadstern.leads.models import Identity
from leadstern.leads.queries import live_leads
from leadstern.leads.terms import Health, IdentityKind
from leadstern.nurture.models import Enrollment, NotNurtured, Sequence, SequenceVersion, Suppression
from leadstern.nurture.terms import LEFT_OUT_FOR, RUNNING, EnrollmentState, Point, Reason

COUNTED = 1000
CHUNK = 500
_SIGNER = signing.Signer(salt="nurture.unsubscribe", sep=".")


def points_of(lead_ids: Collection[int]) -> dict[int, list[Point]]:
    """Each lead's e-mail addresses, oldest first, with what is known of them: three queries for up to 500 leads."""
    rows = Identity.objects.filter(lead_id__in=lead_ids, kind=IdentityKind.EMAIL).order_by("id")
    found = list(rows.values_list("lead_id", "value", "health"))
    addresses = sorted({address for _lead, address, _health in found})
    allowed = permissions(channel=Channel.EMAIL, addresses=addresses, purpose=Purpose.MARKETING)
    suppressed = suppressed_among(addresses)
    points: dict[int, list[Point]] = defaultdict(list)
    for lead_id, address, health in found:
        permission = allowed[address]
        is_withdrawn = permission.reason == Ground.WITHDRAWN
        point = Point(address, health != Health.BROKEN, permission.allowed, is_withdrawn, address in suppressed)
        points[lead_id].append(point)
    return points


def suppressed_among(addresses: Collection[str]) -> set[str]:
    """Those of the addresses that want no more mails."""
    wanted = list(addresses)
    found: set[str] = set()
    for start in range(0, len(wanted), CHUNK):
        rows = Suppression.objects.filter(channel=Channel.EMAIL, address__in=wanted[start : start + CHUNK])
        found.update(rows.values_list("address", flat=True))
    return found


def active_versions() -> list[SequenceVersion]:
    """The newest published version of each active sequence, in the order in which leads are offered to them."""
    newest = (
        SequenceVersion.objects.filter(sequence__is_active=True, published_at__isnull=False)
        .values("sequence")
        .annotate(newest=Max("pk"))
        .values("newest")
    )
    rows = SequenceVersion.objects.filter(pk__in=newest).select_related("sequence")
    return list(rows.order_by("sequence__priority", "sequence_id"))


def furthest_positions(lead_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """(lead, sequence) to the step that would come next: nobody gets a step of a sequence twice."""
    rows = Enrollment.objects.filter(lead_id__in=lead_ids).values_list("lead_id", "version__sequence_id")
    return {(lead, sequence): position for lead, sequence, position in rows.annotate(furthest=Max("position"))}


@dataclass(frozen=True)
class SequenceLine:
    """A sequence as the list shows it. The numbers are people."""

    sequence: Sequence
    version: int | None
    has_draft: bool
    active: int
    parked: int
    finished: int


def sequence_lines() -> list[SequenceLine]:
    """Every sequence with its people by state, in the order in which leads are offered to them. Three queries."""
    counts: dict[tuple[int, str], int] = {
        (row["version__sequence_id"], row["state"]): row["number"]
        for row in Enrollment.objects.values("version__sequence_id", "state").annotate(number=Count("pk"))
    }
    published: dict[int, int] = {}
    drafts = set()
    for sequence_id, number, published_at in SequenceVersion.objects.order_by("number").values_list(
        "sequence_id", "number", "published_at"
    ):
        if published_at:
            published[sequence_id] = number
        else:
            drafts.add(sequence_id)
    return [
        SequenceLine(
            each,
            published.get(each.pk),
            each.pk in drafts,
            *(counts.get((each.pk, state), 0) for state in ("active", "parked", "finished")),
        )
        for each in Sequence.objects.order_by("priority", "id")
    ]


@dataclass(frozen=True)
class Entering:
    """How many would enter a sequence at once, counted up to 1,000 (`is_more`: there are more), and after how many
    hours they get their first mail."""

    number: int
    is_more: bool
    wait_hours: int


def entering(sequence: Sequence, *, now: datetime) -> Entering | None:
    """Who enters the moment it is switched on. None when it is on already or was never published."""
    return None if sequence.is_active else entering_with(sequence, sequence.entry, now=now)


def entering_with(sequence: Sequence, entry: dict[str, Any] | None, *, now: datetime) -> Entering | None:
    """Leads that fit no sequence so far, and this one with that condition (None: everybody fits). None when it was
    never published."""
    version = published_version(sequence)
    if version is None:
        return None
    waiting = live_leads().filter(not_nurtured__reason=Reason.NO_SEQUENCE)
    try:
        fitting = leads_matching(read(entry), now=now, leads=waiting) if entry else waiting
    except WrongCondition:  # the page says so
        fitting = waiting.none()
    found = list(fitting.order_by("pk").values_list("pk", flat=True)[: COUNTED + 1])
    before = furthest_positions(found)
    number = sum(before.get((lead_id, sequence.pk), 0) < len(version.steps) for lead_id in found)
    return Entering(min(number, COUNTED), number > COUNTED, version.steps[0]["wait_hours"])


def draft(sequence: Sequence) -> SequenceVersion | None:
    """What is being edited and not published yet."""
    return sequence.versions.filter(published_at__isnull=True).first()


def published_version(sequence: Sequence) -> SequenceVersion | None:
    """The version that new people enter."""
    return sequence.versions.filter(published_at__isnull=False).order_by("-number").first()


def shown_version(sequence: Sequence) -> SequenceVersion | None:
    """What the editor shows: the draft, else what is published."""
    return draft(sequence) or published_version(sequence)


def people(sequence: Sequence, *, state: str) -> QuerySet[Enrollment]:
    """Who is or was in it, with lead and version; the order is the page's."""
    return Enrollment.objects.filter(version__sequence=sequence, state=state).select_related("lead", "version")


def people_counts(sequence: Sequence) -> dict[str, int]:
    """How many people by state."""
    rows = Enrollment.objects.filter(version__sequence=sequence).values("state").annotate(number=Count("pk"))
    return {row["state"]: row["number"] for row in rows}


def enrollment_of(lead_id: int) -> Enrollment | None:
    """The running enrollment of a lead, else the newest."""
    rows = Enrollment.objects.filter(lead_id=lead_id).select_related("version__sequence")
    return rows.filter(state__in=RUNNING).first() or rows.order_by("-id").first()


@dataclass(frozen=True)
class LeftOut:
    """How many leads are not nurtured for a reason, counted up to 1,000 (`is_more`: there are more)."""

    reason: Reason
    number: int
    is_more: bool


def not_nurtured() -> list[LeftOut]:
    """Leads that are not ready and in no sequence, by reason; reasons nobody has are left out. Never counts a table."""
    found = []
    for reason in LEFT_OUT_FOR:
        number = NotNurtured.objects.filter(reason=reason).order_by("-id")[: COUNTED + 1].count()
        if number:
            found.append(LeftOut(reason, min(number, COUNTED), number > COUNTED))
    return found


def left_out(reason: str) -> QuerySet[NotNurtured]:
    """The leads behind one of the numbers; the order is the page's."""
    return NotNurtured.objects.filter(reason=reason).select_related("lead__company")


def unsubscribe_url(*, enrollment_id: int, address: str) -> str:
    """The way out in every mail: a signed address that works for ever and needs no sign-in."""
    token = _SIGNER.sign_object({"e": enrollment_id, "a": address, "p": Purpose.MARKETING.value})
    return f"{settings.BASE_URL}{reverse('nurture:unsubscribe', kwargs={'token': token})}"


@dataclass(frozen=True)
class WayOut:
    """What an unsubscribe link names."""

    enrollment_id: int
    address: str
    purpose: str


def read_way_out(token: str) -> WayOut:
    """Raises Refused when the link is not ours."""
    try:
        found: dict[str, Any] = _SIGNER.unsign_object(token)
        return WayOut(int(found["e"]), str(found["a"]), str(found["p"]))
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        raise Refused(_("This link is not known.")) from None


def is_out(way_out: WayOut) -> bool:
    """Whether this address has unsubscribed already."""
    return Suppression.objects.filter(channel=Channel.EMAIL, address=way_out.address).exists()


def parked_number() -> int:
    """How many people wait in a sequence for something to be mended."""
    return Enrollment.objects.filter(state=EnrollmentState.PARKED).count()
