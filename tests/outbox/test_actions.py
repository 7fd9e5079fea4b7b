"""Queueing and what people decide about mails."""

from datetime import datetime
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.db import transaction

from leadstern.accounts.models import User
from leadstern.audit.models import Entry
from leadstern.core.errors import Invalid, Refused
from leadstern.outbox import personal_data
from leadstern.outbox.actions import (
    cancel,
    cancel_unsent,
    ensure_default_sender,
    queue_mails,
    retry,
    save_sender,
)
from leadstern.outbox.models import Delivery, SenderIdentity
from leadstern.outbox.queries import bounced_waiting
from leadstern.outbox.terms import DeliveryState, Failure, Mail
from tests.outbox.make import DETAILS, make_mail, make_sender

pytestmark = pytest.mark.django_db


def test_queue_mail_without_a_sender_is_refused(now: datetime) -> None:
    with pytest.raises(Refused):
        make_mail(now)
    assert not Delivery.objects.exists()


def test_queue_mail_is_complete_and_carries_the_company_details(now: datetime) -> None:
    make_sender(now)
    delivery = make_mail(now, html="<p>Hallo</p>", headers={"X-Test": "1"})
    assert delivery.payload["sender"]["address"] == "post@muster.example"
    assert delivery.payload["text"].endswith(f"-- \n{DETAILS}\n")
    assert "Amtsgericht Köln" in delivery.payload["html"]
    assert delivery.payload["headers"] == {"X-Test": "1"}
    assert delivery.state == DeliveryState.WAITING


def test_queue_mail_twice_under_one_key_is_one_mail(now: datetime) -> None:
    make_sender(now)
    first = make_mail(now, "a")
    again = make_mail(now, "a", recipient="other@example.com")
    assert (again.pk, again.recipient) == (first.pk, "kim@example.com")
    assert Delivery.objects.count() == 1


def test_queue_mail_goes_with_the_callers_transaction(now: datetime) -> None:
    make_sender(now)
    with transaction.atomic():
        make_mail(now)
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()


def test_queue_mails_all_or_none_in_a_constant_number_of_queries(now: datetime, django_assert_num_queries: Any) -> None:
    make_sender(now)
    good = [Mail(f"k{number}", f"a{number}@example.com", "Hallo", "Text") for number in range(20)]
    with pytest.raises(Invalid):
        queue_mails([*good, Mail("bad", "nobody", "Hallo", "Text")], now=now)
    assert not Delivery.objects.exists()
    with django_assert_num_queries(5):  # sender, savepoint, insert, select, release
        assert len(queue_mails(good, now=now)) == 20


def test_system_mail_needs_no_sender_and_is_private(now: datetime, settings: Any) -> None:
    settings.EMAIL_BACKEND = "leadstern.outbox.system_mail.OutboxBackend"
    message = EmailMultiAlternatives("Kennwort\n zurücksetzen", "https://…", "x@y.example", ["ben@example.com"])
    message.attach_alternative("<p>https://…</p>", "text/html")
    assert message.send() == 1
    send_mail("Zwei", "Text", None, ["a@example.com", "b@example.com"])
    rows = list(Delivery.objects.order_by("id"))
    assert [row.recipient for row in rows] == ["ben@example.com", "a@example.com", "b@example.com"]
    assert all(row.is_private for row in rows)
    assert rows[0].payload["subject"] == "Kennwort zurücksetzen"
    assert rows[0].payload["html"] == "<p>https://…</p>"


def test_retry_and_cancel_need_the_right_state_and_are_recorded(now: datetime, emil: User) -> None:
    make_sender(now)
    delivery = make_mail(now)
    with pytest.raises(Refused):
        retry(delivery, by=emil, now=now)
    Delivery.objects.update(state=DeliveryState.UNCERTAIN, attempts=3, handed_over_at=now)
    delivery.refresh_from_db()
    retry(delivery, by=emil, now=now)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.handed_over_at) == (DeliveryState.WAITING, 0, None)
    cancel(delivery, by=emil, now=now)
    with pytest.raises(Refused):
        cancel(delivery, by=emil, now=now)
    assert list(Entry.objects.order_by("id").values_list("verb", flat=True))[-2:] == [
        "delivery.retried",
        "delivery.cancelled",
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("waiting", "cancelled"),
        ("dead", "cancelled"),
        ("uncertain", "cancelled"),
        ("sending", "sending"),
        ("sent", "sent"),
    ],
)
def test_cancel_unsent_leaves_nothing_to_be_sent(now: datetime, emil: User, before: str, after: str) -> None:
    make_sender(now)
    mail = make_mail(now)
    Delivery.objects.update(state=before, sent_at=now, next_try_at=now)
    assert cancel_unsent([mail.pk]) == (after == "cancelled")
    mail.refresh_from_db()
    assert (mail.state, mail.is_unwanted) == (after, before != "sent")
    with pytest.raises(Refused):
        retry(mail, by=emil, now=now)


def test_cancel_unsent_keeps_a_bounce_for_whoever_mends_the_address(now: datetime, emil: User) -> None:
    make_sender(now)
    mail = make_mail(now)
    Delivery.objects.update(state=DeliveryState.DEAD, failure=Failure.RECIPIENT)
    assert cancel_unsent([mail.pk]) == 0
    assert bounced_waiting().exists()
    with pytest.raises(Refused, match="Der Grund für diese Mail ist entfallen"):
        retry(Delivery.objects.get(), by=emil, now=now)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "A\nBcc: x"}, "name"),
        ({"address": "nobody"}, "address"),
        ({"reply_to": "nobody"}, "reply_to"),
        ({"company_details": " "}, "company_details"),
    ],
)
def test_save_sender_refuses_what_no_mail_may_carry(now: datetime, changes: dict[str, str], field: str) -> None:
    usual = {"name": "A", "address": "a@example.com", "reply_to": "", "company_details": "X"}
    with pytest.raises(Invalid) as refused:
        save_sender(**(usual | changes), by=None, now=now)
    assert set(refused.value.errors) == {field}


def test_ensure_default_sender_leaves_the_one_there_is(now: datetime) -> None:
    made = make_sender(now)
    assert ensure_default_sender(now=now).pk == made.pk
    assert SenderIdentity.objects.count() == 1


def test_personal_data_shows_and_removes_mails(now: datetime) -> None:
    make_sender(now)
    make_mail(now)
    assert personal_data.show(["kim@example.com"])[0]["subject"] == "Betreff a"
    personal_data.erase(["kim@example.com"])
    assert not Delivery.objects.exists()
