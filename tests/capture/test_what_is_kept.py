"""What comes in is kept: nothing longer than a lead keeps is cut without a word, no postcode costs a line."""

import pytest
from django.test import Client

from leadstern.capture.channels.file_import.actions import check_run
from leadstern.capture.logic import DETAILS
from leadstern.capture.models import ImportIssue, Submission
from leadstern.capture.terms import SubmissionState as State
from leadstern.leads import logic as leads
from tests.capture.make import GOOD, make_form, send
from tests.capture.test_file_import import counts, import_all, start
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

PLACES = [
    ("50667", "Deutschland", "50667", False),
    ("D-50667", "DE", "50667", False),
    ("506", "DE", "506", True),
    ("1010", "Deutschland", "1010", True),
    ("1010", "Österreich", "1010", False),
    ("10100", "AT", "10100", True),
    ("8001", "CH", "8001", False),
    ("8001", "", "8001", False),
    ("506", "", "506", True),
    ("SW1A 1AA", "Vereinigtes Königreich", "SW1A 1AA", False),
    ("12", "Atlantis", "12", False),
]


@pytest.mark.parametrize(("text", "country", "kept", "is_doubted"), PLACES)
def test_wrong_postcode_is_told_and_costs_no_line(text: str, country: str, kept: str, is_doubted: bool) -> None:
    mapping = {"email": "E-Mail", "postcode": "PLZ", "country": "Land"}
    run = start(f"E-Mail;PLZ;Land\nkim@firma.de;{text};{country}\n", mapping=mapping)
    report = check_run(run, now=NOW)
    assert (report.new, report.issue_count, len(report.issues)) == (1, 0, int(is_doubted))
    import_all(run)
    assert counts(run) == ("done", 1, 0, 0)
    assert Submission.objects.get().details["postcode"] == kept
    told = [(issue.line, issue.column, issue.code) for issue in ImportIssue.objects.all()]
    assert told == ([(2, "PLZ", "postcode")] if is_doubted else [])


LONG = "Donaudampfschifffahrts" * 4  # 88 letters


@pytest.mark.parametrize(
    ("field", "text", "is_taken"),
    [
        ("last_name", LONG, False),
        ("name", f"Kim {LONG}", False),
        ("name", f"{LONG}, Kim", False),
        ("name", f"{LONG[:80]} {LONG[:79]}", True),
        ("title", "x" * 41, False),
        ("message", "x" * 4001, False),
        ("message", "x" * 4000, True),
        ("medium", "x" * 61, False),
        ("country", "Vereinigte Arabische Emirate", True),
    ],
)
def test_nothing_longer_than_a_lead_keeps_is_taken_without_a_word(field: str, text: str, is_taken: bool) -> None:
    run = import_all(start(f"E-Mail;Feld\nkim@firma.de;{text}\n", mapping={"email": "E-Mail", field: "Feld"}))
    assert counts(run) == ("done", int(is_taken), 0, int(not is_taken))
    assert list(ImportIssue.objects.values_list("code", flat=True)) == ([] if is_taken else ["too_long"])


@pytest.mark.parametrize(
    "name", ["Donaudampfschifffahrts" * 4, "Kim " + "Donaudampfschifffahrts" * 4, f"{'x' * 70} {'y' * 81}"]
)
def test_name_longer_than_a_lead_keeps_is_said_and_not_cut(client: Client, name: str) -> None:
    make_form()
    answer = send(client, **GOOD | {"name": name})
    assert answer.status_code == 422
    assert "je 80 Zeichen" in answer.content.decode()
    assert Submission.objects.get().state == State.INVALID
    assert send(client, **GOOD | {"name": f"{'x' * 79} {'y' * 80}"}).status_code == 303


def test_message_longer_than_a_lead_keeps_is_said_and_not_cut(client: Client) -> None:
    make_form()
    answer = send(client, **GOOD | {"message": "x" * 4001})
    assert answer.status_code == 422
    assert "4000" in answer.content.decode()
    assert send(client, **GOOD | {"message": "x" * 4000}).status_code == 303


def test_nothing_is_taken_longer_than_a_lead_keeps() -> None:
    kept = {**leads.TEXTS, **leads.ORIGIN_COLUMNS, "message": leads.MESSAGE_LENGTH}
    for name, length in kept.items():
        assert DETAILS[name] <= length, name
