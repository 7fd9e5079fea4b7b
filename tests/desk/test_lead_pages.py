"""The list of leads, the page of one lead, and what people change there."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadstern.accounts.models import User
from leadstern.capture.terms import CaptureChannel
from leadstern.desk import today
from leadstern.journey.actions import walk_until_done
from leadstern.journey.defaults import ensure_defaults
from leadstern.leads.actions import take_submissions
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
        ("q=nirgends", []),
        ("stage=marketing_qualified", ["Krawinkel"]),
        ("source=messe", ["Anders"]),
        ("source=-", ["Krawinkel"]),
        ("order=hot", ["Krawinkel"]),
        ("order=name", ["Anders", "Krawinkel"]),
    ):
        rows = client.get(f"/leads/?{query}").context["rows"]
        assert [row.lead.last_name for row in rows] == expected, query


@pytest.mark.parametrize("hostile", ["stage=' OR 1=1", "owner=-1", "order=password", "cursor=%00", "q=%25%5F"])
def test_list_survives_a_hostile_address(anna: User, sign_in: SignIn, hostile: str) -> None:
    assert sign_in(anna).get(f"/leads/?{hostile}").status_code == 200


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
    lead(last_name="=HYPERLINK(1)", email="kim@muster.example")
    answer = sign_in(anna).get("/leads/export.csv?q=kim")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "kim@muster.example" in text
    assert "'=HYPERLINK(1)" in text


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
