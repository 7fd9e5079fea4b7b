"""Reading opportunities: the board and the lists by state, sums and ages. Called by this stage's pages and the desk."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum
from django.utils import timezone

from leadstern.accounts.models import User
from leadstern.accounts.terms import Role
from leadstern.core.counting import Count as Number
from leadstern.core.counting import capped_count
from leadstern.core.tables import Slice, slice_by_key
from leadstern.sales.models import Opportunity

SHOWN = 50


@dataclass(frozen=True)
class Card:
    """One opportunity on the board. `days` is its age, or how long it took when it is closed."""

    opportunity: Opportunity
    days: int


@dataclass(frozen=True)
class BoardColumn:
    """A state with its newest cards, the number of all and their value."""

    state: Opportunity.State
    cards: list[Card]
    count: int
    value: Decimal


@dataclass(frozen=True)
class OwnSales:
    """How one person stands. `month` is the first day of the month that `won` counts."""

    under_way: Number
    won: Number
    month: date


@dataclass(frozen=True)
class Board:
    """All columns in order."""

    columns: list[BoardColumn]

    @property
    def is_empty(self) -> bool:
        return not any(column.count for column in self.columns)


def visible_opportunities(user: User) -> QuerySet[Opportunity]:
    """Field sales see their own and their team's; the head sees all."""
    live = Opportunity.objects.filter(lead__merged_into__isnull=True, lead__erased_at__isnull=True)
    if Role.HEAD in user.roles():
        return live
    if user.team_id is not None:
        return live.filter(owner__team_id=user.team_id)
    return live.filter(owner=user)


@dataclass(frozen=True)
class OpportunityFilter:
    """Which sales a list holds. `since`: closed on that day or later, in the company's time zone."""

    state: Opportunity.State
    is_own: bool = False
    since: date | None = None


@dataclass(frozen=True)
class OpportunityPage:
    """Part of a list: cards in order, with the cursors of `slice`."""

    cards: list[Card]
    slice: Slice[Opportunity]


ORDERS = {Opportunity.State.OPEN: ("opened_at", "id")}
CLOSED_FIRST = ("-closed_at", "-id")


def opportunities_for(user: User, wanted: OpportunityFilter) -> QuerySet[Opportunity]:
    """The sales of one state that the person may see, narrowed."""
    found = visible_opportunities(user).filter(state=wanted.state)
    if wanted.is_own:
        found = found.filter(owner=user)
    if wanted.since is not None:
        midnight = datetime.combine(wanted.since, time.min, tzinfo=timezone.get_default_timezone())
        found = found.filter(closed_at__gte=midnight)
    return found


def opportunity_page(user: User, wanted: OpportunityFilter, *, cursor: str, now: datetime) -> OpportunityPage:
    """All sales of one state, in slices: open ones by age, closed ones newest first. One query."""
    found = opportunities_for(user, wanted).select_related("lead__company", "owner")
    page = slice_by_key(found, order=ORDERS.get(wanted.state, CLOSED_FIRST), cursor=cursor, size=SHOWN)
    return OpportunityPage([_card(one, now=now) for one in page.rows], page)


def own_sales(user: User, *, now: datetime) -> OwnSales:
    """The person's sales under way, and those won in this calendar month. Two queries, from indexes."""
    month = timezone.localtime(now, timezone.get_default_timezone()).date().replace(day=1)
    under_way = opportunities_for(user, OpportunityFilter(Opportunity.State.OPEN, is_own=True))
    won = opportunities_for(user, OpportunityFilter(Opportunity.State.WON, is_own=True, since=month))
    return OwnSales(capped_count(under_way), capped_count(won), month)


def board(opportunities: QuerySet[Opportunity], *, now: datetime) -> Board:
    """Open ones by age, oldest first; closed ones newest first. Four queries."""
    rows = opportunities.values_list("state").annotate(count=Count("id"), value=Sum("value"))
    totals = {state: (count, value or Decimal(0)) for state, count, value in rows}
    return Board([_column(opportunities, state, totals, now=now) for state in Opportunity.State])


def _column(
    opportunities: QuerySet[Opportunity],
    state: Opportunity.State,
    totals: dict[str, tuple[int, Decimal]],
    *,
    now: datetime,
) -> BoardColumn:
    count, value = totals.get(state, (0, Decimal(0)))
    order = ORDERS.get(state, CLOSED_FIRST)
    found = opportunities.filter(state=state).select_related("lead__company", "owner").order_by(*order)[:SHOWN]
    return BoardColumn(state, [_card(one, now=now) for one in found], count, value)


def _card(opportunity: Opportunity, *, now: datetime) -> Card:
    return Card(opportunity, max(((opportunity.closed_at or now) - opportunity.opened_at).days, 0))


def open_opportunity(lead_id: int) -> Opportunity | None:
    """The sale under way with this lead."""
    return Opportunity.objects.filter(lead_id=lead_id, state=Opportunity.State.OPEN).select_related("owner").first()
