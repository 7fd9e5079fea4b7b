"""The pages of routing: who may, what they show, what they change."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadstern.accounts.models import User
from leadstern.core.registry import DataSubject, facts, personal_data
from leadstern.leads.models import Lead
from leadstern.routing.actions import assign_lead, take_verdicts
from leadstern.routing.models import Assignment, Member, Region
from leadstern.routing.queries import owner_of
from tests.conftest import NOW
from tests.routing.make import make_lead, make_region, ready_lead

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("now")


@pytest.mark.parametrize("address", ["/route/regions/", "/route/regions/new/", "/route/assignments/"])
def test_pages_are_for_head_and_admin(
    sign_in: SignIn, anna: User, ben: User, carla: User, doris: User, emil: User, fremd: User, address: str
) -> None:
    assert {user.name: sign_in(user).get(address).status_code for user in (anna, ben, carla, doris, emil, fremd)} == {
        "Anna": 403, "Ben": 403, "Carla": 403, "Doris": 200, "Emil": 200, "Fremd": 403,
    }  # fmt: skip
    assert Client().get(address).status_code == 302


def test_regions_empty_says_what_to_do(sign_in: SignIn, doris: User) -> None:
    assert "Erstes Gebiet hinzufügen" in sign_in(doris).get("/route/regions/").content.decode()


def test_regions_asks_as_often_for_one_as_for_three(sign_in: SignIn, doris: User, ben: User) -> None:
    client = sign_in(doris)
    counts = []
    for names in (["A"], ["B", "C"]):
        for name in names:
            make_region(name, ben)
        with CaptureQueriesContext(connection) as queries:
            client.get("/route/regions/")
        counts.append(len(queries))
    assert counts == [6, 6]


def test_simulator_says_who_and_why(sign_in: SignIn, doris: User, ben: User) -> None:
    make_region("Köln/Bonn", ben)
    client = sign_in(doris)

    hit = client.get("/route/regions/?role=inside_sales&country=DE&postcode=50667").content.decode()
    miss = client.get("/route/regions/?role=inside_sales&country=AT&postcode=6020").content.decode()

    assert "Ben. DE 50667 liegt in „Köln/Bonn“, Ben war an der Reihe." in hit
    assert "Doris. Kein Gebiet deckt AT 6020 ab" in miss
    typo = client.get("/route/regions/?role=inside_sales&country=DE&postcode=xyz").content.decode()
    assert "Das ist keine Postleitzahl dieses Landes." in typo
    assert "---------" not in typo


def test_region_is_made_and_changed(sign_in: SignIn, doris: User) -> None:
    client = sign_in(doris)
    values = {"name": "Aachen", "role": "inside_sales", "country": "DE", "order": "1", "postcodes": "52, 41000-41999"}

    made = client.post("/route/regions/new/", values)
    region = Region.objects.get()
    wrong = client.post(f"/route/regions/{region.pk}/", values | {"postcodes": "Köln"})
    changed = client.post(f"/route/regions/{region.pk}/", values | {"postcodes": "", "is_fallback": "on"})

    assert (made.status_code, wrong.status_code, changed.status_code) == (302, 422, 302)
    assert region.ranges == [["52", "52"], ["41000", "41999"]]
    assert "„Köln“ ist weder eine Postleitzahl" in wrong.content.decode()
    region.refresh_from_db()
    assert (region.ranges, region.is_fallback) == ([], True)


def test_region_refuses_a_second_fallback(sign_in: SignIn, doris: User) -> None:
    make_region("Übrige", is_fallback=True)
    values = {"name": "Noch eines", "role": "inside_sales", "country": "DE", "order": "1", "is_fallback": "on"}

    answer = sign_in(doris).post("/route/regions/new/", values)

    assert answer.status_code == 422
    assert "Es gibt schon ein Auffanggebiet" in answer.content.decode()


def test_members_come_go_and_are_away(sign_in: SignIn, doris: User, ben: User) -> None:
    region, client = make_region("Köln/Bonn"), sign_in(doris)

    client.post(f"/route/regions/{region.pk}/members/", {"user": ben.pk})
    member = Member.objects.get()
    client.post(f"/route/members/{member.pk}/absence/", {"absent": "1"})
    member.refresh_from_db()
    page = client.get("/route/regions/").content.decode()
    assert member.is_absent
    assert "niemand da" in page
    client.post(f"/route/members/{member.pk}/remove/")
    assert not Member.objects.exists()
    client.post(f"/route/regions/{region.pk}/delete/")
    assert not Region.objects.exists()


def test_assignments_show_the_reason_with_constant_queries(sign_in: SignIn, doris: User, ben: User) -> None:
    make_region("Köln/Bonn", ben)
    client, counts = sign_in(doris), []
    for names in (["Kim Eins"], ["Kim Zwei", "<script>Kim"]):
        for name in names:
            ready_lead(name)
        take_verdicts(now=NOW, limit=100)
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/route/assignments/").content.decode()
        counts.append(len(queries))

    assert counts == [4, 4]
    assert page.count("DE 50667 liegt in „Köln/Bonn“, Ben war an der Reihe") == 3
    assert "<script>Kim" not in page


def test_assign_gives_the_lead_to_somebody_else(sign_in: SignIn, doris: User, ben: User) -> None:
    lead, client = make_lead(), sign_in(doris)
    values = {"owner": ben.pk, "reason": "Kennt die Familie", "back": f"/leads/{lead.pk}/"}

    answer = client.post(f"/route/leads/{lead.pk}/assign/", values)
    evil = client.post(f"/route/leads/{lead.pk}/assign/", values | {"back": "https://example.org/"})

    assert answer.headers["Location"] == f"/leads/{lead.pk}/"
    assert evil.headers["Location"] == "/route/assignments/"
    assert owner_of(lead.pk) == ben
    assert Assignment.objects.count() == 1


def test_assign_is_for_the_head_only(
    sign_in: SignIn, anna: User, ben: User, carla: User, doris: User, emil: User
) -> None:
    lead = make_lead()
    for user in (anna, ben, carla, emil):
        assert sign_in(user).post(f"/route/leads/{lead.pk}/assign/").status_code == 403
    assert sign_in(doris).get(f"/route/leads/{lead.pk}/assign/").status_code == 405
    Lead.objects.filter(pk=lead.pk).update(erased_at=NOW)
    assert sign_in(doris).post(f"/route/leads/{lead.pk}/assign/").status_code == 404


def test_is_assigned_is_a_fact(ben: User, doris: User) -> None:
    lead, other = make_lead(), make_lead("Aylin Demir")
    assign_lead(lead, owner=ben, by=doris, reason="Messe", now=NOW)
    fact = facts.get("owner.is_assigned")
    assert fact is not None

    found = Lead.objects.annotate(fact=fact.expression(NOW)).values_list("pk", "fact")

    assert dict(found) == {lead.pk: True, other.pk: False}


def test_personal_data_shows_assignments_and_forgets_words(ben: User, doris: User) -> None:
    lead = make_lead()
    assign_lead(lead, owner=ben, by=doris, reason="Kennt Frau Muster privat", now=NOW)
    stage = personal_data.get("routing")
    assert stage is not None

    shown = stage.show(DataSubject((lead.pk,)))
    stage.erase(DataSubject((lead.pk,)), NOW)

    assert [(row["owner__name"], row["reason_detail"]) for row in shown] == [("Ben", "Kennt Frau Muster privat")]
    kept = Assignment.objects.get()
    assert (kept.reason_detail, kept.ended_at, kept.is_waiting) == ("", NOW, False)
