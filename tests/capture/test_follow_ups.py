"""Mails that a form causes: never without a text to agree to, and never so many that a form becomes a weapon."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from leadstern.capture.channels.form import follow_up
from leadstern.capture.models import Submission
from leadstern.capture.terms import Reason, SubmissionState
from leadstern.consent.actions import publish_wording
from leadstern.consent.models import LedgerEntry
from leadstern.core.time import clock_at
from leadstern.outbox.models import Delivery
from tests.capture.make import GOOD, make_form, make_sender, make_wordings, send, solved
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def by_hand(client: Client) -> None:
    """A form that somebody wrote themselves: without our token, so without the wording that was shown."""
    asked = client.post("/f/kontakt/", json.dumps({**GOOD, "ls_marketing": "on", "ls_proof": solved()}),
                        content_type="application/json", headers={"accept": "application/json"})  # fmt: skip
    assert asked.status_code == 200


def test_who_saw_no_wording_reads_the_current_one_before_confirming(client: Client, now: object) -> None:
    make_wordings()
    make_sender()
    make_form(asks_marketing=True, captcha=False)
    by_hand(client)
    wording = LedgerEntry.objects.get().wording
    assert wording is not None
    assert wording.text == "Ja, informieren de"


def test_without_any_wording_nobody_is_asked_and_colleagues_are_told(client: Client, now: object) -> None:
    publish_wording(purpose="privacy", language="de", text="Datenschutz", now=NOW, by=None)
    make_sender()
    make_form(asks_marketing=True, captcha=False)
    by_hand(client)
    assert not LedgerEntry.objects.exists()
    assert not Delivery.objects.exists()
    row = Submission.objects.get()
    assert (row.state, row.state_reason) == (SubmissionState.WAITING, Reason.MAIL_REFUSED)


def test_an_address_gets_so_many_mails_a_day_and_no_more(client: Client) -> None:
    make_wordings()
    make_sender()
    make_form(asks_marketing=True)
    for number in range(follow_up.MOST_A_DAY + 3):
        send(client, proof=solved(), ls_marketing="on", **GOOD | {"message": f"Nummer {number}"})
    assert Delivery.objects.count() == LedgerEntry.objects.count() == follow_up.MOST_A_DAY
    assert set(Submission.objects.values_list("state", flat=True)) == {SubmissionState.WAITING}
    assert Submission.objects.filter(state_reason=Reason.MAIL_LIMIT).count() == 3
    other = GOOD | {"email": "alex@example.com"}
    send(client, proof=solved(), ls_marketing="on", **other)
    assert Delivery.objects.filter(recipient="alex@example.com").count() == 1


def test_the_next_day_the_address_may_be_written_to_again(client: Client) -> None:
    make_wordings()
    make_sender()
    make_form(asks_marketing=True, captcha=False)
    for number in range(follow_up.MOST_A_DAY + 1):
        send(client, ls_marketing="on", **GOOD | {"message": f"Nummer {number}"})
    later = NOW + timedelta(days=1, minutes=1)
    with clock_at(later):
        by_hand(client)
    assert Delivery.objects.count() == follow_up.MOST_A_DAY + 1


def test_what_no_database_holds_is_taken_in_every_field_of_ours(client: Client, now: object) -> None:
    make_form(captcha=False)
    odd = {"ls_visitor": {"base64": "AA=="}, "ls_source": "a\x00b", "ls_page": "\ud800"}
    answer = client.post("/f/kontakt/", json.dumps(GOOD | odd), content_type="application/json",
                         headers={"accept": "application/json"})  # fmt: skip
    assert answer.json()["state"] in {"done", "human"}
    assert Submission.objects.count() == 1
