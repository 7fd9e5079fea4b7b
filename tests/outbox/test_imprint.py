"""Every page for strangers says whose it is and leads to imprint and privacy page (§ 5 DDG, Art. 13 GDPR)."""

from datetime import datetime

import pytest
from django.test import Client

from leadstern.capture.actions import close_form
from leadstern.capture.terms import FormKind
from leadstern.consent.actions import publish_wording, request_consent
from leadstern.outbox.models import Delivery
from tests.capture.make import GOOD, make_form, make_sender, names_the_company, send, solved
from tests.capture.test_downloads import link_from

pytestmark = pytest.mark.django_db


def test_form_question_and_thanks(client: Client) -> None:
    make_sender()
    make_form()
    question = send(client, **GOOD)["Location"]
    for url in ("/f/kontakt/", question, "/f/kontakt/done/", "/f/nothing/"):
        assert names_the_company(client.get(url).content.decode()), url
    assert names_the_company(send(client, name="Kim").content.decode())


def test_closed_form(client: Client, anna: object, now: datetime) -> None:
    make_sender()
    close_form(make_form(), by=anna, now=now)  # type: ignore[arg-type]
    assert names_the_company(client.get("/f/kontakt/").content.decode())


def test_download(client: Client) -> None:
    make_sender()
    make_form("ratgeber", kind=FormKind.DOWNLOAD)
    send(client, "ratgeber", proof=solved(), email="kim@example.com")
    for url in (link_from(Delivery.objects.get()), "/d/sent/", "/d/nothing/"):
        assert names_the_company(client.get(url).content.decode()), url


def test_confirmation_and_unsubscribing(client: Client, now: datetime) -> None:
    make_sender()
    wording = publish_wording(purpose="marketing", language="de", text="Ja", now=now, by=None)
    _entry, token = request_consent(
        channel="email", address="kim@example.com", purpose="marketing", wording=wording, evidence={}, now=now
    )
    page = client.get(f"/c/{token}/").content.decode()
    assert names_the_company(page)
    assert "gegenüber Muster für kim@example.com" in page
    for url in ("/c/nothing/", "/u/nothing/"):
        assert names_the_company(client.get(url).content.decode()), url


def test_without_a_sender_nothing_is_made_up(client: Client) -> None:
    make_form()
    page = client.get("/f/kontakt/").content.decode()
    assert "public-head" not in page
    assert "public-foot" not in page
