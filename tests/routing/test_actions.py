"""Assignments: who, why, by when; set-based, never twice, never lost."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadstern.accounts.models import User
from leadstern.accounts.terms import Role
from leadstern.audit.models import Entry
from leadstern.core.errors import Refused
from leadstern.leads.models import Activity
from leadstern.leads.terms import ActivityKind
from leadstern.qualification.actions import move_lead
from leadstern.qualification.terms import Cause, Stage
from leadstern.routing.actions import (
    add_member,
    assign_lead,
    delete_region,
    note_first_contact,
    save_region,
    set_absence,
    take_verdicts,
)
from leadstern.routing.models import Assignment, Member, Region
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
    for size in (1, 30):
        for n in range(size):
            ready_lead(f"Lead {n}", company=make_company(f"Firma {size} {n}"))
        with CaptureQueriesContext(connection) as queries:
            take_verdicts(now=NOW, limit=1000)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 28


def test_assign_lead_ends_the_old_assignment_and_keeps_the_first_contact(ben: User, doris: User) -> None:
    make_region("Köln/Bonn", ben)
    birgit = make_user("Birgit", Role.INSIDE_SALES)
    lead = ready_lead()
    take_verdicts(now=NOW, limit=100)
    note_first_contact(lead.pk, at=NOW + timedelta(minutes=5))

    assign_lead(lead, owner=birgit, by=doris, reason="spricht Türkisch", now=NOW + timedelta(hours=1))

    old, new = Assignment.objects.order_by("id")
    assert old.ended_at == NOW + timedelta(hours=1)
    assert (new.owner, new.assigned_by, new.met_at) == (birgit, doris, NOW + timedelta(minutes=5))
    assert reason_sentence(new) == "Zugeteilt von Doris: spricht Türkisch"
    assert Entry.objects.filter(verb="lead.assigned", actor=doris).count() == 1


@pytest.mark.parametrize("words", ["", "   "])
def test_assign_lead_wants_a_reason(ben: User, doris: User, words: str) -> None:
    with pytest.raises(Refused):
        assign_lead(make_lead(), owner=ben, by=doris, reason=words, now=NOW)
    assert not Assignment.objects.exists()


def test_assign_lead_refuses_people_without_a_queue(anna: User, doris: User) -> None:
    with pytest.raises(Refused, match="Anna"):
        assign_lead(make_lead(), owner=anna, by=doris, reason="Test", now=NOW)


def test_assign_lead_refuses_the_owner_there_is(ben: User, doris: User) -> None:
    lead = make_lead()
    assign_lead(lead, owner=ben, by=doris, reason="Messe", now=NOW)

    with pytest.raises(Refused, match="Ben"):
        assign_lead(lead, owner=ben, by=doris, reason="nochmals", now=NOW)


def test_note_first_contact_counts_only_the_first(ben: User, doris: User) -> None:
    lead = make_lead()
    assign_lead(lead, owner=ben, by=doris, reason="Messe", now=NOW)

    note_first_contact(lead.pk, at=NOW)
    note_first_contact(lead.pk, at=NOW + timedelta(hours=1))

    assert Assignment.objects.get().met_at == NOW


def test_save_region_allows_one_fallback_per_role(doris: User) -> None:
    save_region(Region(name="Übrige", is_fallback=True), by=doris, now=NOW)
    save_region(Region(name="Übrige", is_fallback=True, role=RegionRole.FIELD_SALES), by=doris, now=NOW)

    with pytest.raises(Refused):
        save_region(Region(name="Andere", is_fallback=True), by=doris, now=NOW)
    with pytest.raises(Refused):
        save_region(Region(name="Übrige"), by=doris, now=NOW)


def test_delete_region_leaves_the_owners(ben: User, doris: User) -> None:
    region = make_region("Köln/Bonn", ben)
    lead = ready_lead()
    take_verdicts(now=NOW, limit=100)

    delete_region(region, by=doris, now=NOW)

    assert owner_of(lead.pk) == ben
    assert not Member.objects.exists()


def test_members_are_added_once_and_absent_everywhere(ben: User, doris: User) -> None:
    regions = [make_region(name) for name in ("Köln/Bonn", "Aachen")]
    for region in [*regions, *regions]:
        add_member(region, user=ben, by=doris, now=NOW)

    set_absence(ben, is_absent=True, by=doris, now=NOW)

    assert Member.objects.filter(is_absent=True).count() == 2 == Member.objects.count()


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
