"""What field sales decides: accept, return, win, lose; replays, and two people at once."""

from datetime import timedelta
from decimal import Decimal

import pytest

from leadstern.accounts.models import User
from leadstern.accounts.terms import Role
from leadstern.core.errors import Invalid, Refused
from leadstern.qualification.models import Verdict
from leadstern.qualification.terms import Stage
from leadstern.routing.queries import current_assignment, owner_of
from leadstern.sales import actions
from leadstern.sales.models import Opportunity, Outcome, Task
from leadstern.sales.queries import open_opportunity
from leadstern.sales.terms import (
    LossReason,
    OutcomeKind,
    RejectReason,
    TaskKind,
)
from tests.conftest import NOW, make_user
from tests.sales.make import at_once, mql, open_kinds, run_steps, sql, stage_of

SOON = NOW + timedelta(minutes=10)


def test_accept_lead_opens_an_opportunity_with_a_first_step(ben: User, carla: User) -> None:
    lead = sql(ben, carla)

    opportunity = actions.accept_lead(lead, by=carla, now=SOON)
    run_steps(now=SOON)

    assert (opportunity.owner, opportunity.state, opportunity.opened_at) == (carla, "open", SOON)
    assert stage_of(lead) is Stage.SALES_ACCEPTED
    task = Task.objects.get(done_at__isnull=True)
    assert (task.kind, task.owner, task.is_deadline) == (TaskKind.FOLLOW_UP, carla, True)
    assignment = current_assignment(lead.pk)
    assert assignment is not None
    assert assignment.met_at == SOON
    assert actions.accept_lead(lead, by=carla, now=SOON) == opportunity
    assert Outcome.objects.filter(kind=OutcomeKind.ACCEPTED).count() == 1


def test_accept_lead_by_a_colleague_makes_them_the_owner(ben: User, carla: User) -> None:
    lead = sql(ben, carla)
    cem = make_user("Cem", Role.FIELD_SALES)

    actions.accept_lead(lead, by=cem, now=SOON)
    run_steps(now=SOON)

    assert owner_of(lead.pk) == cem
    assert open_kinds(lead) == [TaskKind.FOLLOW_UP]
    with pytest.raises(Refused, match="Cem"):
        actions.accept_lead(lead, by=carla, now=SOON)


def test_accept_lead_wants_an_sql(ben: User, carla: User) -> None:
    lead = mql(ben)

    with pytest.raises(Refused):
        actions.accept_lead(lead, by=carla, now=NOW)
    assert not Opportunity.objects.exists()


def test_reject_lead_gives_it_back_to_who_qualified_it(ben: User, carla: User) -> None:
    lead = sql(ben, carla)

    actions.reject_lead(lead, reason=RejectReason.MISSING_INFORMATION, by=carla, now=SOON, note="Dachfläche fehlt")
    run_steps(now=SOON)

    assert stage_of(lead) is Stage.MARKETING_QUALIFIED
    assert owner_of(lead.pk) == ben
    task = Task.objects.get(done_at__isnull=True)
    assert (task.owner, task.note) == (ben, "Dachfläche fehlt")
    outcome = Outcome.objects.get(kind=OutcomeKind.REJECTED)
    assert (outcome.reason, outcome.by) == (RejectReason.MISSING_INFORMATION, carla)


def accepted(ben: User, carla: User) -> Opportunity:
    opportunity = actions.accept_lead(sql(ben, carla), by=carla, now=NOW)
    run_steps()
    return opportunity


def test_win_opportunity_makes_a_customer(ben: User, carla: User) -> None:
    opportunity = accepted(ben, carla)

    for _n in range(2):
        actions.win_opportunity(opportunity, value=Decimal("18500.50"), by=carla, now=SOON)
    run_steps(now=SOON)

    opportunity.refresh_from_db()
    assert (opportunity.state, opportunity.value, opportunity.closed_at) == ("won", Decimal("18500.50"), SOON)
    assert stage_of(opportunity.lead) is Stage.WON
    assert Outcome.objects.filter(kind=OutcomeKind.WON, opportunity=opportunity).count() == 1
    assert open_kinds(opportunity.lead) == []
    assert owner_of(opportunity.lead_id) == carla


def test_lose_opportunity_keeps_the_reason_and_ends_everything(ben: User, carla: User) -> None:
    opportunity = accepted(ben, carla)

    actions.lose_opportunity(opportunity, reason=LossReason.PRICE, note="20 % billiger", by=carla, now=SOON)
    run_steps(now=SOON)

    opportunity.refresh_from_db()
    assert (opportunity.state, opportunity.reason) == ("lost", LossReason.PRICE)
    assert stage_of(opportunity.lead) is Stage.LOST
    assert owner_of(opportunity.lead_id) is None
    with pytest.raises(Refused):
        actions.win_opportunity(opportunity, value=None, by=carla, now=SOON)


@pytest.mark.parametrize("value", [Decimal(-1), Decimal(10) ** 13])
def test_opportunities_have_sensible_values(ben: User, carla: User, value: Decimal) -> None:
    opportunity = accepted(ben, carla)

    with pytest.raises(Invalid):
        actions.win_opportunity(opportunity, value=value, by=carla, now=SOON)
    assert open_opportunity(opportunity.lead_id) is not None


def test_change_opportunity_only_while_it_is_open(ben: User, carla: User) -> None:
    opportunity = accepted(ben, carla)
    values = {"value": Decimal(100), "next_step": "Termin am Dach", "expected_at": None, "by": carla, "now": SOON}

    changed = actions.change_opportunity(opportunity, **values)  # type: ignore[arg-type]
    assert (changed.value, changed.next_step) == (Decimal(100), "Termin am Dach")

    actions.lose_opportunity(opportunity, reason=LossReason.PRICE, note="", by=carla, now=SOON)
    with pytest.raises(Refused):
        actions.change_opportunity(opportunity, **values)  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_two_people_accept_at_once_and_one_gets_it() -> None:
    ben, carla = make_user("Ben", Role.INSIDE_SALES), make_user("Carla", Role.FIELD_SALES)
    cem = make_user("Cem", Role.FIELD_SALES)
    lead = sql(ben, carla)

    refused = at_once(*(lambda by=by: actions.accept_lead(lead, by=by, now=SOON) for by in (carla, cem)))

    opportunity = Opportunity.objects.get()
    assert opportunity.owner is not None
    assert len(refused) == 1
    assert opportunity.owner.name in str(refused[0])
    assert Verdict.objects.filter(lead=lead, stage=Stage.SALES_ACCEPTED).count() == 1
