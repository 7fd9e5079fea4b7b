"""Gated downloads: a personal link by mail, a button, a download that counts; running out and asking anew."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from leadstern.accounts.models import User
from leadstern.capture.models import Download, DownloadGrant, Magnet, Submission
from leadstern.capture.terms import CaptureChannel, FormKind, Reason, SubmissionState
from leadstern.core.time import clock_at
from leadstern.outbox.models import Delivery
from tests.capture.make import PDF, make_form, make_sender, send, solved
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def link_from(mail: Delivery) -> str:
    found = re.search(r"/d/[\w-]+/", mail.payload["text"])
    assert found
    return found[0]


def requested(client: Client) -> str:
    """A link as it stands in the mail."""
    make_sender()
    make_form("ratgeber", kind=FormKind.DOWNLOAD)
    send(client, "ratgeber", proof=solved(), email="kim@example.com")
    return link_from(Delivery.objects.get())


def test_acceptance_mails_a_link_and_keeps_its_hash_only(client: Client) -> None:
    link = requested(client)
    grant = DownloadGrant.objects.get()
    assert grant.secret_hash not in link
    assert grant.expires_at == NOW + timedelta(days=14, seconds=20)
    assert Submission.objects.get().channel == CaptureChannel.DOWNLOAD


def test_opening_the_link_downloads_nothing(client: Client, now: object) -> None:
    link = requested(client)
    assert client.get(link).status_code == 200
    assert client.head(link).status_code == 200
    assert not Download.objects.exists()


def test_pressing_the_button_hands_out_the_file_and_counts(client: Client, now: object) -> None:
    answer = client.post(requested(client))
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/pdf"
    assert 'filename="ratgeber.pdf"' in answer["Content-Disposition"]
    assert Download.objects.get().is_taken is False


def test_expired_link_offers_a_new_one_to_the_same_address(client: Client) -> None:
    link = requested(client)
    with clock_at(NOW + timedelta(days=15)):
        assert client.post(link).status_code == 410
        for _ in range(2):
            assert client.post(f"{link}renew/").status_code == 303
    new = Delivery.objects.order_by("id").last()
    assert new is not None
    assert Delivery.objects.count() == 2
    assert new.recipient == "kim@example.com"
    with clock_at(NOW + timedelta(days=15)):
        answer = client.post(link_from(new))
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]


def test_unknown_link_and_missing_file_are_said(client: Client, now: object) -> None:
    assert client.get("/d/nichts/").status_code == 404
    link = requested(client)
    Magnet.objects.update(path="magnets/weg.pdf")
    assert client.post(link).status_code == 503
    assert not Download.objects.exists()


def test_without_a_sender_the_submission_is_taken_and_says_so(client: Client) -> None:
    make_form("ratgeber", kind=FormKind.DOWNLOAD)
    send(client, "ratgeber", proof=solved(), email="kim@example.com")
    row = Submission.objects.get()
    assert (row.state, row.state_reason) == (SubmissionState.WAITING, Reason.MAIL_REFUSED)
    assert not DownloadGrant.objects.exists()


@pytest.mark.parametrize(("name", "data"), [
    ("boese.html", b"<script>"), ("boese.pdf", b"<script>"), ("leer.pdf", b""), ("ohne", b"%PDF-1.7"),
])  # fmt: skip
def test_upload_of_another_kind_is_refused(
    name: str, data: bytes, anna: User, sign_in: Callable[[User], Client]
) -> None:
    answer = sign_in(anna).post("/capture/magnets/", {"title": "X", "file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 422
    assert not Magnet.objects.exists()


def test_uploaded_file_gets_a_name_of_ours(anna: User, sign_in: Callable[[User], Client]) -> None:
    upload = SimpleUploadedFile("../../Preise „2026“.pdf", PDF)
    assert sign_in(anna).post("/capture/magnets/", {"title": "Preise", "file": upload}).status_code == 302
    magnet = Magnet.objects.get()
    assert re.fullmatch(r"magnets/[0-9a-f]{32}\.pdf", magnet.path)
    assert "/" not in magnet.filename
