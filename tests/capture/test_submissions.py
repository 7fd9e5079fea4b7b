"""What came in: the list, one in full, releasing and putting aside; who may."""

from collections.abc import Callable

import pytest
from django.test import Client

from leadstern.accounts.models import User
from leadstern.audit.models import Entry
from leadstern.capture.actions import accept_submission, mark_spam, mark_taken, park_submission
from leadstern.capture.models import Submission
from leadstern.capture.terms import SubmissionState
from leadstern.consent.models import Wording
from leadstern.visitors.models import Site
from tests.capture.make import GOOD, make_form, make_submission, make_wordings, send
from tests.conftest import NOW

State = SubmissionState
SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def test_account_adds_up(ben: User, sign_in: SignIn) -> None:
    for number in range(4):
        make_submission(number)
    rows = list(Submission.objects.order_by("id"))
    for row in rows[:2]:
        accept_submission(row, details={"email": "a@example.com"}, now=NOW)
    mark_taken([rows[0].pk], now=NOW)
    park_submission(rows[2], reason="Doppelt?", now=NOW)
    mark_spam(rows[3], reason="honeypot", now=NOW)
    page = sign_in(ben).get("/capture/submissions/")
    account = page.context["account"]
    assert (account["received"], account["taken"], account["parked"], account["spam"], account["waiting"]) == (
        4,
        1,
        1,
        1,
        1,
    )
    parked = sign_in(ben).get("/capture/submissions/?state=parked")
    assert "Doppelt?" in parked.content.decode()
    assert "Person 3" not in parked.content.decode()


def test_where_it_came_from_is_said_in_words(ben: User, sign_in: SignIn) -> None:
    site = Site.objects.create(name="Sonnwerk", key="k", origins=["https://sonnwerk.example"], created_at=NOW)
    row = make_submission()
    came = {"site": site.pk, "channel": "paid_search", "source": "google", "language": "de", "acquisition": "seed"}
    Submission.objects.filter(pk=row.pk).update(origin=came)
    shown = dict(sign_in(ben).get(f"/capture/submissions/{row.pk}/").context["origin"])
    assert set(shown.values()) == {"Sonnwerk", "Suche (bezahlt)", "google", "Deutsch", "Saat: Empfehlung"}


def test_advertising_text_is_named_by_its_version(ben: User, sign_in: SignIn) -> None:
    make_wordings()
    text = Wording.objects.get(purpose="marketing", language="en")
    assert text.pk != text.version
    row = make_submission()
    Submission.objects.filter(pk=row.pk).update(origin={"marketing_wording": text.pk})
    shown = dict(sign_in(ben).get(f"/capture/submissions/{row.pk}/").context["origin"])
    assert shown["Fassung des Werbetexts"] == "1"


def test_list_names_first_and_last_name(ben: User, sign_in: SignIn) -> None:
    accept_submission(make_submission(), details={"first_name": "Ida", "last_name": "Müßig"}, now=NOW)
    assert "Ida Müßig" in sign_in(ben).get("/capture/submissions/").content.decode()


def test_list_is_paged_by_key(ben: User, sign_in: SignIn) -> None:
    for number in range(52):
        make_submission(number)
    client = sign_in(ben)
    first = client.get("/capture/submissions/")
    second = client.get("/capture/submissions/", {"cursor": first.context["slice"].next})
    shown = [line.submission.pk for page in (first, second) for line in page.context["lines"]]
    assert shown == sorted(shown, reverse=True)
    assert len(shown) == 52


def test_unknown_state_and_broken_cursor_show_everything(ben: User, sign_in: SignIn) -> None:
    make_submission()
    assert "Person 1" in sign_in(ben).get("/capture/submissions/?state=x&cursor=y").content.decode()


def test_list_needs_the_same_number_of_queries_for_one_and_three(
    ben: User, sign_in: SignIn, django_assert_num_queries: Callable[[int], object]
) -> None:
    client = sign_in(ben)
    version = make_form().versions.get()
    make_submission(1, form_version=version)
    client.get("/capture/submissions/")
    with django_assert_num_queries(11):  # type: ignore[attr-defined]
        client.get("/capture/submissions/")
    make_submission(2, form_version=version)
    make_submission(3, form_version=version)
    with django_assert_num_queries(11):  # type: ignore[attr-defined]
        client.get("/capture/submissions/")


def test_held_submission_is_released_by_a_person(client: Client, ben: User, sign_in: SignIn) -> None:
    make_form()
    send(client, **GOOD)
    row = Submission.objects.get()
    sign_in(ben).post(f"/capture/submissions/{row.pk}/release/")
    row.refresh_from_db()
    assert (row.state, row.details["email"]) == (State.WAITING, "kim@example.com")
    assert Entry.objects.get(verb="submission.released").actor_name == "Ben"


def test_never_corrected_submission_is_released_with_what_is_right(client: Client, ben: User, sign_in: SignIn) -> None:
    make_form()
    send(client, **{**GOOD, "phone": "keine"})
    row = Submission.objects.get()
    sign_in(ben).post(f"/capture/submissions/{row.pk}/release/")
    row.refresh_from_db()
    assert row.state == State.WAITING
    assert row.details["extra"] == {"phone": "keine"}


def test_nobody_to_reach_cannot_be_released(client: Client, ben: User, sign_in: SignIn) -> None:
    make_form()
    send(client, name="Kim", email="falsch", message="Hallo")
    row = Submission.objects.get()
    sign_in(ben).post(f"/capture/submissions/{row.pk}/release/")
    row.refresh_from_db()
    assert row.state == State.INVALID


def test_putting_aside_needs_a_reason_and_is_recorded(ben: User, sign_in: SignIn) -> None:
    row = make_submission()
    client = sign_in(ben)
    client.post(f"/capture/submissions/{row.pk}/park/", {"reason": ""})
    row.refresh_from_db()
    assert row.state == State.RECEIVED
    client.post(f"/capture/submissions/{row.pk}/park/", {"reason": "Bewerbung"})
    row.refresh_from_db()
    assert (row.state, row.state_reason) == (State.PARKED, "Bewerbung")
    assert Entry.objects.get().verb == "submission.parked"


def test_taken_submission_is_neither_released_nor_parked(ben: User, sign_in: SignIn) -> None:
    row = make_submission()
    accept_submission(row, details={"email": "a@example.com"}, now=NOW)
    mark_taken([row.pk], now=NOW)
    client = sign_in(ben)
    client.post(f"/capture/submissions/{row.pk}/park/", {"reason": "x"})
    client.post(f"/capture/submissions/{row.pk}/release/")
    row.refresh_from_db()
    assert row.state == State.TAKEN


def test_script_in_every_field_is_shown_as_text(client: Client, ben: User, sign_in: SignIn) -> None:
    make_form()
    send(client, after=1, **dict.fromkeys([*GOOD, "<script>name"], "<script>alert(1)</script>"))
    row = Submission.objects.get()
    for path in (f"/capture/submissions/{row.pk}/", "/capture/submissions/"):
        page = sign_in(ben).get(path).content.decode()
        assert "<script>alert" not in page
        assert "<script>name" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_pages_are_for_those_who_edit_leads(
    anna: User, ben: User, carla: User, doris: User, emil: User, fremd: User, sign_in: SignIn
) -> None:
    row = make_submission()
    for path in ("/capture/submissions/", f"/capture/submissions/{row.pk}/", "/leads/new/"):
        for user, status in ((anna, 200), (ben, 200), (doris, 200), (emil, 200), (fremd, 403)):
            assert sign_in(user).get(path).status_code == status
        assert Client().get(path).status_code == 302
    for path in ("release", "park"):
        assert sign_in(fremd).post(f"/capture/submissions/{row.pk}/{path}/").status_code == 403
        assert sign_in(ben).get(f"/capture/submissions/{row.pk}/{path}/").status_code == 405
    assert sign_in(ben).get("/capture/submissions/999/").status_code == 404


def test_field_sales_sees_what_it_entered_itself_and_nothing_else(carla: User, sign_in: SignIn) -> None:
    client = sign_in(carla)
    others = make_submission(1)
    own = make_submission(2, entered_by=carla)
    assert client.get(f"/capture/submissions/{own.pk}/").status_code == 200
    assert client.get("/capture/submissions/").status_code == 403
    assert client.get(f"/capture/submissions/{others.pk}/").status_code == 404
    assert client.post(f"/capture/submissions/{others.pk}/park/", {"reason": "x"}).status_code == 404
