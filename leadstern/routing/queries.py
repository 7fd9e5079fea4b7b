"""Reading who looks after which lead. Called by sales, the desk, reports and this stage's own pages."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext as _

from leadstern.accounts.models import RoleGrant, User
from leadstern.accounts.terms import RIGHTS, Right, Role
from leadstern.qualification.models import HandOver
from leadstern.routing.logic import Choice, LeadFacts, MemberState, RegionState, choose
from leadstern.routing.models import Assignment, Member, Region
from leadstern.routing.terms import Reason, RegionRole

TAKER = "routing"


def current_assignments() -> QuerySet[Assignment]:
    """Assignments that hold now."""
    return Assignment.objects.filter(ended_at__isnull=True)


def current_assignment(lead_id: int) -> Assignment | None:
    """Who looks after the lead now, with owner and region."""
    return current_assignments().filter(lead_id=lead_id).select_related("owner", "region").first()


def owner_of(lead_id: int) -> User | None:
    """The lead's owner now."""
    assignment = current_assignment(lead_id)
    return assignment.owner if assignment else None


def owners(lead_ids: Iterable[int]) -> dict[int, User]:
    """The owner now of each lead that has one. One query."""
    found = current_assignments().filter(lead_id__in=lead_ids).select_related("owner")
    return {assignment.lead_id: assignment.owner for assignment in found}


def assignment_history(lead_id: int) -> list[Assignment]:
    """Everyone who looked after the lead, newest first. One query."""
    rows = Assignment.objects.filter(lead_id=lead_id).select_related("owner", "region", "assigned_by", "lead__company")
    return list(rows.order_by("-id"))


def newest_assignments() -> QuerySet[Assignment]:
    """For the list page, which orders and pages it by key."""
    return Assignment.objects.select_related("owner", "region", "assigned_by", "lead__company")


def is_assigned(now: datetime) -> Exists:
    """The fact `owner.is_assigned` over a queryset of leads."""
    return Exists(current_assignments().filter(lead_id=OuterRef("pk")))


def regions_with_members() -> list[Region]:
    """Regions in the order in which they are asked, members in the order of their turn. Two queries."""
    members = Member.objects.select_related("user").order_by("last_at", "id")
    return list(_ordered_regions().prefetch_related(Prefetch("members", members)))


def _ordered_regions() -> QuerySet[Region]:
    return Region.objects.order_by("role", "is_fallback", "order", "id")


def region_states() -> dict[RegionRole, list[RegionState]]:
    """The regions of each role as `logic` sees them, in order; who cannot sign in counts as absent. Two queries."""
    members: dict[int, list[MemberState]] = {}
    rows = Member.objects.values_list(
        "region_id", "id", "user_id", "user__name", "last_at", "is_absent", "user__is_active"
    )
    for region_id, member_id, user_id, name, last_at, is_absent, is_active in rows.order_by("id"):
        state = MemberState(member_id, user_id, name, last_at, is_active and not is_absent)
        members.setdefault(region_id, []).append(state)
    states: dict[RegionRole, list[RegionState]] = {role: [] for role in RegionRole}
    for region in _ordered_regions():
        states[RegionRole(region.role)].append(_state(region, members.get(region.pk, [])))
    return states


def _state(region: Region, members: list[MemberState]) -> RegionState:
    ranges = tuple((low, high) for low, high in region.ranges)
    return RegionState(region.pk, region.name, region.country, ranges, region.is_fallback, tuple(members))


def reserves() -> dict[RegionRole, list[int]]:
    """Who takes a lead when no region does: active heads, else the role's active people, else anybody in sales.

    User ids in order. One query.
    """
    rows = RoleGrant.objects.filter(user__is_active=True, role__in=[Role.HEAD, *RegionRole]).order_by("user_id")
    granted: dict[str, list[int]] = {}
    for held, user_id in rows.values_list("role", "user_id"):
        granted.setdefault(held, []).append(user_id)
    anybody = sorted({user_id for user_ids in granted.values() for user_id in user_ids})
    return {role: granted.get(Role.HEAD) or granted.get(role) or anybody for role in RegionRole}


def possible_owners() -> QuerySet[User]:
    """Everyone who works through a queue of their own, by name."""
    roles = [role for role in Role if Right.WORK_QUEUE in RIGHTS[role]]
    return User.objects.filter(is_active=True, grants__role__in=roles).distinct().order_by("name", "id")


def who_would_get(*, role: RegionRole, country: str, postcode: str) -> Choice:
    """What would happen to a new lead from this place now; changes nothing."""
    return choose(region_states()[role], LeadFacts(country, postcode))


def has_waiting() -> bool:
    """Whether a verdict waits to be routed; from an index."""
    return HandOver.objects.filter(taker=TAKER, taken_at__isnull=True).exists()


def waiting_count() -> int:
    """Verdicts that nobody has been found for yet: doctor and the start page show it when it does not fall."""
    return HandOver.objects.filter(taker=TAKER, taken_at__isnull=True).count()


def owners_before(lead_ids: Iterable[int]) -> dict[int, list[int]]:
    """User ids of everyone who looked after each lead, newest first. One query."""
    found: dict[int, list[int]] = {}
    rows = Assignment.objects.filter(lead_id__in=lead_ids).order_by("-id").values_list("lead_id", "owner_id")
    for lead_id, owner_id in rows:
        found.setdefault(lead_id, []).append(owner_id)
    return found


def company_owners(company_ids: Iterable[int]) -> dict[int, list[int]]:
    """User ids of those who look after leads of each company now, the newest first. One query."""
    found: dict[int, list[int]] = {}
    rows = current_assignments().filter(lead__company_id__in=company_ids).values_list("lead__company_id", "owner_id")
    for company_id, owner_id, _newest in rows.annotate(newest=Max("id")).order_by("-newest"):
        found.setdefault(company_id, []).append(owner_id)
    return found


def load_by_owner() -> dict[int, int]:
    """How many leads each person looks after now. One query."""
    rows = current_assignments().values_list("owner_id").annotate(leads=Count("id"))
    return dict(rows)


def reason_sentence(assignment: Assignment) -> str:
    """Why this owner, in the language of the reader. Wants owner, region and lead__company loaded."""
    name, place = assignment.owner.name, assignment.reason_detail
    region = assignment.region.name if assignment.region else ""
    if assignment.reason in (Reason.BY_PERSON, Reason.ACCEPTED):
        return _by_person(assignment)
    if assignment.reason == Reason.KNOWS_COMPANY and assignment.lead.company:
        return _("%(name)s already looks after %(company)s") % {"name": name, "company": assignment.lead.company.name}
    if assignment.reason == Reason.KNOWS_LEAD:
        return _("%(name)s has looked after this lead before") % {"name": name}
    return place_sentence(Reason(assignment.reason), name=name, place=place, region=region)


def _by_person(assignment: Assignment) -> str:
    by = assignment.assigned_by.name if assignment.assigned_by else ""
    if assignment.reason == Reason.ACCEPTED:
        return _("Accepted by %(by)s") % {"by": by}
    return _("Assigned by %(by)s: %(words)s") % {"by": by, "words": assignment.reason_detail}


def place_sentence(reason: Reason, *, name: str, place: str, region: str) -> str:
    """Why a place led to this person."""
    values = {"name": name, "place": place or _("without postcode"), "region": region}
    if reason is Reason.REGION_TURN and region:
        return _("%(place)s lies in “%(region)s”, it was %(name)s’s turn") % values
    if reason is Reason.FALLBACK_TURN and region:
        return _("No region covers %(place)s; “%(region)s” steps in, it was %(name)s’s turn") % values
    if reason is Reason.NO_REGION:
        return _("No region covers %(place)s and nobody steps in; %(name)s was chosen as head") % values
    return str(reason.label)
