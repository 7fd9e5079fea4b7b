"""Gives leads their owners. Enters: verdicts handed over by qualification, and people's decisions. Leaves: assignments.

Called by the worker (`take_verdicts`), the pages of this stage, and sales.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.accounts.terms import Right
from leadstern.audit.actions import record
from leadstern.capture.terms import FormKind
from leadstern.core.calendar import Calendar, add_business_time, business_calendar
from leadstern.core.db import write
from leadstern.core.errors import Refused
from leadstern.core.rows import insert_rows
from leadstern.leads.actions import add_activities
from leadstern.leads.models import Activity, Lead
from leadstern.leads.terms import ActivityKind, NewActivity
from leadstern.qualification.actions import take_hand_overs
from leadstern.qualification.models import Verdict
from leadstern.qualification.terms import Cause, Stage
from leadstern.routing.logic import Choice, LeadFacts, Turns
from leadstern.routing.models import Assignment, Member, Region
from leadstern.routing.queries import (
    TAKER,
    company_owners,
    current_assignments,
    has_waiting,
    owners_before,
    region_states,
    reserve,
)
from leadstern.routing.terms import FIRST_CONTACT, Reason, RegionRole, Urgency

ROLES = {Stage.MARKETING_QUALIFIED: RegionRole.INSIDE_SALES, Stage.PHONE_QUALIFIED: RegionRole.FIELD_SALES}
ENDING = frozenset({Stage.RECYCLED, Stage.DISQUALIFIED, Stage.LOST})
INQUIRY_WINDOW = timedelta(days=7)
_LOCK = 0x4C53_0001


def take_verdicts(*, now: datetime, limit: int) -> int:
    """Gives every newly ready lead an owner and takes the owner from those that left. Returns how many it took.

    Guarantee: one worker at a time; a verdict is marked taken in the same transaction that writes its assignment, so a
    crash leaves it waiting and nobody is assigned twice. When nobody at all could take a lead, everything keeps waiting
    (`queries.waiting_count`). A verdict that a newer one has replaced assigns nobody: the newer one waits here, too.
    """
    if not has_waiting():
        return 0
    with write():
        _one_at_a_time()
        desks = {role: _desk(role) for role in RegionRole}
        if not all(desk.can_take for desk in desks.values()):
            return 0
        verdicts = take_hand_overs(TAKER, now=now, limit=limit)
        newest = {verdict.lead_id: verdict for verdict in verdicts if verdict.is_current}
        _end_assignments([one.lead_id for one in newest.values() if one.stage in ENDING], now=now)
        ready = [verdict for verdict in newest.values() if verdict.stage in ROLES]
        _assign_all(ready, desks, now=now, calendar=business_calendar())
    return len(verdicts)


@dataclass
class _Desk:
    """The people of one role while leads are handed out."""

    turns: Turns
    reserve: list[int]
    present: frozenset[int]
    taken: dict[int, datetime] = field(default_factory=dict)

    @property
    def can_take(self) -> bool:
        """Somebody takes a lead whatever its place."""
        return bool(self.reserve) or any(
            region.is_fallback and any(member.is_present for member in region.members) for region in self.turns.regions
        )

    def choose(self, lead: Lead, *, before: Iterable[int], company: Iterable[int], at: datetime) -> Choice:
        """The owner for one lead; remembers whose turn it was."""
        facts = LeadFacts(
            lead.country,
            lead.postcode,
            next((user_id for user_id in before if user_id in self.present), None),
            next((user_id for user_id in company if user_id in self.present), None),
        )
        choice = self.turns.choose(facts, at=at)
        if choice.member is not None:
            self.taken[choice.member.id] = at
        return choice


def _desk(role: RegionRole) -> _Desk:
    regions = region_states(role)
    present = frozenset(one.user_id for region in regions for one in region.members if one.is_present)
    return _Desk(Turns(regions), reserve(role), present)


def _one_at_a_time() -> None:
    """Lets one transaction at a time hand out leads, so that turns are fair and nobody is assigned twice.

    PostgreSQL: an advisory lock until the commit. SQLite: IMMEDIATE transactions are alone already.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _assign_all(verdicts: list[Verdict], desks: dict[RegionRole, _Desk], *, now: datetime, calendar: Calendar) -> None:
    """Assignments for ready leads, in the order of their verdicts; the number of queries does not grow with them."""
    if not verdicts:
        return
    lead_ids = [verdict.lead_id for verdict in verdicts]
    before = owners_before(lead_ids)
    companies = company_owners({verdict.lead.company_id for verdict in verdicts if verdict.lead.company_id})
    inquiries = _inquiries(lead_ids, since=now - INQUIRY_WINDOW)
    first_turn = _first_turn(desks.values(), now=now)
    due = {urgency: add_business_time(now, time, calendar) for urgency, time in FIRST_CONTACT.items()}
    rows = []
    for index, verdict in enumerate(verdicts):
        lead, desk = verdict.lead, desks[ROLES[Stage(verdict.stage)]]
        known = companies.get(lead.company_id or 0, [])
        turn = first_turn + timedelta(microseconds=index)
        choice = desk.choose(lead, before=before.get(lead.pk, []), company=known, at=turn)
        row = _assignment(verdict, choice, desk, now=now)
        row.due_at = due[_urgency(verdict, inquiries)]
        rows.append(row)
        if lead.company_id:
            companies.setdefault(lead.company_id, []).insert(0, row.owner_id)
    _end_assignments(lead_ids, now=now)
    _note_turns(desks.values())
    _store(rows, now=now)


def _first_turn(desks: Iterable[_Desk], *, now: datetime) -> datetime:
    """Turns follow each other even when two batches fall into one moment: a microsecond after the last one."""
    members = (member for desk in desks for region in desk.turns.regions for member in region.members)
    last = max((member.last_at for member in members if member.last_at), default=None)
    return max(now, last + timedelta(microseconds=1)) if last else now


def _assignment(verdict: Verdict, choice: Choice, desk: _Desk, *, now: datetime) -> Assignment:
    """The row for a choice. Where no region helps, the reserve takes it, spread by the lead's number."""
    owner_id = choice.user_id
    if owner_id is None:
        owner_id = desk.reserve[verdict.lead_id % len(desk.reserve)]
    return Assignment(
        lead=verdict.lead,
        verdict=verdict,
        owner_id=owner_id,
        region_id=choice.region.id if choice.region else None,
        reason=choice.reason,
        reason_detail=choice.place,
        at=now,
    )


def _urgency(verdict: Verdict, inquiries: set[int]) -> Urgency:
    if verdict.cause == Cause.IMPORTED:
        return Urgency.IMPORTED
    if verdict.stage == Stage.PHONE_QUALIFIED:
        return Urgency.HAND_OVER
    return Urgency.INQUIRY if verdict.lead_id in inquiries else Urgency.STANDARD


def _inquiries(lead_ids: list[int], *, since: datetime) -> set[int]:
    """The leads that lately used a contact form. One query."""
    rows = Activity.objects.filter(
        lead_id__in=lead_ids,
        at__gte=since,
        kind=ActivityKind.SUBMISSION,
        submission__form_version__form__kind=FormKind.CONTACT,
    )
    return set(rows.values_list("lead_id", flat=True))


def _end_assignments(lead_ids: list[int], *, now: datetime) -> None:
    if lead_ids:
        current_assignments().filter(lead_id__in=lead_ids).update(ended_at=now, is_waiting=False)


def _note_turns(desks: Iterable[_Desk]) -> None:
    taken = {member_id: at for desk in desks for member_id, at in desk.taken.items()}
    Member.objects.bulk_update([Member(pk=pk, last_at=at) for pk, at in taken.items()], ["last_at"])


def _store(rows: list[Assignment], *, now: datetime) -> None:
    """Writes assignments and tells the timelines."""
    columns = [field for field in Assignment._meta.concrete_fields if not field.primary_key]  # noqa: SLF001 -- Django's own
    values = ([getattr(row, column.attname) for column in columns] for row in rows)
    for row, pk in zip(rows, insert_rows(Assignment, [column.name for column in columns], values), strict=True):
        row.pk = pk
    names = dict(User.objects.filter(pk__in={row.owner_id for row in rows}).values_list("pk", "name"))
    add_activities(_told(row, names[row.owner_id], now=now) for row in rows)


def _told(row: Assignment, owner: str, *, now: datetime) -> NewActivity:
    """The timeline's entry. It never counts: an owner is no sign of interest."""
    data = {"reason": row.reason, "detail": row.reason_detail}
    return NewActivity(
        row.lead_id, ActivityKind.OWNER, now, content=owner, by_id=row.assigned_by_id, data=data,
        key=f"assignment:{row.pk}", counts=False,
    )  # fmt: skip


def assign_lead(lead: Lead, *, owner: User, by: User, reason: str, now: datetime) -> Assignment:
    """Gives the lead to `owner` because a person says so; `reason` are their words. The old assignment ends.

    A first contact already made stays made. Raises Refused without words, for an owner who does not work leads, and
    when the lead is theirs already.
    """
    words = reason.strip()
    if not words:
        raise Refused(_("Please say why the lead goes to somebody else."))
    if not owner.has_right(Right.WORK_QUEUE):
        raise Refused(_("%(name)s does not work with leads.") % {"name": owner.name})
    with write():
        _lock(lead)
        if current_assignments().filter(lead=lead, owner=owner).exists():
            raise Refused(_("%(name)s looks after this lead already.") % {"name": owner.name})
        return _hand_to(lead, owner, Reason.BY_PERSON, words=words[:200], by=by, now=now)


def note_accepted(lead: Lead, *, by: User, now: datetime) -> None:
    """The one who accepted a lead looks after it from now on. Joins the caller's transaction; by sales."""
    _lock(lead)
    if not current_assignments().filter(lead=lead, owner=by).exists():
        _hand_to(lead, by, Reason.ACCEPTED, words="", by=by, now=now)
    note_first_contact(lead.pk, at=now)


def _lock(lead: Lead) -> None:
    """Makes two people's decisions on one lead follow each other."""
    _one_at_a_time()
    Lead.objects.select_for_update(no_key=True).get(pk=lead.pk)


def _hand_to(lead: Lead, owner: User, reason: Reason, *, words: str, by: User, now: datetime) -> Assignment:
    old = current_assignments().filter(lead=lead).first()
    verdict = Verdict.objects.filter(lead=lead, is_current=True).first()
    is_hand_over = verdict is not None and verdict.stage == Stage.PHONE_QUALIFIED
    urgency = Urgency.HAND_OVER if is_hand_over else Urgency.STANDARD
    _end_assignments([lead.pk], now=now)
    row = Assignment(
        lead=lead,
        verdict=verdict,
        owner=owner,
        reason=reason,
        reason_detail=words,
        assigned_by=by,
        at=now,
        due_at=add_business_time(now, FIRST_CONTACT[urgency], business_calendar()),
        met_at=old.met_at if old else None,
    )
    _store([row], now=now)
    data = {"from": old.owner_id if old else None, "to": owner.pk, "reason": row.reason, "words": words}
    record("lead.assigned", lead, by=by, now=now, data=data)
    return row


def note_first_contact(lead_id: int, *, at: datetime) -> None:
    """Stops the clock of the first contact: the first human attempt counts. Joins the caller's transaction."""
    current_assignments().filter(lead_id=lead_id, met_at__isnull=True).update(met_at=at)


def mark_taken(assignment_ids: Iterable[int]) -> None:
    """Sales has made its tasks. Joins the caller's transaction."""
    Assignment.objects.filter(pk__in=assignment_ids).update(is_waiting=False)


def save_region(region: Region, *, by: User, now: datetime) -> Region:
    """Stores a new or changed region. Only one fallback per role: Refused otherwise."""
    with write():
        others = Region.objects.exclude(pk=region.pk).filter(role=region.role)
        if region.is_fallback and others.filter(is_fallback=True).exists():
            raise Refused(_("There is a fallback region already. Take the mark from it first."))
        if others.filter(name=region.name).exists():
            raise Refused(_("There is a region with this name already."))
        region.save()
        data = {"name": region.name, "ranges": region.ranges, "is_fallback": region.is_fallback}
        record("region.saved", region, by=by, now=now, data=data)
    return region


def delete_region(region: Region, *, by: User, now: datetime) -> None:
    """Removes a region and its members; leads keep their owners."""
    with write():
        record("region.deleted", region, by=by, now=now, data={"name": region.name})
        region.delete()


def add_member(region: Region, *, user: User, by: User, now: datetime) -> Member:
    """`user` takes leads of the region from now on. Whoever has not had a turn yet is next. Again: the same row."""
    with write():
        member, is_new = Member.objects.get_or_create(region=region, user=user)
        if is_new:
            record("region.member_added", region, by=by, now=now, data={"user": user.pk})
    return member


def remove_member(member: Member, *, by: User, now: datetime) -> None:
    """`member` takes no more leads of the region; those they have stay theirs."""
    with write():
        record("region.member_removed", member.region, by=by, now=now, data={"user": member.user_id})
        member.delete()


def set_absence(user: User, *, is_absent: bool, by: User, now: datetime) -> None:
    """Nobody who is absent gets new leads, in any region."""
    with write():
        Member.objects.filter(user=user).update(is_absent=is_absent)
        record("member.absent" if is_absent else "member.present", user, by=by, now=now)
