"""The page of expenses and the forms that the desk hosts."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.forms import BoundField
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadstern.accounts.models import User
from leadstern.leads.actions import change_lead, record_spend
from leadstern.leads.forms import ContactPointForm, LeadForm
from leadstern.leads.models import Lead, Spend
from tests.conftest import NOW
from tests.leads.make import lead

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
GIVEN = {"month": "2026-11", "source": "google", "campaign": "", "amount": "1.234,50 €", "note": "<b>Anzeigen</b>"}


def test_amount_is_recorded_shown_and_taken_away(anna: User, sign_in: SignIn, now: object) -> None:
    client = sign_in(anna)
    assert client.post("/leads/spend/", GIVEN).status_code == 302
    spend = Spend.objects.get()
    assert (spend.month, spend.amount, spend.recorded_by) == (date(2026, 11, 1), Decimal("1234.50"), anna)
    page = client.get("/leads/spend/").content.decode()
    assert "1.234,50" in page
    assert "&lt;b&gt;Anzeigen" in page
    assert client.get(f"/leads/spend/{spend.pk}/remove/").status_code == 405
    assert client.post(f"/leads/spend/{spend.pk}/remove/").status_code == 302
    assert not Spend.objects.exists()
    assert client.post(f"/leads/spend/{spend.pk}/remove/").status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"month": "2026-13"}, {"month": "x"}, {"amount": "viel"}, {"amount": "-1"}, {"source": " "}]
)
def test_wrong_entry_is_told_beside_its_field(wrong: dict[str, str], anna: User, sign_in: SignIn, now: object) -> None:
    answer = sign_in(anna).post("/leads/spend/", GIVEN | wrong)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == list(wrong)
    assert not Spend.objects.exists()


@pytest.mark.parametrize(
    ("name", "status"),
    [("anna", 200), ("doris", 200), ("ben", 403), ("carla", 403), ("emil", 403), ("fremd", 403)],
)
def test_page_is_for_those_who_record(name: str, status: int, request: pytest.FixtureRequest, sign_in: SignIn) -> None:
    client = sign_in(request.getfixturevalue(name))
    assert client.get("/leads/spend/").status_code == status
    if status == 403:
        assert client.post("/leads/spend/", GIVEN).status_code == 403
        assert client.post("/leads/spend/1/remove/").status_code == 403


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    assert client.get("/leads/spend/").status_code == 302


def test_list_needs_the_same_queries_for_1_and_for_3_amounts(anna: User, sign_in: SignIn) -> None:
    client = sign_in(anna)
    for amounts in (1, 3):
        for number in range(amounts):
            month = date(2026, 1 + number, 1)
            record_spend(month=month, source="google", amount=Decimal(1), by=anna, now=NOW)
        with CaptureQueriesContext(connection) as queries:
            client.get("/leads/spend/")
        assert len(queries) == 5


def test_form_of_a_lead_changes_only_what_was_changed(anna: User) -> None:
    known = lead(first_name="Kim", city="Bonn", country="DE", source="messe", company="Alt GmbH")
    sent = {name: "" if (value := bound.value()) is None else value for name, bound in _bounds(known)}
    form = LeadForm(sent | {"city": "Köln", "country": "Österreich", "is_business": "no"}, lead=known)
    assert form.is_valid(), form.errors
    assert form.changes() == {"city": "Köln", "country": "AT", "is_business": False}
    change_lead(known, changes=form.changes(), by=anna, now=NOW)
    known.refresh_from_db()
    assert (known.first_name, known.city, known.source, known.is_business) == ("Kim", "Köln", "messe", False)
    assert not LeadForm(sent | {"country": "Atlantis"}, lead=known).is_valid()


def _bounds(known: Lead) -> list[tuple[str, BoundField]]:
    form = LeadForm(lead=known)
    return [(bound.name, bound) for bound in form]


def test_form_of_a_contact_point_knows_its_kinds() -> None:
    assert ContactPointForm({"kind": "email", "value": "kim@firma.de"}).is_valid()
    assert not ContactPointForm({"kind": "visitor", "value": "x"}).is_valid()
