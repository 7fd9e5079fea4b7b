"""Mailbox, outbox and sender: who may, what is shown, what is decided."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from leadstern.accounts.models import User
from leadstern.outbox.actions import queue_system_mail
from leadstern.outbox.models import Delivery, MailboxMessage, SenderIdentity
from leadstern.outbox.terms import DeliveryState
from leadstern.outbox.work import run_due
from tests.outbox.make import Server, make_mail, make_sender, running

SignIn = Callable[[User], Client]
SYSTEM = ["/setup/outbox/", "/setup/sender/"]


@pytest.mark.parametrize("page", SYSTEM)
def test_setup_pages_are_for_those_who_manage_the_system(
    page: str, sign_in: SignIn, anna: User, ben: User, carla: User, doris: User, emil: User, fremd: User
) -> None:
    for user in (anna, ben, carla, doris, fremd):
        assert sign_in(user).get(page).status_code == 403
    assert sign_in(emil).get(page).status_code == 200
    assert Client().get(page).status_code == 302


def test_mailbox_is_for_everybody_who_sees_all_leads(
    sign_in: SignIn, anna: User, ben: User, carla: User, doris: User, emil: User, fremd: User
) -> None:
    for user in (anna, ben, doris, emil):
        assert sign_in(user).get("/nurture/mailbox/").status_code == 200
    for user in (carla, fremd):
        assert sign_in(user).get("/nurture/mailbox/").status_code == 403
    assert Client().get("/nurture/mailbox/").status_code == 302


def test_mailbox_shows_mails_with_our_own_links_to_follow(
    sign_in: SignIn, anna: User, now: datetime, settings: Any
) -> None:
    make_sender(now)
    text = f"Siehe {settings.BASE_URL}/u/abc/ und https://evil.example/x"
    mail = make_mail(now, html="<script>alert(1)</script>")
    Delivery.objects.update(payload=mail.payload | {"text": text})
    run_due(now=now, limit=10)
    client = sign_in(anna)
    assert "Betreff a" in client.get("/nurture/mailbox/").content.decode()
    page = client.get(f"/nurture/mailbox/{MailboxMessage.objects.get().pk}/").content.decode()
    assert f'href="{settings.BASE_URL}/u/abc/"' in page
    assert 'href="https://evil.example/x"' not in page
    assert "https://evil.example/x" in page
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_mailbox_is_searched_by_recipient_and_speaks_the_readers_language(
    sign_in: SignIn, anna: User, now: datetime
) -> None:
    make_sender(now)
    for name in ("kim", "alex"):
        make_mail(now, key=name, recipient=f"{name}@example.com")
    run_due(now=now, limit=10)
    client = sign_in(anna)
    page = client.get("/nurture/mailbox/?to=KIM").content.decode()
    assert "kim@example.com" in page
    assert "alex@example.com" not in page
    assert "Hier liegt keine E-Mail an" in client.get("/nurture/mailbox/?to=nobody").content.decode()
    mail = client.get(f"/nurture/mailbox/{MailboxMessage.objects.latest('id').pk}/").content.decode()
    assert "<dt>Von</dt>" in mail
    assert "<dt>From</dt>" not in mail


def test_mailbox_says_that_the_mail_server_is_down_and_how_many_mails_wait(
    sign_in: SignIn, anna: User, doris: User, now: datetime, smtp_url: Callable[[int], None]
) -> None:
    server = Server()
    smtp_url(server.port)
    make_sender(now)
    for key in "ab":
        make_mail(now, key)
    run_due(now=now, limit=10)
    for user in (anna, doris):
        page = sign_in(user).get("/nurture/mailbox/").content.decode()
        assert "Der Mailserver ist seit 18.11.2026, 10:00 nicht erreichbar. Wartende E-Mails: 2." in page
    with running(server):
        run_due(now=now + timedelta(minutes=1), limit=10)
    assert "nicht erreichbar" not in sign_in(anna).get("/nurture/mailbox/").content.decode()


def test_mailbox_hides_keys_to_accounts_from_all_but_those_who_manage_users(
    sign_in: SignIn, anna: User, emil: User, now: datetime
) -> None:
    queue_system_mail(recipient="emil@example.com", subject="Geheimsache", text="https://…/reset/geheim/", now=now)
    run_due(now=now, limit=10)
    message = MailboxMessage.objects.get().pk
    assert "Geheimsache" not in sign_in(anna).get("/nurture/mailbox/").content.decode()
    assert sign_in(anna).get(f"/nurture/mailbox/{message}/").status_code == 404
    assert sign_in(emil).get(f"/nurture/mailbox/{message}/").status_code == 200
    outbox = sign_in(emil).get("/setup/outbox/?state=sent").content.decode()
    assert "geheim" not in outbox


def test_mailbox_takes_the_same_queries_for_one_and_three(
    sign_in: SignIn, anna: User, now: datetime, django_assert_num_queries: Any
) -> None:
    make_sender(now)
    client = sign_in(anna)
    for keys in ("a", "bc"):
        for key in keys:
            make_mail(now, key)
        run_due(now=now, limit=10)
        with django_assert_num_queries(4):
            client.get("/nurture/mailbox/")


def test_outbox_takes_the_same_queries_for_one_and_three(
    sign_in: SignIn, emil: User, now: datetime, django_assert_num_queries: Any
) -> None:
    make_sender(now)
    client = sign_in(emil)
    for keys in ("a", "bc"):
        for key in keys:
            make_mail(now, key)
        with django_assert_num_queries(10):
            client.get("/setup/outbox/")


def test_outbox_opens_where_mails_are(sign_in: SignIn, emil: User, now: datetime) -> None:
    make_sender(now)
    client = sign_in(emil)
    assert client.get("/setup/outbox/").context["state"] == "sent"
    make_mail(now, "a")
    assert client.get("/setup/outbox/").context["state"] == "waiting"


def test_outbox_without_a_sender_says_what_to_do(sign_in: SignIn, emil: User) -> None:
    page = sign_in(emil).get("/setup/outbox/").content.decode()
    assert 'href="/setup/sender/"' in page


def test_outbox_sends_uncertain_again_and_cancels_by_post_only(sign_in: SignIn, emil: User, now: datetime) -> None:
    make_sender(now)
    delivery = make_mail(now)
    Delivery.objects.update(state=DeliveryState.UNCERTAIN)
    client = sign_in(emil)
    assert f"/setup/outbox/{delivery.pk}/retry/" in client.get("/setup/outbox/?state=uncertain").content.decode()
    assert client.get(f"/setup/outbox/{delivery.pk}/retry/").status_code == 405
    client.post(f"/setup/outbox/{delivery.pk}/retry/")
    assert Delivery.objects.get().state == DeliveryState.WAITING
    client.post(f"/setup/outbox/{delivery.pk}/cancel/")
    assert Delivery.objects.get().state == DeliveryState.CANCELLED
    again = client.post(f"/setup/outbox/{delivery.pk}/cancel/", follow=True)
    assert again.status_code == 200
    assert "notice error" in again.content.decode()


def test_outbox_decisions_are_for_those_who_manage_the_system(sign_in: SignIn, anna: User, now: datetime) -> None:
    make_sender(now)
    delivery = make_mail(now)
    for verb in ("retry", "cancel"):
        assert sign_in(anna).post(f"/setup/outbox/{delivery.pk}/{verb}/").status_code == 403
    assert Delivery.objects.get().state == DeliveryState.WAITING


def test_outbox_unknown_state_is_not_found(sign_in: SignIn, emil: User) -> None:
    assert sign_in(emil).get("/setup/outbox/?state=x").status_code == 404


def test_sender_is_saved_once_and_changed_after(sign_in: SignIn, emil: User) -> None:
    client = sign_in(emil)
    values = {"name": "Muster GmbH", "address": "Post@Muster.example", "reply_to": "", "company_details": "HRB 1"}
    assert client.post("/setup/sender/", values).status_code == 302
    assert client.post("/setup/sender/", values | {"name": "Muster AG"}).status_code == 302
    sender = SenderIdentity.objects.get()
    assert (sender.name, sender.address, sender.is_default) == ("Muster AG", "post@muster.example", True)
    assert client.post("/setup/sender/", values | {"company_details": ""}).status_code == 422


def test_sender_links_imprint_and_privacy_page(sign_in: SignIn, emil: User) -> None:
    values = {"name": "Muster GmbH", "address": "post@muster.example", "company_details": "HRB 1"}
    client = sign_in(emil)
    links = {"imprint_url": "muster.example/impressum", "privacy_url": "http://muster.example/datenschutz"}
    assert client.post("/setup/sender/", values | links).status_code == 302
    assert client.post("/setup/sender/", values | {"imprint_url": "ftp://muster.example"}).status_code == 422
    sender = SenderIdentity.objects.get()
    assert (sender.imprint_url, sender.privacy_url) == (f"https://{links['imprint_url']}", links["privacy_url"])
    assert 'value="https://muster.example/impressum"' in client.get("/setup/sender/").content.decode()
