"""Taking a decision back: everything is as before, and nothing is forgotten."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from leadstern.accounts.models import User
from leadstern.accounts.terms import Role
from leadstern.audit.models import Entry
from leadstern.core.errors import Refused
from leadstern.leads.models import Activity, Identity, Lead
from leadstern.leads.queries import contact_points
from leadstern.leads.terms import ActivityKind, IdentityKind
from leadstern.nurture.models import Enrollment
from leadstern.nurture.terms import EnrollmentState
from leadstern.qualification.actions import erase_stages, move_lead, recheck_due
from leadstern.qualification.models import Judgement, Verdict
from leadstern.qualification.terms import Cause, Stage
from leadstern.routing.actions import assign_lead
from leadstern.routing.models import Assignment, Member
from leadstern.routing.queries import owner_of
from leadstern.sales import actions
from leadstern.sales.models import Opportunity, Outcome, Task
from leadstern.sales.queries import call_permission, queue
from leadstern.sales.terms import OutcomeKind, TaskKind
from leadstern.scoring.actions import ensure_default_model
from tests.conftest import NOW, make_user
from tests.nurture.make import KIM, consent, make_sender, sequence
from tests.qualification.make import content, criterion, publish
from tests.qualification.make import work as judge
from tests.routing.make import make_lead, ready_lead
from tests.sales.decided import DECISIONS, LATER, NAMES, NEXT_YEAR, SOON, figures, last, recycled, state, won, work
from tests.sales.make import make_regions, mql, stage_of


@pytest.mark.parametrize("is_worked_before", [True, False])
@pytest.mark.parametrize("make", DECISIONS, ids=NAMES)
def test_take_back_restores_everything(make: Any, is_worked_before: bool, ben: User, carla: User, doris: User) -> None:
    lead, decide, by = make(ben, carla)
    work(NOW)
    before = state(lead, ben, carla, doris)
    decide()
    assert stage_of(lead).value != before["stage"][0]
    turns = before.pop("turns")
    if is_worked_before:
        work(SOON)
        turns = list(Member.objects.order_by("pk").values_list("user", "last_at"))

    actions.take_back(last(), by=by, now=LATER)
    at_once = state(lead, ben, carla, doris)
    work(LATER)

    assert {name: at_once[name] for name in before} == before
    after = state(lead, ben, carla, doris)
    assert after.pop("turns") == turns
    assert after == before


@pytest.mark.parametrize("make", DECISIONS, ids=NAMES)
def test_take_back_keeps_both_events(make: Any, ben: User, carla: User) -> None:
    lead, decide, by = make(ben, carla)
    decide()
    wrong = lead.verdicts.get(is_current=True)

    correction = actions.take_back(last(), by=by, now=LATER)

    wrong.refresh_from_db()
    assert (wrong.is_corrected, wrong.is_current, wrong.recorded_at) == (True, False, SOON)
    assert (correction.cause, correction.corrects, correction.by) == (Cause.CORRECTED, wrong, by)
    assert (correction.old_stage, correction.stage, correction.recorded_at) == (wrong.stage, wrong.old_stage, LATER)
    told = Activity.objects.filter(lead=lead, kind=ActivityKind.STAGE).order_by("-at", "-id")[:2]
    assert [(one.content, one.at, one.by) for one in told] == [(correction.stage, LATER, by), (wrong.stage, SOON, by)]
    entry = Entry.objects.get(verb="decision.corrected")
    assert (entry.actor, entry.object_id, entry.data["from"], entry.data["to"]) == (
        by, lead.pk, wrong.stage, wrong.old_stage,
    )  # fmt: skip
    assert last().is_corrected
    assert last().note == wrong.note


def test_a_win_taken_back_can_be_won_again(ben: User, carla: User) -> None:
    lead, decide, by = won(ben, carla)
    decide()
    actions.take_back(last(), by=by, now=LATER)

    sale = Opportunity.objects.get()
    actions.win_opportunity(sale, value=Decimal(700), by=by, now=LATER)
    work(LATER)

    assert stage_of(lead) is Stage.WON
    assert figures()["mql-to-close won"] == [lead.pk]
    assert Outcome.objects.filter(kind=OutcomeKind.WON, is_corrected=False).get().recorded_at == LATER


def test_take_back_to_recycled_brings_the_return_date_back(ben: User, doris: User) -> None:
    lead = make_lead()
    actions.recycle_lead(lead, reason="later", return_at=NEXT_YEAR, by=ben, now=NOW)
    work(NOW)
    assign_lead(lead, owner=ben, by=doris, reason="Messe", now=NOW + timedelta(minutes=1))
    work(NOW + timedelta(minutes=1))
    before = state(lead, ben)
    actions.disqualify_lead(lead, reason="student", by=ben, now=SOON)
    work(SOON)

    actions.take_back(last(), by=ben, now=LATER)
    work(LATER)

    assert state(lead, ben) == before
    assert lead.verdicts.get(is_current=True).return_at == NEXT_YEAR


def test_take_back_to_nurturing_asks_the_definition_again(ben: User) -> None:
    ensure_default_model(now=NOW)
    publish(content(criterion("german", "must", 'lead.country = "DE"')))
    lead = make_lead(country="AT")
    judge()
    actions.disqualify_lead(lead, reason="outside_region", by=ben, now=SOON)
    Lead.objects.filter(pk=lead.pk).update(country="DE", is_changed=True)
    judge(SOON)
    assert stage_of(lead) is Stage.DISQUALIFIED

    actions.take_back(last(), by=ben, now=LATER)

    assert stage_of(lead) is Stage.CAPTURED
    assert Judgement.objects.get().recheck_at == LATER
    recheck_due(now=LATER, limit=10)
    assert stage_of(lead) is Stage.MARKETING_QUALIFIED


def test_take_back_ends_what_nurturing_began(anna: User, ben: User) -> None:
    make_sender(NOW)
    sequence(anna)
    consent()
    lead = mql(ben)
    Identity.objects.create(lead=lead, kind=IdentityKind.EMAIL, value=KIM, shown=KIM, created_at=NOW)
    work(NOW)
    actions.recycle_lead(lead, reason="later", return_at=NEXT_YEAR, by=ben, now=SOON)
    work(SOON)
    assert Enrollment.objects.get().state == EnrollmentState.ACTIVE

    actions.take_back(last(), by=ben, now=LATER)
    work(LATER)
    work(LATER)

    assert Enrollment.objects.get().state == EnrollmentState.STOPPED


def test_take_back_keeps_the_owner_a_person_chose_since(ben: User, carla: User, doris: User) -> None:
    lead, decide, by = recycled(ben, carla)
    decide()
    work(SOON)
    birgit = make_user("Birgit", Role.INSIDE_SALES)
    assign_lead(lead, owner=birgit, by=doris, reason="Urlaub", now=SOON + timedelta(minutes=1))
    work(SOON + timedelta(minutes=1))

    actions.take_back(last(), by=by, now=LATER)
    work(LATER)

    assert owner_of(lead.pk) == birgit
    task = Task.objects.get(lead=lead, done_at__isnull=True)
    assert (task.owner, task.kind, task.due_at) == (birgit, TaskKind.FIRST_CALL, NOW + timedelta(hours=4))


def test_take_back_of_what_nobody_had_yet_is_routed(ben: User, doris: User) -> None:
    lead = ready_lead()
    actions.disqualify_lead(lead, reason="student", by=doris, now=SOON)
    actions.take_back(last(), by=doris, now=LATER)
    make_regions(ben)

    work(LATER)

    assert owner_of(lead.pk) == ben
    assert Task.objects.get(lead=lead, done_at__isnull=True).kind == TaskKind.FIRST_CALL
    assert Assignment.objects.count() == 1


def test_take_back_gives_something_to_do_where_no_task_was_made_yet(ben: User, doris: User) -> None:
    lead = make_lead()
    move_lead(lead, stage=Stage.MARKETING_QUALIFIED, cause=Cause.PERSON, by=doris, now=NOW)
    assign_lead(lead, owner=ben, by=doris, reason="Messe", now=NOW)
    actions.disqualify_lead(lead, reason="student", by=doris, now=SOON)
    work(SOON)

    actions.take_back(last(), by=doris, now=LATER)
    work(LATER)

    assert owner_of(lead.pk) == ben
    assert [row.lead for row in queue(ben, now=LATER).rows] == [lead]


def test_an_objection_stays_when_its_decision_is_taken_back(ben: User) -> None:
    lead = mql(ben, phone="+4922112345678")
    actions.disqualify_lead(lead, reason="no_contact_wished", by=ben, now=SOON)

    actions.take_back(last(), by=ben, now=LATER)

    assert stage_of(lead) is Stage.MARKETING_QUALIFIED
    assert not call_permission(lead, points=contact_points(lead.pk)).permission.is_allowed


def test_killed_in_between_nothing_has_happened(ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    lead, decide, by = recycled(ben, ben)
    decide()
    work(SOON)
    before = state(lead, ben)

    def killed(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("leadstern.sales.actions.correcting.ask_again", killed)
    with pytest.raises(KeyboardInterrupt):
        actions.take_back(last(), by=by, now=LATER)

    assert state(lead, ben) == before
    assert not Verdict.objects.filter(is_corrected=True).exists()


def test_erasing_a_lead_keeps_the_count_of_what_was_taken_back(ben: User) -> None:
    lead, decide, by = recycled(ben, ben)
    decide()
    actions.take_back(last(), by=by, now=LATER)
    moves = list(Verdict.objects.order_by("id").values_list("stage", "at", "is_corrected"))

    erase_stages([lead.pk])

    assert list(Verdict.objects.order_by("id").values_list("stage", "at", "is_corrected")) == moves
    assert set(Verdict.objects.values_list("note", "reason", "return_at")) == {("", "", None)}
    outcome = Outcome.objects.get()
    assert outcome.is_corrected
    with pytest.raises(Refused, match="schon zurückgenommen"):
        actions.take_back(outcome, by=by, now=LATER)
