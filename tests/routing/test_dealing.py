"""Ready leads get their owners: who, why, by when; set-based, never twice, never lost."""

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadstern.accounts.models import User
from leadstern.accounts.terms import Role
from leadstern.leads.models import Activity
from leadstern.leads.terms import ActivityKind
from leadstern.qualification.actions import move_lead
from leadstern.qualification.terms import Cause, Stage
from leadstern.routing.actions import (
    take_verdicts,
)
from leadstern.routing.models import Assignment, Member
from leadstern.routing.queries import current_assignment, owner_of, owners, reason_sentence, waiting_count
from leadstern.routing.terms import Reason, RegionRole
from tests.conftest import NOW, make_user
from tests.routing.make import make_company, make_lead, make_region, ready_lead


def test_take_verdicts_assigns_by_region_with_reason_and_due_time(ben: User) -> None:
    make_region("Köln/Bonn", ben)
    lead = ready_lead()

    assert take_verdicts(now=NOW, limit=100) == 2  # captured, then marketing_qualified

    assignment = Assignment.objects.select_related("owner", "region", "lead__company").get()
    assert (assignment.lead, assignment.owner, assignment.reason) == (lead, ben, Reason.REGION_TURN)
    assert assignment.due_at == NOW + timedelta(hours=4)
    assert assignment.is_waiting
    assert reason_sentence(assignment) == "DE 50667 liegt in „Köln/Bonn“, Ben war an der Reihe"
    assert Member.objects.get().last_at == NOW
    entry = Activity.objects.get(kind=ActivityKind.OWNER)
    assert (entry.lead, entry.content) == (lead, "Ben")
    assert take_verdicts(now=NOW, limit=100) == 0


def test_take_verdicts_counts_business_hours_only(ben: User) -> None:
    make_region("Köln/Bonn", ben)
    ready_lead()

    take_verdicts(now=datetime.fromisoformat("2026-11-20T16:00+01:00"), limit=100)

    assert Assignment.objects.get().due_at == datetime.fromisoformat("2026-11-23T11:00+01:00")


def test_take_verdicts_deals_by_turn_over_several_batches(ben: User) -> None:
    birgit = make_user("Birgit", Role.INSIDE_SALES)
    make_region("Köln/Bonn", ben, birgit)
    for n in range(6):
        ready_lead(f"Lead {n}")

    while take_verdicts(now=NOW, limit=3):
        pass

    turns = list(Assignment.objects.order_by("id").values_list("owner__name", flat=True))
    assert turns == ["Ben", "Birgit", "Ben", "Birgit", "Ben", "Birgit"]


def test_take_verdicts_keeps_a_company_together_even_in_one_batch(ben: User) -> None:
    make_region("Köln/Bonn", ben, make_user("Birgit", Role.INSIDE_SALES))
    company = make_company()
    first, second = ready_lead("Kim Eins", company=company), ready_lead("Kim Zwei", company=company)

    take_verdicts(now=NOW, limit=100)

    assert owners([first.pk, second.pk]) == {first.pk: ben, second.pk: ben}
    later = current_assignment(second.pk)
    assert later is not None
    assert reason_sentence(later) == "Ben betreut schon Muster Bau GmbH"


def test_take_verdicts_offers_sqls_to_field_sales_and_returned_ones_to_who_knew_them(ben: User, carla: User) -> None:
    make_region("Köln/Bonn", make_user("Birgit", Role.INSIDE_SALES), ben)
    make_region("Außendienst", carla, role=RegionRole.FIELD_SALES)
    Member.objects.filter(user__name="Birgit").update(last_at=NOW - timedelta(days=1))
    lead = ready_lead()
    take_verdicts(now=NOW, limit=100)
    assert owner_of(lead.pk) == ben

    move_lead(lead, stage=Stage.PHONE_QUALIFIED, cause=Cause.PERSON, by=ben, now=NOW)
    take_verdicts(now=NOW, limit=100)
    assert owner_of(lead.pk) == carla

    move_lead(lead, stage=Stage.MARKETING_QUALIFIED, cause=Cause.PERSON, by=carla, now=NOW)
    take_verdicts(now=NOW, limit=100)
    assert owner_of(lead.pk) == ben
    assert [one.reason for one in Assignment.objects.order_by("id")][-1] == Reason.KNOWS_LEAD
    assert Assignment.objects.filter(lead=lead, ended_at__isnull=True).count() == 1


@pytest.mark.parametrize("stage", [Stage.RECYCLED, Stage.DISQUALIFIED])
def test_take_verdicts_ends_the_assignment_of_a_lead_that_left(ben: User, stage: Stage) -> None:
    make_region("Köln/Bonn", ben)
    lead = ready_lead()
    take_verdicts(now=NOW, limit=100)

    move_lead(lead, stage=stage, cause=Cause.PERSON, by=ben, now=NOW)
    take_verdicts(now=NOW, limit=100)

    assert owner_of(lead.pk) is None
    assert Assignment.objects.get().ended_at == NOW


def test_take_verdicts_keeps_the_owner_of_a_customer(ben: User) -> None:
    make_region("Köln/Bonn", ben)
    lead = ready_lead()
    take_verdicts(now=NOW, limit=100)

    move_lead(lead, stage=Stage.SALES_ACCEPTED, cause=Cause.PERSON, by=ben, now=NOW)
    move_lead(lead, stage=Stage.WON, cause=Cause.PERSON, by=ben, now=NOW)
    take_verdicts(now=NOW, limit=100)

    assert owner_of(lead.pk) == ben


def test_take_verdicts_ignores_what_a_newer_verdict_replaced(ben: User) -> None:
    make_region("Köln/Bonn", ben)
    lead = ready_lead()
    move_lead(lead, stage=Stage.DISQUALIFIED, cause=Cause.PERSON, by=ben, now=NOW)

    take_verdicts(now=NOW, limit=100)

    assert not Assignment.objects.exists()


def test_take_verdicts_goes_to_the_head_where_nobody_else_is(doris: User) -> None:
    lead = ready_lead(country="FR", postcode="75001")

    take_verdicts(now=NOW, limit=100)

    assignment = Assignment.objects.select_related("owner", "region", "lead__company").get()
    assert (assignment.owner, assignment.reason) == (doris, Reason.NO_REGION)
    assert owner_of(lead.pk) == doris
    assert "Doris" in reason_sentence(assignment)


def test_take_verdicts_lets_everything_wait_while_nobody_is_there(db: None) -> None:
    lead = ready_lead()

    assert take_verdicts(now=NOW, limit=100) == 0
    assert waiting_count() == 2

    make_user("Doris", Role.HEAD)
    take_verdicts(now=NOW, limit=100)
    assert owner_of(lead.pk) is not None
    assert waiting_count() == 0


def test_take_verdicts_passes_over_deactivated_people(ben: User, doris: User) -> None:
    make_region("Köln/Bonn", ben)
    ben.is_active = False
    ben.save()
    lead = ready_lead()

    take_verdicts(now=NOW, limit=100)

    assert owner_of(lead.pk) == doris


def test_take_verdicts_gives_imported_leads_more_time(ben: User) -> None:
    make_region("Köln/Bonn", ben)
    move_lead(make_lead(), stage=Stage.MARKETING_QUALIFIED, cause=Cause.IMPORTED, now=NOW)

    take_verdicts(now=NOW, limit=100)

    assert Assignment.objects.get().due_at == NOW + timedelta(days=7)


def test_take_verdicts_asks_as_often_for_many_as_for_one(ben: User) -> None:
    make_region("Köln/Bonn", ben)
    counts = []
    for size in (1, 20):
        for n in range(size):
            ready_lead(f"Lead {n}", company=make_company(f"Firma {size} {n}"))
        with CaptureQueriesContext(connection) as queries:
            take_verdicts(now=NOW, limit=1000)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 24


def test_take_verdicts_deals_each_region_by_its_own_turn(ben: User) -> None:
    birgit = make_user("Birgit", Role.INSIDE_SALES)
    make_region("Köln/Bonn", ben, birgit)
    make_region("Berlin", birgit, ben, ranges=[["10", "14"]])
    for place in ("50667", "10115", "50667", "10115", "50667"):
        ready_lead(postcode=place)

    take_verdicts(now=NOW, limit=100)

    turns = list(Assignment.objects.order_by("id").values_list("region__name", "owner__name"))
    assert [owner for region, owner in turns if region == "Köln/Bonn"] == ["Ben", "Birgit", "Ben"]
    assert [owner for region, owner in turns if region == "Berlin"] == ["Birgit", "Ben"]
    ends = list(Member.objects.order_by("last_at").values_list("region__name", "user__name"))
    assert ends == [("Berlin", "Birgit"), ("Köln/Bonn", "Birgit"), ("Berlin", "Ben"), ("Köln/Bonn", "Ben")]


def test_take_verdicts_uses_up_no_turn_for_who_knows_the_company(ben: User) -> None:
    make_region("Köln/Bonn", ben, make_user("Birgit", Role.INSIDE_SALES))
    company = make_company()
    for employer in (company, company, None, None):
        ready_lead(company=employer)

    take_verdicts(now=NOW, limit=100)

    assert list(Assignment.objects.order_by("id").values_list("owner__name", flat=True)) == [
        "Ben",
        "Ben",
        "Birgit",
        "Ben",
    ]


def test_take_verdicts_ends_an_earlier_assignment_only_of_leads_it_gives_away(ben: User, carla: User) -> None:
    make_region("Köln/Bonn", ben)
    make_region("Außendienst", carla, role=RegionRole.FIELD_SALES)
    moved, kept = ready_lead("Kim Eins"), ready_lead("Kim Zwei")
    take_verdicts(now=NOW, limit=100)
    move_lead(moved, stage=Stage.PHONE_QUALIFIED, cause=Cause.PERSON, by=ben, now=NOW)
    new = ready_lead("Kim Drei")

    take_verdicts(now=NOW + timedelta(hours=1), limit=100)

    assert {lead_id: user.name for lead_id, user in owners([moved.pk, kept.pk, new.pk]).items()} == {
        moved.pk: "Carla",
        kept.pk: "Ben",
        new.pk: "Ben",
    }
    ended = Assignment.objects.get(ended_at__isnull=False)
    assert (ended.lead, ended.ended_at, ended.is_waiting) == (moved, NOW + timedelta(hours=1), False)


class Killed(Exception):
    """The process ends here."""


@pytest.mark.parametrize("statement", ["UPDATE routing_member", 'INTO "leads_activity"'])
def test_take_verdicts_killed_in_the_middle_leaves_everything_waiting(ben: User, statement: str) -> None:
    make_region("Köln/Bonn", ben)
    lead = ready_lead()

    def fail(execute: Any, sql: str, *rest: Any) -> Any:
        if statement in sql:
            raise Killed
        return execute(sql, *rest)

    with connection.execute_wrapper(fail), pytest.raises(Killed):
        take_verdicts(now=NOW, limit=100)

    assert waiting_count() == 2
    assert not Assignment.objects.exists()
    assert Member.objects.get().last_at is None
    assert take_verdicts(now=NOW, limit=100) == 2
    assert owner_of(lead.pk) == ben
    assert Activity.objects.filter(kind=ActivityKind.OWNER).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_assign_a_lead_twice() -> None:
    region = make_region("Köln/Bonn", make_user("Ben", Role.INSIDE_SALES), make_user("Birgit", Role.INSIDE_SALES))
    leads = [ready_lead(f"Lead {n}") for n in range(12)]
    start = Barrier(2)

    def work() -> None:
        start.wait()
        while take_verdicts(now=NOW, limit=3):
            pass
        connection.close()

    workers = [Thread(target=work) for _n in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert Assignment.objects.count() == len(leads)
    each = [Assignment.objects.filter(owner_id=member.user_id).count() for member in region.members.all()]
    assert each == [6, 6]
