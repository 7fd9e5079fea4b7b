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
GIVEN = {
    "month": "2026-11",
    "source": "+",
    "new_source": "google",
    "campaign": "",
    "amount": "1.234,50 €",
    "note": "<b>Anzeigen</b>",
}


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
    "wrong",
    [
        {"month": "2026-13"},
        {"month": "x"},
        {"amount": "viel"},
        {"amount": "-1"},
        {"source": " "},
        {"new_source": ""},
        {"source": "quatsch"},
        {"source": "paid_search"},
        {"month": "2026-12"},
        {"amount": "99999999999"},
    ],
)
def test_wrong_entry_is_told_beside_its_field(wrong: dict[str, str], anna: User, sign_in: SignIn, now: object) -> None:
    answer = sign_in(anna).post("/leads/spend/", GIVEN | wrong)
    assert answer.status_code == 422
    beside = {"source": "new_source"} if wrong == {"source": "paid_search"} else {}
    assert list(answer.context["form"].errors) == [beside.get(field, field) for field in wrong]
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


@pytest.mark.parametrize(("typed", "recorded"), [("Suche (bezahlt)", "paid_search"), ("paid search", "paid_search"),
                                                 ("Newsletter", "newsletter"), ("Zeitung", "Zeitung")])  # fmt: skip
def test_source_named_by_its_words_is_the_known_one(
    typed: str, recorded: str, anna: User, sign_in: SignIn, now: object
) -> None:
    lead(source="newsletter")
    assert sign_in(anna).post("/leads/spend/", GIVEN | {"new_source": typed}).status_code == 302
    assert Spend.objects.get().source == recorded


def test_sources_stand_in_words_and_those_without_leads_are_marked(anna: User, sign_in: SignIn, now: object) -> None:
    lead(source="paid_search", campaign="solar")
    for source, campaign in (("paid_search", ""), ("paid_search", "solar"), ("paid_search", "slaor"), ("zeitung", "")):
        record_spend(month=NOW.date(), source=source, campaign=campaign, amount=Decimal(1), by=anna, now=NOW)
    page = sign_in(anna).get("/leads/spend/").content.decode()
    assert '<option value="paid_search">Suche (bezahlt)</option>' in page
    rows = [" ".join(row.split()) for row in page.split("<tr>")[2:]]
    assert ["noch keine Leads" in row for row in rows] == [False, True, False, True]
    assert all(("Suche (bezahlt)" in row) or "zeitung" in row for row in rows)


def test_too_much_is_told_as_too_much(anna: User, sign_in: SignIn, now: object) -> None:
    page = sign_in(anna).post("/leads/spend/", GIVEN | {"amount": "99999999999"}).content.decode()
    assert "Bitte geben Sie höchstens 9.999.999.999,99\u00a0€ ein." in page


def test_list_needs_the_same_queries_for_1_and_for_3_amounts(anna: User, sign_in: SignIn) -> None:
    client = sign_in(anna)
    for amounts in (1, 3):
        for number in range(amounts):
            month = date(2026, 1 + number, 1)
            record_spend(month=month, source="google", amount=Decimal(1), by=anna, now=NOW)
        with CaptureQueriesContext(connection) as queries:
            client.get("/leads/spend/")
        assert len(queries) == 7


def test_form_of_a_lead_changes_only_what_was_changed(anna: User) -> None:
    known = lead(first_name="Kim", city="Bonn", country="DE", source="paid_search", company="Alt GmbH")
    sent = {name: "" if (value := bound.value()) is None else value for name, bound in _bounds(known)}
    form = LeadForm(sent | {"city": "Köln", "country": "Österreich", "is_business": "no"}, lead=known)
    assert form.is_valid(), form.errors
    assert form["source"].value() == "Suche (bezahlt)"
    assert form.changes() == {"city": "Köln", "country": "AT", "is_business": False}
    change_lead(known, changes=form.changes(), by=anna, now=NOW)
    known.refresh_from_db()
    assert (known.first_name, known.city, known.source, known.is_business) == ("Kim", "Köln", "paid_search", False)
    assert not LeadForm(sent | {"country": "Atlantis"}, lead=known).is_valid()


def _bounds(known: Lead) -> list[tuple[str, BoundField]]:
    form = LeadForm(lead=known)
    return [(bound.name, bound) for bound in form]


def test_form_of_a_contact_point_knows_its_kinds() -> None:
    assert ContactPointForm({"kind": "email", "value": "kim@firma.de"}).is_valid()
    assert not ContactPointForm({"kind": "visitor", "value": "x"}).is_valid()
