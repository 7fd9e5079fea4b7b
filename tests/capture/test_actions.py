"""The one door: stored once, moved by conditional updates, taken up again after a crash, erased but counted."""

import threading
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import OperationalError, connection
from django.test import Client

from leadstern.capture.actions import accept_submission, mark_taken, park_many, receive, reject_submission
from leadstern.capture.channels.form import public
from leadstern.capture.models import Download, Submission
from leadstern.capture.personal_data import erase_submissions, show_submissions
from leadstern.capture.terms import CaptureChannel, FormKind, Reason, SubmissionState
from leadstern.capture.work import understand_received
from leadstern.core.time import clock_at
from leadstern.outbox.models import Delivery
from tests.capture.make import GOOD, make_form, make_sender, make_submission, open_form, send, solved
from tests.conftest import NOW

State = SubmissionState


@pytest.mark.django_db
def test_same_key_returns_the_row_there_is() -> None:
    first = make_submission(1)
    accept_submission(first, details={"email": "a@example.com"}, now=NOW)
    again = make_submission(1)
    assert (again.pk, again.state) == (first.pk, State.WAITING)


@pytest.mark.django_db
def test_what_no_database_can_hold_is_stored_all_the_same() -> None:
    row = receive(
        channel=CaptureChannel.FORM, key="k", raw={"a\x00": "b\x00", "c": "\ud800", "d": [b"\xff"], "e": float("nan")},
        origin={"page": "\x00"}, captured_at=NOW, now=NOW,
    )  # fmt: skip
    row.refresh_from_db()
    assert set(row.raw) == {"a\\x00", "c", "d", "e"}


@pytest.mark.django_db
def test_only_one_of_two_moves_wins() -> None:
    row, same = make_submission(1), Submission.objects.get()
    assert accept_submission(row, details={}, now=NOW) is True
    assert reject_submission(same, errors={"x": ["y"]}, now=NOW) is False
    assert same.state == State.WAITING
    assert accept_submission(same, details={}, now=NOW) is False


@pytest.mark.django_db
def test_only_waiting_rows_are_taken_and_taken_ones_not_parked() -> None:
    rows = [make_submission(number) for number in range(3)]
    for row in rows[:2]:
        accept_submission(row, details={}, now=NOW)
    assert mark_taken([row.pk for row in rows], now=NOW) == 2
    assert park_many([(row.pk, "Grund") for row in rows], now=NOW) == 1
    assert Submission.objects.get(state=State.PARKED).pk == rows[2].pk


@pytest.mark.django_db
def test_killed_between_storing_and_understanding_goes_on(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_sender()
    make_form("ratgeber", kind=FormKind.DOWNLOAD)

    def killed(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("leadstern.capture.channels.form.door.understand", killed)
    with pytest.raises(KeyboardInterrupt):
        send(client, "ratgeber", proof=solved(), email="kim@example.com")
    assert Submission.objects.get().state == State.RECEIVED
    assert understand_received(now=NOW + timedelta(seconds=25), limit=10) == 0
    assert understand_received(now=NOW + timedelta(seconds=60), limit=10) == 1
    assert understand_received(now=NOW + timedelta(seconds=60), limit=10) == 0
    assert Submission.objects.get().state == State.WAITING
    assert Delivery.objects.count() == 1


@pytest.mark.django_db
def test_hand_entry_that_was_interrupted_is_parked() -> None:
    make_submission()
    understand_received(now=NOW + timedelta(minutes=1), limit=10)
    assert Submission.objects.get().state_reason == Reason.INTERRUPTED


@pytest.mark.django_db
def test_database_gone_keeps_the_entries_on_the_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_form()
    token = open_form(client)

    def gone(*args: object, **kwargs: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(public, "form_by_key", gone)
    answer = send(client, token=token, **{**GOOD, "name": '"><b>Kim'})
    assert answer.status_code == 503
    assert 'name="email" value="kim@example.com"' in answer.content.decode()
    assert '"><b>Kim' not in answer.content.decode()
    answer = client.post("/f/kontakt/", "{}", content_type="application/json", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["state"]) == (503, "unavailable")


@pytest.mark.django_db
def test_erasing_empties_but_keeps_the_count(client: Client) -> None:
    make_sender()
    make_form("ratgeber", kind=FormKind.DOWNLOAD)
    send(client, "ratgeber", proof=solved(), email="kim@example.com")
    row = Submission.objects.get()
    Download.objects.create(grant=row.downloadgrant_set.get(), at=NOW)
    shown = show_submissions([row.pk])
    assert shown[0]["entered"] == {"email": "kim@example.com"}
    assert "Ratgeber" in shown[0]["downloads"][0]
    assert erase_submissions([row.pk]) == 1
    row.refresh_from_db()
    assert (row.raw, row.details, row.origin) == ({}, {}, {})
    assert row.downloadgrant_set.get().secret_hash.startswith("erased:")
    assert Download.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_identical_posts_at_once_store_one() -> None:
    make_form()
    make_sender()
    token, proof = open_form(Client()), solved()
    body = urlencode({"ls_token": token, "ls_proof": proof, **GOOD})
    answers: list[int] = []

    def post() -> None:
        answer = Client().post("/f/kontakt/", body, content_type="application/x-www-form-urlencoded")
        answers.append(answer.status_code)
        connection.close()

    with clock_at(NOW + timedelta(seconds=20)):
        threads = [threading.Thread(target=post) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == [303] * 4
    assert Submission.objects.get().state == State.WAITING
