"""Gives ready leads their owners. Enters: verdicts handed over by qualification. Leaves: assignments for sales.

Called by the worker. Whatever is the same for a batch is read once for it; per lead there is only arithmetic.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from leadstern.capture.terms import FormKind
from leadstern.core.calendar import add_business_time, business_calendar
from leadstern.core.db import write
from leadstern.leads.actions import lock_leads
from leadstern.leads.models import Activity
from leadstern.leads.terms import ActivityKind
from leadstern.qualification.actions import HandedOver, take_hand_overs
from leadstern.qualification.terms import Cause, Stage
from leadstern.routing.actions.restoring import asking
from leadstern.routing.actions.storing import (
    NewAssignment,
    end_assignments,
    note_turns,
    one_at_a_time,
    store_assignments,
)
from leadstern.routing.logic import LeadFacts, Turns
from leadstern.routing.queries import TAKER, company_owners, has_waiting, owners_before, region_states, reserves
from leadstern.routing.terms import FIRST_CONTACT, RegionRole, Urgency

ROLES = {Stage.MARKETING_QUALIFIED: RegionRole.INSIDE_SALES, Stage.PHONE_QUALIFIED: RegionRole.FIELD_SALES}
ENDING = frozenset({Stage.RECYCLED, Stage.DISQUALIFIED, Stage.LOST})
INQUIRY_WINDOW = timedelta(days=7)
TICK = timedelta(microseconds=1)


def take_verdicts(*, now: datetime, limit: int) -> int:
    """Gives every newly ready lead an owner and takes the owner from those that left. Returns how many it took.

    Guarantee: one worker at a time; a verdict is marked taken in the same transaction that writes its assignment, so a
    crash leaves it waiting and nobody is assigned twice. When nobody at all could take a lead, everything keeps waiting
    (`queries.waiting_count`). A verdict that a newer one has replaced assigns nobody: the newer one waits here, too.
    """
    if not has_waiting():
        return 0
    with write():
        verdicts = take_hand_overs(TAKER, now=now, limit=limit)
        lock_leads({one.lead_id for one in verdicts})
        one_at_a_time()
        desks = _desks()
        if not all(desk.can_take for desk in desks.values()):
            transaction.set_rollback(True)
            return 0
        current = asking([verdict for verdict in verdicts if verdict.is_current])
        end_assignments([one.lead_id for one in current if one.stage in ENDING], now=now)
        if ready := [one for one in current if one.stage in ROLES]:
            _deal(ready, desks, now=now)
    return len(verdicts)


@dataclass(frozen=True)
class _Desk:
    """The people of one role while leads are handed out. Where no region helps, the reserve (user ids) takes them."""

    turns: Turns
    reserve: list[int]

    @property
    def can_take(self) -> bool:
        return bool(self.reserve) or self.turns.has_fallback


def _desks() -> dict[RegionRole, _Desk]:
    regions, reserve = region_states(), reserves()
    return {role: _Desk(Turns(regions[role]), reserve[role]) for role in RegionRole}


def _deal(verdicts: list[HandedOver], desks: dict[RegionRole, _Desk], *, now: datetime) -> None:
    """Assignments for ready leads, in the order of their verdicts; the number of queries does not grow with them."""
    before = owners_before([verdict.lead_id for verdict in verdicts])
    rows = _assignments(verdicts, desks, before, now=now)
    end_assignments(before, now=now)
    for desk in desks.values():
        note_turns(desk.turns.taken)
    store_assignments(rows)


def _assignments(
    verdicts: list[HandedOver], desks: dict[RegionRole, _Desk], before: dict[int, list[int]], *, now: datetime
) -> list[NewAssignment]:
    """Whoever gets a lead of a company in this batch gets its next ones, too. Two queries."""
    companies = company_owners({verdict.company_id for verdict in verdicts if verdict.company_id})
    due = _DueTimes(verdicts, now=now)
    turn = _first_turn(desks.values(), now=now)
    rows = []
    for verdict in verdicts:
        desk = desks[ROLES[Stage(verdict.stage)]]
        colleagues = companies.setdefault(verdict.company_id, []) if verdict.company_id else []
        facts = LeadFacts(verdict.country, verdict.postcode, before.get(verdict.lead_id, ()), colleagues)
        choice = desk.turns.choose(facts, at=turn)
        owner = choice.user_id or desk.reserve[verdict.lead_id % len(desk.reserve)]
        region = choice.region.id if choice.region else None
        rows.append(
            NewAssignment(
                verdict.lead_id, verdict.verdict_id, owner, region, choice.reason, choice.place, now, due.of(verdict)
            )
        )
        colleagues.insert(0, owner)
        turn += TICK
    return rows


def _first_turn(desks: Iterable[_Desk], *, now: datetime) -> datetime:
    """Turns follow each other even when two batches fall into one moment: a microsecond after the last one."""
    last = max((desk.turns.last_at for desk in desks if desk.turns.last_at), default=None)
    return max(now, last + TICK) if last else now


class _DueTimes:
    """By when the first contact of each verdict's lead is due: one moment per urgency. One query."""

    def __init__(self, verdicts: Collection[HandedOver], *, now: datetime) -> None:
        calendar = business_calendar()
        self._due = {urgency: add_business_time(now, time, calendar) for urgency, time in FIRST_CONTACT.items()}
        self._inquiries = _inquiries([verdict.lead_id for verdict in verdicts], since=now - INQUIRY_WINDOW)

    def of(self, verdict: HandedOver) -> datetime:
        if verdict.cause == Cause.IMPORTED:
            return self._due[Urgency.IMPORTED]
        if verdict.stage == Stage.PHONE_QUALIFIED:
            return self._due[Urgency.HAND_OVER]
        return self._due[Urgency.INQUIRY if verdict.lead_id in self._inquiries else Urgency.STANDARD]


def _inquiries(lead_ids: list[int], *, since: datetime) -> set[int]:
    """The leads that lately used a contact form. One query."""
    rows = Activity.objects.filter(
        lead_id__in=lead_ids,
        at__gte=since,
        kind=ActivityKind.SUBMISSION,
        submission__form_version__form__kind=FormKind.CONTACT,
    )
    return set(rows.values_list("lead_id", flat=True))
