"""A pass of the outbox against a real mail server: taken, put off, refused, cut, down."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from leadstern.core.db import write
from leadstern.outbox.actions.sending import claim_due, hand_over, record_result
from leadstern.outbox.models import Delivery, MailboxMessage, Outage
from leadstern.outbox.queries import bounced_waiting
from leadstern.outbox.terms import DeliveryState, Result, ResultKind
from leadstern.outbox.work import run_due
from tests.outbox.make import Server, free_port, make_mail, make_sender, running

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


def states() -> dict[str, str]:
    return dict(Delivery.objects.order_by("key").values_list("key", "state"))


def test_run_due_sends_each_mail_once(now: datetime, server: Server) -> None:
    make_sender(now)
    for key in "abc":
        make_mail(now, key, f"{key}@example.com")
    assert run_due(now=now, limit=100) == 3
    assert run_due(now=now, limit=100) == 0
    assert server.recipients == ["a@example.com", "b@example.com", "c@example.com"]
    assert "Guten Tag – a" in server.mails[0].get_content()
    assert set(states().values()) == {"sent"}
    assert Delivery.objects.values_list("via", flat=True)[0] == "smtp"


def test_run_due_leaves_what_is_not_due(now: datetime, server: Server) -> None:
    make_sender(now)
    make_mail(now + MINUTE)
    assert run_due(now=now, limit=100) == 0
    assert not server.mails


def test_lines_with_a_single_dot_arrive_whole(now: datetime, server: Server) -> None:
    make_sender(now)
    Delivery.objects.filter(pk=make_mail(now).pk).update(payload=make_mail(now).payload | {"text": "a\n.\n..b\n"})
    run_due(now=now, limit=1)
    assert server.mails[0].get_content().replace("\r\n", "\n") == "a\n.\n..b\n"


def test_greylisting_is_tried_again_and_succeeds(now: datetime, server: Server) -> None:
    make_sender(now)
    make_mail(now)
    server.to_recipient = {"*": "451 4.7.1 come back later"}
    assert run_due(now=now, limit=100) == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.next_try_at) == (DeliveryState.WAITING, 1, now + MINUTE)
    assert "come back later" in delivery.last_error
    server.to_recipient = {"*": "250 OK"}
    assert run_due(now=now, limit=100) == 0
    assert run_due(now=now + MINUTE, limit=100) == 1
    assert len(server.mails) == 1
    assert not Outage.objects.exists()


def test_put_off_for_three_days_is_dead(now: datetime, server: Server) -> None:
    make_sender(now)
    make_mail(now)
    server.to_content = {"*": "452 4.3.1 no space"}
    moment, tries = now, 0
    while Delivery.objects.get().state == DeliveryState.WAITING:
        moment = Delivery.objects.get().next_try_at
        tries += run_due(now=moment, limit=100)
    assert timedelta(days=3) <= moment - now < timedelta(days=3, hours=6)
    assert Delivery.objects.get().failure == "given_up"
    assert tries < 25
    assert not server.mails


def test_one_refused_recipient_is_a_bounce_and_holds_nobody_up(now: datetime, server: Server) -> None:
    make_sender(now)
    for key in "abc":
        make_mail(now, key, f"{key}@example.com")
    server.to_recipient = {"b@example.com": "550 5.1.1 unknown"}
    assert run_due(now=now, limit=100) == 3
    assert states() == {"a": "sent", "b": "dead", "c": "sent"}
    assert [bounce.recipient for bounce in bounced_waiting()] == ["b@example.com"]


def test_refused_content_is_dead_but_no_bounce(now: datetime, server: Server) -> None:
    make_sender(now)
    make_mail(now, "a", "a@example.com")
    make_mail(now, "b", "b@example.com")
    server.to_content = {"a@example.com": "554 5.7.1 spam"}
    run_due(now=now, limit=100)
    assert states() == {"a": "dead", "b": "sent"}
    assert not bounced_waiting().exists()


def test_server_down_costs_no_mail_a_try_and_backs_off(now: datetime, smtp_url: Any) -> None:
    make_sender(now)
    make_mail(now, "a")
    make_mail(now, "b")
    port = free_port()
    smtp_url(port)
    assert run_due(now=now, limit=100) == 0
    outage = Outage.objects.get()
    assert outage.until == now + timedelta(seconds=30)
    assert set(Delivery.objects.values_list("state", "attempts")) == {("waiting", 0)}
    server = Server()
    server.port = port
    with running(server):
        assert run_due(now=now + timedelta(seconds=29), limit=100) == 0
        assert run_due(now=now + timedelta(seconds=30), limit=100) == 2
    assert not Outage.objects.exists()
    assert len(server.mails) == 2


def test_wrong_settings_are_an_outage_and_no_crash(now: datetime, settings: Any) -> None:
    settings.OWN = {**settings.OWN, "LEADSTERN_SMTP_URL": "mail.example"}
    make_sender(now)
    make_mail(now)
    assert run_due(now=now, limit=100) == 0
    assert "expected smtp://" in Outage.objects.get().error


def test_missing_encryption_is_an_outage_when_it_is_asked_for(now: datetime, server: Server, settings: Any) -> None:
    settings.OWN = {**settings.OWN, "LEADSTERN_SMTP_URL": f"smtp://127.0.0.1:{server.port}?tls=starttls"}
    make_sender(now)
    make_mail(now)
    assert run_due(now=now, limit=100) == 0
    assert Outage.objects.exists()
    assert not server.mails


def test_server_that_dies_after_the_content_leaves_one_uncertain_and_the_rest_waiting(
    now: datetime, server: Server
) -> None:
    make_sender(now)
    for key in "abcd":
        make_mail(now, key, f"{key}@example.com")
    server.cuts_after = 1
    assert run_due(now=now, limit=100) == 2
    assert states() == {"a": "sent", "b": "uncertain", "c": "waiting", "d": "waiting"}
    assert list(Delivery.objects.filter(state="waiting").values_list("attempts", flat=True)) == [0, 0]
    server.cuts_after = None
    assert run_due(now=now + MINUTE, limit=100) == 2
    assert server.recipients == ["a@example.com", "b@example.com", "c@example.com", "d@example.com"]
    assert run_due(now=now + timedelta(days=9), limit=100) == 0
    assert states()["b"] == "uncertain"


def test_crash_before_the_mark_waits_again_after_ten_minutes(now: datetime, server: Server) -> None:
    make_sender(now)
    make_mail(now)
    claim_due(now=now, limit=1, by="gone")
    assert run_due(now=now + 9 * MINUTE, limit=100) == 0
    assert run_due(now=now + 11 * MINUTE, limit=100) == 1
    assert len(server.mails) == 1


def test_crash_after_the_mark_is_uncertain_and_never_repeated(now: datetime, server: Server) -> None:
    make_sender(now)
    make_mail(now)
    claimed = claim_due(now=now, limit=1, by="gone")
    assert hand_over(claimed[0], by="gone", now=now)
    assert run_due(now=now + 11 * MINUTE, limit=100) == 0
    assert states() == {"a": "uncertain"}
    assert not server.mails


def test_overtaken_pass_hands_nothing_over(now: datetime, server: Server) -> None:
    make_sender(now)
    make_mail(now)
    slow = claim_due(now=now, limit=1, by="slow")
    run_due(now=now + 11 * MINUTE, limit=100)
    assert not hand_over(slow[0], by="slow", now=now + 12 * MINUTE)
    record_result(slow[0], Result(ResultKind.LATER, "late"), by="slow", now=now + 12 * MINUTE)
    assert states() == {"a": "sent"}
    assert len(server.mails) == 1


def test_slow_answer_corrects_an_uncertain_row(now: datetime, server: Server) -> None:
    make_sender(now)
    make_mail(now)
    slow = claim_due(now=now, limit=1, by="slow")
    hand_over(slow[0], by="slow", now=now)
    run_due(now=now + 11 * MINUTE, limit=100)
    assert states() == {"a": "uncertain"}
    record_result(slow[0], Result(ResultKind.SENT), by="slow", now=now + 12 * MINUTE)
    assert states() == {"a": "sent"}


def test_mail_that_cannot_be_built_is_dead_and_holds_nobody_up(now: datetime, server: Server) -> None:
    make_sender(now)
    make_mail(now, "a")
    make_mail(now, "b")
    Delivery.objects.filter(key="a").update(payload={"sender": {}})
    run_due(now=now, limit=100)
    assert states() == {"a": "dead", "b": "sent"}


def test_private_mail_forgets_its_secret_once_it_left(now: datetime, server: Server) -> None:
    make_sender(now)
    make_mail(now)
    Delivery.objects.update(is_private=True)
    run_due(now=now, limit=100)
    assert "Guten Tag" in server.mails[0].get_content()
    assert Delivery.objects.get().payload["text"] == ""


def test_without_a_server_the_mailbox_takes_it_once(now: datetime, smtp_url: Any) -> None:
    make_sender(now)
    make_mail(now, "a")
    make_mail(now, "b")
    assert run_due(now=now, limit=1) == 1
    assert run_due(now=now, limit=100) == 1
    assert run_due(now=now, limit=100) == 0
    assert MailboxMessage.objects.count() == 2
    assert set(Delivery.objects.values_list("state", "via")) == {("sent", "mailbox")}


def test_mailbox_and_state_are_one_transaction(now: datetime) -> None:
    make_sender(now)
    make_mail(now)
    with write():
        run_due(now=now, limit=100)
        transaction.set_rollback(True)
    assert not MailboxMessage.objects.exists()
    assert states() == {"a": "waiting"}
