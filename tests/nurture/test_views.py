"""The pages of nurturing: who may, what is shown, what a click does."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from leadstern.accounts.models import User
from leadstern.criteria.logic import parse, to_json
from leadstern.nurture import actions, queries
from leadstern.nurture.models import Enrollment, Sequence
from tests.nurture.make import make_sender, nurtured, running, sequence, step

SignIn = Callable[[User], Client]
FORM = {
    "wait_hours": "24",
    "subject_de": "Betreff",
    "body_de": "{salutation},\n\nText",
    "subject_en": "Subject",
    "body_en": "{salutation},\n\nText",
}


def pages(made: Sequence) -> list[str]:
    base = f"/nurture/sequences/{made.pk}/"
    return [
        "/nurture/sequences/",
        "/nurture/sequences/new/",
        base,
        f"{base}preview/",
        f"{base}people/",
        f"{base}steps/new/",
        f"{base}steps/0/",
        "/nurture/left-out/no_consent/",
    ]


def test_pages_are_for_marketing_only(
    sign_in: SignIn, anna: User, ben: User, carla: User, doris: User, emil: User, fremd: User
) -> None:
    made = sequence(anna)
    for page in pages(made):
        for user in (ben, carla, doris, emil, fremd):
            assert sign_in(user).get(page).status_code == 403, page
        assert sign_in(anna).get(page).status_code == 200, page
        assert Client().get(page).status_code == 302, page


def test_changes_are_for_marketing_only_and_never_by_get(sign_in: SignIn, anna: User, ben: User, now: datetime) -> None:
    made = sequence(anna)
    found = running(nurtured())
    base = f"/nurture/sequences/{made.pk}/"
    for path in (f"{base}deactivate/", f"{base}steps/0/remove/", f"/nurture/people/{found.pk}/stop/"):
        assert sign_in(ben).post(path).status_code == 403
        assert sign_in(anna).get(path).status_code == 405
    made.refresh_from_db()
    assert made.is_active
    assert Enrollment.objects.get().state == "active"


def test_sequence_is_made_edited_published_and_switched_on(sign_in: SignIn, anna: User, now: datetime) -> None:
    client = sign_in(anna)
    assert client.post("/nurture/sequences/new/", {"name": "Neu"}).status_code == 302
    made = Sequence.objects.get()
    base = f"/nurture/sequences/{made.pk}/"
    assert client.post(f"{base}steps/new/", FORM).status_code == 302
    assert client.post(f"{base}steps/new/", FORM | {"subject_de": "Zwei"}).status_code == 302
    assert client.post(f"{base}steps/1/up/").status_code == 302
    draft = queries.draft(made)
    assert draft
    assert [each["subject"]["de"] for each in draft.steps] == ["Zwei", "Betreff"]
    values = {"name": "Umbenannt", "priority": "5", "entry": 'lead.country = "DE"'}
    assert client.post(base, values).status_code == 302
    client.post(f"{base}publish/")
    client.post(f"{base}activate/")
    made.refresh_from_db()
    assert (made.name, made.priority, made.is_active) == ("Umbenannt", 5, True)
    assert made.entry
    page = client.get(base).content.decode()
    assert "Umbenannt" in page
    assert "Zwei" in page


def test_switching_on_says_before_how_many_get_mail(sign_in: SignIn, anna: User, now: datetime) -> None:
    make_sender(now)
    made = sequence(anna, step(0), entry=to_json(parse('lead.country = "DE"')))
    actions.deactivate_sequence(made, by=anna, now=now)
    for address, country in (("a@example.com", "DE"), ("b@example.com", "DE"), ("c@example.com", "AT")):
        nurtured(address, country=country)
    nurtured("d@example.com", country="DE", consented=False)
    client, base = sign_in(anna), f"/nurture/sequences/{made.pk}/"
    question = (
        "Einschalten: 2 Leads kommen sofort hinein. Ihre erste E-Mail geht binnen Minuten ab, bei Tag und bei Nacht."
    )
    page = client.get(base).content.decode()
    assert page.count(question) == 2
    assert f'data-confirm="{question}"' in page
    client.post(f"{base}activate/")
    actions.enrol_consented(now=now, limit=100)
    assert Enrollment.objects.count() == 2
    assert "Einschalten:" not in client.get(base).content.decode()
    actions.deactivate_sequence(made, by=anna, now=now)
    assert "Einschalten: Kein Lead kommt sofort hinein" in client.get(base).content.decode()


def test_step_with_an_unknown_name_is_told_beside_the_field(sign_in: SignIn, anna: User) -> None:
    made = sequence(anna)
    response = sign_in(anna).post(f"/nurture/sequences/{made.pk}/steps/new/", FORM | {"body_de": "Hallo {vorname}"})
    assert response.status_code == 422
    assert "{vorname}" in response.content.decode()
    assert queries.draft(made) is None


def test_wrong_condition_is_told_and_not_saved(sign_in: SignIn, anna: User) -> None:
    made = sequence(anna)
    values = {"name": "X", "priority": "5", "entry": "lead.country ="}
    assert sign_in(anna).post(f"/nurture/sequences/{made.pk}/", values).status_code == 422
    made.refresh_from_db()
    assert made.name == "Folge"


def test_a_wider_condition_of_a_running_sequence_asks_before_leads_enter(
    sign_in: SignIn, anna: User, now: datetime
) -> None:
    made = sequence(anna, step(0), entry=to_json(parse('lead.country = "AT"')))
    for name in ("a", "b"):
        nurtured(f"{name}@example.com", country="DE")
    client, page = sign_in(anna), f"/nurture/sequences/{made.pk}/"
    wider = {"name": "Folge", "priority": "5", "entry": 'lead.country = "DE"'}

    asked = client.post(page, wider)
    made.refresh_from_db()
    assert (asked.status_code, made.priority) == (200, 10)
    assert "Mit dieser Bedingung kommen sofort 2 Leads hinein." in asked.content.decode()

    agreed = {"agreed": asked.context["agreed"]}
    everybody = client.post(page, wider | agreed | {"entry": ""})
    assert "kommen sofort 2 Leads hinein" in everybody.content.decode()
    assert client.post(page, wider | agreed).status_code == 302
    made.refresh_from_db()
    assert (made.priority, made.entry) == (5, to_json(parse('lead.country = "DE"')))


@pytest.mark.parametrize("is_active", [True, False])
def test_what_lets_nobody_enter_at_once_is_saved_without_a_question(
    sign_in: SignIn, anna: User, is_active: bool, now: datetime
) -> None:
    made = sequence(anna, entry=to_json(parse('lead.country = "AT"')))
    nurtured(country="DE")
    if not is_active:
        actions.deactivate_sequence(made, by=anna, now=now)
    entry = 'lead.country = "CH"' if is_active else 'lead.country = "DE"'
    values = {"name": "Neu", "priority": "5", "entry": entry}
    assert sign_in(anna).post(f"/nurture/sequences/{made.pk}/", values).status_code == 302


def test_preview_reads_as_a_real_lead_and_sends_nothing(sign_in: SignIn, anna: User, now: datetime) -> None:
    made = sequence(anna, step(1, body="{salutation},\n\n<b>fett</b> {company}"))
    nurtured(first_name="Kim", last_name="<i>Muster</i>")
    nurtured("b@example.com", first_name="Alex", last_name="Beispiel")
    client = sign_in(anna)
    page = client.get(f"/nurture/sequences/{made.pk}/preview/?reader=beispiel").content.decode()
    assert "Guten Tag Alex Beispiel," in page
    assert "&lt;b&gt;fett" in page
    english = client.get(f"/nurture/sequences/{made.pk}/preview/?reader=b@example.com&language=en").content.decode()
    assert "Hello Alex Beispiel," in english
    assert "<i>Muster" not in client.get(f"/nurture/sequences/{made.pk}/preview/?reader=kim").content.decode()
    nobody = client.get(f"/nurture/sequences/{made.pk}/preview/?reader=niemand").content.decode()
    assert "Kein Lead passt zu diesen Worten." in nobody
    assert nobody.count("So läse es jemand ohne Namen.") == 1
    assert nobody.count("niemand") == 1  # in this field, not in the search at the top
    assert "keinen Lead" not in nobody
    assert "Beispiel" not in nobody


def test_people_shows_where_each_is_and_parked_ones_with_the_reason(sign_in: SignIn, anna: User, now: datetime) -> None:
    made = sequence(anna)
    found = running(nurtured(first_name="Kim", last_name="Muster"))
    client = sign_in(anna)
    assert "Kim Muster" in client.get(f"/nurture/sequences/{made.pk}/people/").content.decode()
    Enrollment.objects.update(state="parked", reason="broken_email", next_at=now + timedelta(days=1))
    page = client.get(f"/nurture/sequences/{made.pk}/people/?state=parked").content.decode()
    assert "Die E-Mail-Adresse funktioniert nicht" in page
    client.post(f"/nurture/people/{found.pk}/resume/")
    assert Enrollment.objects.get().next_at == now
    client.post(f"/nurture/people/{found.pk}/stop/")
    assert Enrollment.objects.get().state == "stopped"
    assert "notice error" in client.post(f"/nurture/people/{found.pk}/stop/", follow=True).content.decode()


def test_left_out_lists_the_leads_behind_the_number(sign_in: SignIn, anna: User, now: datetime) -> None:
    sequence(anna)
    nurtured(consented=False, first_name="Kim", last_name="Muster")
    client = sign_in(anna)
    assert "/nurture/left-out/no_consent/" in client.get("/nurture/sequences/").content.decode()
    assert "Kim Muster" in client.get("/nurture/left-out/no_consent/").content.decode()
    assert client.get("/nurture/left-out/nonsense/").status_code == 404


def test_publish_of_nothing_is_refused_in_words(sign_in: SignIn, anna: User) -> None:
    made = sequence(anna)
    response = sign_in(anna).post(f"/nurture/sequences/{made.pk}/publish/", follow=True)
    assert "notice error" in response.content.decode()


@pytest.mark.parametrize("path", ["people/", "", "../../left-out/no_consent/"])
def test_pages_take_the_same_queries_for_one_and_three(
    path: str, sign_in: SignIn, anna: User, now: datetime, django_assert_num_queries: Any
) -> None:
    made = sequence(anna)
    make_sender(now)
    client = sign_in(anna)
    url = f"/nurture/sequences/{made.pk}/{path}" if not path.startswith("..") else "/nurture/left-out/no_consent/"
    number = {"people/": 5, "": 11, "../../left-out/no_consent/": 4}[path]
    for addresses in ("a", "bc"):
        for each in addresses:
            nurtured(f"{each}@example.com")
            nurtured(f"{each}2@example.com", consented=False)
        with django_assert_num_queries(number):
            client.get(url)


def test_sequence_list_takes_the_same_queries_for_one_and_three(
    sign_in: SignIn, anna: User, now: datetime, django_assert_num_queries: Any
) -> None:
    client = sign_in(anna)
    for names in ("a", "bc"):
        for name in names:
            sequence(anna, name=name)
        with django_assert_num_queries(16):
            client.get("/nurture/sequences/")


def test_run_due_takes_few_queries_for_many(now: datetime, anna: User, django_assert_max_num_queries: Any) -> None:
    make_sender(now)
    sequence(anna)
    for number in range(12):
        nurtured(f"a{number}@example.com")
    with django_assert_max_num_queries(25):
        assert actions.run_due(now=now + timedelta(hours=1), limit=100) == 12


def test_list_of_sequences_links_each_number_to_its_people(sign_in: SignIn, anna: User, now: datetime) -> None:
    made = sequence(anna)
    running(nurtured())
    client = sign_in(anna)
    page = client.get("/nurture/sequences/").content.decode()
    assert f'href="/nurture/sequences/{made.pk}/people/?state=active">1</a>' in page
    assert "?state=parked" not in page
    assert len(client.get(f"/nurture/sequences/{made.pk}/people/?state=active").context["slice"].rows) == 1
