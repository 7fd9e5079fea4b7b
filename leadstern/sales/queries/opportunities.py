"""Reading opportunities: the board by state, sums and ages. Called by this stage's pages and the desk."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from leadstern.accounts.models import User
from leadstern.accounts.terms import Role
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
    order = ("opened_at", "id") if state is Opportunity.State.OPEN else ("-closed_at", "-id")
    found = opportunities.filter(state=state).select_related("lead__company", "owner").order_by(*order)[:SHOWN]
    return BoardColumn(state, [_card(one, now=now) for one in found], count, value)


def _card(opportunity: Opportunity, *, now: datetime) -> Card:
    return Card(opportunity, max(((opportunity.closed_at or now) - opportunity.opened_at).days, 0))


def open_opportunity(lead_id: int) -> Opportunity | None:
    """The sale under way with this lead."""
    return Opportunity.objects.filter(lead_id=lead_id, state=Opportunity.State.OPEN).select_related("owner").first()
