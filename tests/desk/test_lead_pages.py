"""The list of leads, the page of one lead, and what people change there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadstern.accounts.models import User
from leadstern.capture.models import Form, FormVersion, Submission
from leadstern.capture.terms import CaptureChannel, FormKind
from leadstern.criteria.actions import save_segment
from leadstern.criteria.logic import parse
from leadstern.desk import today
from leadstern.journey.actions import walk_until_done
from leadstern.journey.defaults import ensure_defaults
from leadstern.leads.actions import change_lead, take_submissions
from leadstern.leads.models import Activity, Change, Lead
from leadstern.leads.terms import ActivityKind
from leadstern.sales.models import Task
from leadstern.sales.queries import queue
from tests.leads.make import lead, submission

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _set_up(now: datetime) -> None:
    ensure_defaults(now=now)


def ready(name: str, now: datetime) -> Lead:
    """A lead that asked by a contact form and has walked the path."""
    made = lead(last_name=name, phone="0221 1234567", postcode="50667", country="DE", interest="Photovoltaik")
    walk_until_done(now=now)
    return made


def test_list_finds_by_words_stage_and_source(anna: User, ben: User, sign_in: SignIn, now: datetime) -> None:
    ready("Krawinkel", now)
    lead(last_name="Anders", source="messe")
    client = sign_in(anna)
    for query, expected in (
        ("q=krawinkel", ["Krawinkel"]),
        ("q=KRAWINKEL+50667", ["Krawinkel"]),
        ("q=0221+1234567", ["Krawinkel"]),
        ("q=100%25_", []),
        ("q=nirgends", []),
        ("stage=marketing_qualified", ["Krawinkel"]),
        ("source=messe", ["Anders"]),
        ("source=-", ["Krawinkel"]),
        ("order=hot", ["Krawinkel"]),
        ("task=open", ["Krawinkel"]),
        ("task=late", []),
        ("owner=none", ["Anders"]),
        ("order=name", ["Anders", "Krawinkel"]),
    ):
        rows = client.get(f"/leads/?{query}").context["rows"]
        assert [row.lead.last_name for row in rows] == expected, query


@pytest.mark.parametrize(
    "hostile",
    [
        "stage=' OR 1=1",
        "owner=-1",
        "owner=²",
        "owner=" + "9" * 30,
        "order=password",
        "cursor=%00",
        "q=%25%5F",
        "q=%00",
        "task=x",
        "agreement=called_",
        "segment=x",
    ],
)
def test_list_survives_a_hostile_address(anna: User, sign_in: SignIn, hostile: str) -> None:
    assert sign_in(anna).get(f"/leads/?{hostile}").status_code == 200


def test_list_narrows_to_a_segment(anna: User, carla: User, sign_in: SignIn, now: datetime) -> None:
    lead(last_name="Bonner", city="Bonn")
    lead(last_name="Kölner", city="Köln")
    made = save_segment(None, name="Bonn", condition=parse('lead.city = "Bonn"'), by=anna, now=now)
    client = sign_in(anna)

    page = client.get(f"/leads/?segment={made.pk}")

    assert [row.lead.last_name for row in page.context["rows"]] == ["Bonner"]
    assert "Auch die anderen anzeigen" in page.content.decode()
    assert client.get("/leads/?segment=999999").status_code == 404
    assert sign_in(carla).get(f"/leads/?segment={made.pk}").context["rows"] == []
    text = b"".join(client.get(f"/leads/export.csv?segment={made.pk}").streaming_content)  # type: ignore[attr-defined]
    assert ("Bonner" in text.decode(), "Kölner" in text.decode()) == (True, False)


def test_list_shows_nothing_for_a_condition_it_cannot_read(anna: User, sign_in: SignIn) -> None:
    lead(last_name="Muster")
    client = sign_in(anna)

    answer = client.get("/leads/", {"condition": "lead.city ="})

    assert answer.status_code == 400
    assert "Muster" not in answer.content.decode()
    assert "nicht zu lesen" in answer.content.decode()
    assert client.get("/leads/export.csv", {"condition": "lead.city ="}).status_code == 404


def test_list_asks_as_often_for_one_lead_as_for_three(anna: User, sign_in: SignIn, now: datetime) -> None:
    client, counts = sign_in(anna), []
    for names in (["Eins"], ["Zwei", "Drei"]):
        for name in names:
            ready(name, now)
        with CaptureQueriesContext(connection) as queries:
            client.get("/leads/")
        counts.append(len(queries))
    assert counts == [12, 12]


def test_page_explains_points_stage_and_what_is_missing(ben: User, doris: User, sign_in: SignIn, now: datetime) -> None:
    made = ready("Muster", now)
    page = sign_in(doris).get(f"/leads/{made.pk}/").content.decode()
    for words in ("Anfrage über ein Formular", "Auf dem Weg zum MQL", "Telefonisch erreichbar", "Ben", "MQL"):
        assert words in page, words


def test_page_of_an_unjudged_lead_is_shown(anna: User, sign_in: SignIn) -> None:
    assert sign_in(anna).get(f"/leads/{lead().pk}/").status_code == 200


def test_timeline_is_paged_and_filtered(anna: User, sign_in: SignIn, now: datetime) -> None:
    made = lead()
    client = sign_in(anna)
    for number in range(45):
        client.post(f"/leads/{made.pk}/note/", {"text": f"Notiz {number}"})
    first = client.get(f"/leads/{made.pk}/?show=people")
    assert len(first.context["page"].entries) == 40
    second = client.get(f"/leads/{made.pk}/", {"show": "people", "before": first.context["page"].more})
    assert len(second.context["page"].entries) == 6
    assert client.get(f"/leads/{made.pk}/?show=web").context["page"].entries == []


def test_script_in_every_text_is_shown_as_text(anna: User, sign_in: SignIn) -> None:
    evil = "<script>alert(1)</script>"
    made = lead(last_name=evil, company=evil, city=evil, interest=evil, message=evil, extra={evil: evil})
    client = sign_in(anna)
    client.post(f"/leads/{made.pk}/note/", {"text": evil})
    for address in ("/leads/", f"/leads/{made.pk}/", f"/leads/{made.pk}/edit/"):
        page = client.get(address).content.decode()
        assert evil not in page, address
        assert "&lt;script&gt;" in page, address


def test_edit_keeps_what_was_there_before(anna: User, sign_in: SignIn) -> None:
    made = lead(last_name="Muster", city="Bonn", country="DE")
    form = sign_in(anna).get(f"/leads/{made.pk}/edit/").context["form"]
    sent = {bound.name: "" if bound.value() is None else bound.value() for bound in form} | {"city": "Köln"}
    assert sign_in(anna).post(f"/leads/{made.pk}/edit/", sent).status_code == 302
    made.refresh_from_db()
    assert made.city == "Köln"
    assert Change.objects.get(lead=made, field="city").before == "Bonn"


def test_page_shows_what_became_another_and_who_did_it(anna: User, sign_in: SignIn, now: datetime) -> None:
    made = lead(last_name="Muster", city="Bonn", is_business="nein", email="kim@muster.example")
    change_lead(made, changes={"city": "Köln", "is_business": True}, by=anna, now=now)
    change_lead(made, changes={"extra": {"Dach": "steil"}}, by=None, now=now)
    lead(email="kim@muster.example", first_name="Kim", position="Chefin", at=now + timedelta(hours=1))
    client = sign_in(anna)

    shown = client.get(f"/leads/{made.pk}/?show=changes")

    found = [(line.field, line.before, line.after, line.by, line.is_by_lead) for line in shown.context["page"].changes]
    assert sorted(found) == [
        ("Geschäftskunde", "nein", "ja", "Anna", False),
        ("Ort", "Bonn", "Köln", "Anna", False),
        ("Position", "–", "Chefin", "", True),
        ("Vorname", "–", "Kim", "", True),
        ("Weitere Angaben", "Dach: –", "Dach: steil", "", False),
    ]
    assert shown.context["page"].entries == []
    assert "<del>Bonn</del>" in shown.content.decode()


def test_changes_are_paged_by_key(anna: User, sign_in: SignIn, now: datetime) -> None:
    made, client = lead(city="Bonn"), sign_in(anna)
    for number in range(45):
        change_lead(made, changes={"city": f"Ort {number}"}, by=anna, now=now + timedelta(seconds=number))
    first = client.get(f"/leads/{made.pk}/?show=changes").context["page"]
    second = client.get(f"/leads/{made.pk}/", {"show": "changes", "before": first.more}).context["page"]
    assert [line.after for line in first.changes + second.changes] == [f"Ort {n}" for n in range(44, -1, -1)]


def test_head_of_the_page_names_the_time_left(ben: User, doris: User, sign_in: SignIn, now: datetime) -> None:
    made = ready("Muster", now)
    client = sign_in(doris)
    for due_at, is_deadline, words in (
        (now + timedelta(minutes=18), True, "Erstanruf: noch 18 min"),
        (now - timedelta(minutes=12), True, "Erstanruf: 12 min über der Zeit"),
        (now + timedelta(days=1), False, "Erstanruf: geplant für 19.11.2026, 10:00"),
    ):
        Task.objects.filter(lead=made).update(due_at=due_at, is_deadline=is_deadline)
        left = client.get(f"/leads/{made.pk}/").context["page"].left
        assert (left.words, left.is_late) == (words, due_at < now)
    assert client.get(f"/leads/{lead().pk}/").context["page"].left is None


def test_page_asks_as_often_for_few_as_for_many_changes(anna: User, sign_in: SignIn, now: datetime) -> None:
    made, client, counts = lead(city="Bonn"), sign_in(anna), []
    for cities in (["A"], ["B", "C"]):
        for city in cities:
            change_lead(made, changes={"city": city}, by=anna, now=now)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/leads/{made.pk}/?show=changes")
        counts.append(len(queries))
    assert counts == [21, 21]


def test_a_wrong_address_is_told_and_changes_nothing(anna: User, sign_in: SignIn) -> None:
    made = lead()
    answer = sign_in(anna).post(f"/leads/{made.pk}/points/", {"kind": "email", "value": "kein@"}, follow=True)
    assert "keine E-Mail-Adresse" in answer.content.decode()
    assert made.identities.count() == 1


def test_field_sales_does_not_open_a_strangers_lead(carla: User, sign_in: SignIn) -> None:
    made = lead()
    client = sign_in(carla)
    assert client.get(f"/leads/{made.pk}/").status_code == 404
    assert client.post(f"/leads/{made.pk}/note/", {"text": "x"}).status_code == 404


def test_export_holds_what_the_list_shows_and_no_formula(anna: User, sign_in: SignIn) -> None:
    lead(last_name="=HYPERLINK(1)", email="kim@muster.example", origin={"source": "organic_search"})
    answer = sign_in(anna).get("/leads/export.csv?q=kim")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "kim@muster.example" in text
    assert "'=HYPERLINK(1)" in text
    assert ";organic_search;Suche (unbezahlt);" in text


def test_export_tells_the_day_of_the_office(anna: User, sign_in: SignIn) -> None:
    lead(last_name="Spät", at=datetime(2026, 11, 17, 23, 30, tzinfo=UTC))
    answer = sign_in(anna).get("/leads/export.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert text.splitlines()[1].endswith(";2026-11-18")


def test_today_opens_the_asked_lead_wherever_it_stands(
    ben: User, sign_in: SignIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = ready("Eins", now), ready("Zwei", now)
    Task.objects.filter(lead=second).update(due_at="2027-01-01T09:00Z", is_deadline=False)
    monkeypatch.setattr(today, "queue", partial(queue, limit=1))
    page = sign_in(ben).get(f"/today/?lead={second.pk}")
    assert page.context["detail"].lead == second
    assert first in [line.lead for line in page.context["lines"]]


@pytest.mark.parametrize(
    ("channel", "kind"),
    [(CaptureChannel.FORM, ActivityKind.SUBMISSION), (CaptureChannel.MANUAL, ActivityKind.ENTERED)],
)
def test_only_the_persons_own_enquiry_is_one(channel: CaptureChannel, kind: ActivityKind, now: datetime) -> None:
    submission(channel, email="kim@muster.example")
    take_submissions(now=now, limit=10)
    assert Activity.objects.get().kind == kind


def test_further_answers_stand_under_their_questions(anna: User, sign_in: SignIn, now: datetime) -> None:
    """Labels and choices are those of the form that was filled in; numbers and days read as people write them."""
    flat = {"value": "flach", "label": {"de": "Flachdach"}}
    asked = [
        {"name": "field_1", "type": "number", "label": {"de": "Dachfläche in m²", "en": "Roof in m²"}},
        {"name": "field_2", "type": "date", "label": {"de": "Wunschtermin"}},
        {"name": "field_3", "type": "choice", "label": {"de": "Dachform"}, "choices": [flat]},
        {"name": "field_4", "type": "text", "label": {"de": "Bemerkung"}},
    ]
    form = Form.objects.create(key="dach", name="Dachcheck", kind=FormKind.CONTACT, created_at=now)
    version = FormVersion.objects.create(form=form, number=1, content={"fields": asked}, published_at=now)
    given = {"field_1": "-1012.50", "field_2": "2099-12-31", "field_3": "flach", "field_4": "<b>", "unknown": "x"}
    sent = submission(email="kim@example.com", last_name="Muster", extra=given)
    Submission.objects.filter(pk=sent.pk).update(form_version=version)
    take_submissions(now=now, limit=10)
    made = Lead.objects.get()
    change_lead(made, changes={"extra": {"field_3": "steil"}}, by=anna, now=now)
    client = sign_in(anna)

    page = client.get(f"/leads/{made.pk}/")
    changes = client.get(f"/leads/{made.pk}/?show=changes").content.decode()

    assert page.context["page"].further == [
        ("Dachfläche in m²", "-1.012,50"), ("Wunschtermin", "31.12.2099"), ("Dachform", "steil"),
        ("Bemerkung", "<b>"), ("unknown", "x"),
    ]  # fmt: skip
    assert "<dd>&lt;b&gt;</dd>" in page.content.decode()
    assert "Dachform: Flachdach" in changes
    User.objects.update(language="en")
    assert client.get(f"/leads/{made.pk}/").context["page"].further[:2] == [
        ("Roof in m²", "-1,012.50"), ("Wunschtermin", "31 Dec 2099"),
    ]  # fmt: skip


@pytest.mark.parametrize(("is_business", "words"), [(True, "Ja"), (False, "Nein, privat"), (None, None)])
def test_details_say_who_is_a_business_customer(
    anna: User, sign_in: SignIn, now: datetime, is_business: bool | None, words: str | None
) -> None:
    made = lead(last_name="Krawinkel")
    Lead.objects.filter(pk=made.pk).update(is_business=is_business)

    page = sign_in(anna).get(f"/leads/{made.pk}/").content.decode()

    assert (f"<dt>Geschäftskunde</dt>\n      <dd>{words}</dd>" in page) == (words is not None)
    assert ("<dt>Geschäftskunde</dt>" in page) == (words is not None)
