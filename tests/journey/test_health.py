"""The doctor finds what is wrong and says what to do; a healthy installation is called so."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from leadstern.accounts.models import User
from leadstern.capture.actions import accept_submission, receive
from leadstern.capture.models import Submission
from leadstern.capture.terms import CaptureChannel, SubmissionState
from leadstern.journey.defaults import ensure_defaults
from leadstern.journey.health import Finding, Level, findings
from leadstern.journey.models import Worker
from leadstern.outbox.actions import ensure_default_sender
from leadstern.outbox.work import run_due
from tests.outbox.make import Server, free_port, make_mail, make_sender, running

pytestmark = pytest.mark.django_db


def levels(now: datetime) -> dict[str, Level]:
    return {finding.check: finding.level for finding in findings(now=now)}


def told(check: str, now: datetime) -> Finding:
    return next(finding for finding in findings(now=now) if finding.check == check)


def submission(now: datetime) -> Submission:
    row = receive(channel=CaptureChannel.MANUAL, key="x", raw={}, origin={}, captured_at=now, now=now)
    accept_submission(row, details={"email": "kim@muster.example"}, now=now)
    return row


def test_a_living_worker_is_found(now: datetime) -> None:
    assert levels(now)["worker"] is Level.PROBLEM
    Worker.objects.create(name="here", started_at=now, seen_at=now)
    assert levels(now)["worker"] is Level.GOOD
    assert levels(now + timedelta(minutes=2))["worker"] is Level.PROBLEM


def test_a_step_that_fails_is_a_problem_and_named(now: datetime) -> None:
    Worker.objects.create(name="here", started_at=now, seen_at=now, failing=["score"])
    found = told("worker", now)
    assert (found.level, "score" in found.text) == (Level.PROBLEM, True)


def test_mail_without_sender_and_without_server_is_said(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [finding.text for finding in findings(now=now) if finding.check == "mail"]
    ensure_default_sender(now=now)
    texts += [finding.text for finding in findings(now=now) if finding.check == "mail"]
    monkeypatch.setitem(settings.OWN, "LEADSTERN_SMTP_URL", "smtp://mail.example:25?tls=none")
    assert levels(now)["mail"] is Level.GOOD
    assert len(set(texts)) == 2


def test_a_mail_server_that_is_down_is_said_until_it_is_back(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server()
    monkeypatch.setitem(settings.OWN, "LEADSTERN_SMTP_URL", f"smtp://127.0.0.1:{server.port}?tls=none")
    make_sender(now)
    for key in "abc":
        make_mail(now, key)
    run_due(now=now, limit=10)
    early, late = told("mail", now), told("mail", now + timedelta(hours=2))
    assert (early.level, late.level) == (Level.WARNING, Level.PROBLEM)
    assert "18.11.2026, 10:00" in late.text
    assert "refused" in late.text
    assert "Wartende E-Mails: 3" in late.text
    assert "LEADSTERN_SMTP_URL" in late.advice
    assert told("deliveries", now).level is Level.WARNING
    with running(server):
        run_due(now=now + timedelta(minutes=1), limit=10)
    assert len(server.mails) == 3
    assert told("mail", now + timedelta(hours=2)).level is Level.GOOD
    assert told("deliveries", now + timedelta(hours=2)).level is Level.GOOD


def test_a_mail_server_that_is_down_while_nothing_waits_is_no_problem(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.OWN, "LEADSTERN_SMTP_URL", f"smtp://127.0.0.1:{free_port()}?tls=none")
    make_sender(now)
    mail = make_mail(now)
    run_due(now=now, limit=10)
    mail.delete()
    assert told("mail", now + timedelta(hours=2)).level is Level.WARNING
    assert told("deliveries", now + timedelta(hours=2)).level is Level.GOOD


def test_the_page_of_the_system_says_that_the_mail_server_is_down(
    now: datetime, monkeypatch: pytest.MonkeyPatch, emil: User, sign_in: Callable[[User], Client]
) -> None:
    monkeypatch.setitem(settings.OWN, "LEADSTERN_SMTP_URL", f"smtp://127.0.0.1:{free_port()}?tls=none")
    make_sender(now)
    make_mail(now)
    run_due(now=now, limit=10)
    assert "Der Mailserver ist seit 18.11.2026, 10:00 nicht erreichbar" in (
        sign_in(emil).get("/setup/system/").content.decode()
    )


def test_what_waits_too_long_is_a_problem(now: datetime) -> None:
    ensure_defaults(now=now)
    submission(now)
    assert levels(now)["waiting"] is Level.GOOD
    assert levels(now + timedelta(minutes=6))["waiting"] is Level.PROBLEM


def test_parked_submissions_are_counted(now: datetime) -> None:
    row = submission(now)
    Submission.objects.filter(pk=row.pk).update(state=SubmissionState.PARKED)
    assert levels(now)["parked"] is Level.WARNING


def test_wrong_business_hours_are_told(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    assert levels(now)["calendar"] is Level.GOOD
    monkeypatch.setitem(settings.OWN, "LEADSTERN_BUSINESS_HOURS", "immer")
    assert levels(now)["calendar"] is Level.PROBLEM


def test_every_finding_that_is_not_good_gives_advice(now: datetime) -> None:
    submission(now)
    found = findings(now=now + timedelta(minutes=6))
    assert all(bool(finding.advice) == (finding.level is not Level.GOOD) for finding in found)


def test_the_clock_is_right_as_long_as_nothing_says_otherwise() -> None:
    now = datetime.now(UTC)
    submission(now)
    assert told("clock", now).level is Level.GOOD


def test_a_clock_apart_from_the_databases_is_a_problem() -> None:
    assert told("clock", datetime.now(UTC) - timedelta(minutes=1)).level is Level.PROBLEM


@pytest.mark.parametrize("recorded", ["worker", "submission", "audit"])
def test_a_clock_that_was_set_back_is_noticed(recorded: str) -> None:
    """As on SQLite, where the database's clock is the machine's own."""
    now = datetime.now(UTC)
    before = now + timedelta(hours=1)
    if recorded == "worker":
        Worker.objects.create(name="here", started_at=before, seen_at=before)
    elif recorded == "submission":
        submission(before)
    else:
        ensure_default_sender(now=before)
    found = told("clock", now)
    assert found.level is Level.PROBLEM
    assert "NTP" in found.advice


def test_a_newer_line_does_not_hide_that_the_clock_was_set_back() -> None:
    now = datetime.now(UTC)
    Worker.objects.create(name="here", started_at=now, seen_at=now)
    submission(now + timedelta(hours=1))
    receive(channel=CaptureChannel.MANUAL, key="y", raw={}, origin={}, captured_at=now, now=now)
    assert told("clock", now).level is Level.PROBLEM


@pytest.mark.parametrize(
    ("gigabytes", "level"), [(0.2, Level.PROBLEM), (0.6, Level.WARNING), (2.9, Level.WARNING), (3.1, Level.GOOD)]
)
def test_a_disk_that_fills_up_is_told_before_it_is_full(
    gigabytes: float, level: Level, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = SimpleNamespace(free=int(gigabytes * 2**30))
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    assert told("disk", now).level is level


def test_a_database_older_than_the_program_ends_the_list(now: datetime) -> None:
    assert told("migrations", now).level is Level.GOOD
    MigrationRecorder(connection).migration_qs.filter(app="visitors").delete()
    found = findings(now=now)
    assert (found[-1].check, found[-1].level) == ("migrations", Level.PROBLEM)
    assert "leadstern prepare" in found[-1].advice


def test_the_database_is_named(now: datetime) -> None:
    found = told("database", now)
    assert (found.level, connection.display_name in found.text) == (Level.GOOD, True)


def test_a_home_in_which_nothing_can_be_written_is_a_problem(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LEADSTERN_HOME", settings.LEADSTERN_HOME / "nowhere")
    assert told("home", now).level is Level.PROBLEM
