"""The doctor finds what is wrong and says what to do; a healthy installation is called so."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from leadstern.capture.actions import accept_submission, receive
from leadstern.capture.models import Submission
from leadstern.capture.terms import CaptureChannel, SubmissionState
from leadstern.journey.defaults import ensure_defaults
from leadstern.journey.health import Level, findings
from leadstern.journey.models import Worker
from leadstern.outbox.actions import ensure_default_sender

pytestmark = pytest.mark.django_db


def levels(now: datetime) -> dict[str, Level]:
    return {finding.check: finding.level for finding in findings(now=now)}


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
    told = {finding.check: finding for finding in findings(now=now)}["worker"]
    assert (told.level, "score" in told.text) == (Level.PROBLEM, True)


def test_mail_without_sender_and_without_server_is_said(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [finding.text for finding in findings(now=now) if finding.check == "mail"]
    ensure_default_sender(now=now)
    texts += [finding.text for finding in findings(now=now) if finding.check == "mail"]
    monkeypatch.setitem(settings.OWN, "LEADSTERN_SMTP_URL", "smtp://mail.example:25?tls=none")
    assert levels(now)["mail"] is Level.GOOD
    assert len(set(texts)) == 2


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
