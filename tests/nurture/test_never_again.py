"""After unsubscribing, or being erased, nothing more goes to the address: whatever its mails were doing just then."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from leadstern.accounts.models import User
from leadstern.core.errors import Refused
from leadstern.leads.actions import correct_contact_point
from leadstern.leads.models import Identity, Lead
from leadstern.nurture import actions
from leadstern.outbox.actions import cancel, queue_mail, retry
from leadstern.outbox.actions.sending import claim_due, hand_over, record_result
from leadstern.outbox.models import Delivery
from leadstern.outbox.terms import Result, ResultKind
from leadstern.outbox.work import run_due
from leadstern.privacy.actions import erase_person
from tests.nurture.make import make_sender, nurtured, sequence
from tests.outbox.make import Server, running

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, STUCK = timedelta(hours=1), timedelta(minutes=11)


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with running(Server()) as started:
        settings.OWN = {**settings.OWN, "LEADSTERN_SMTP_URL": f"smtp://127.0.0.1:{started.port}?tls=none"}
        yield started


@pytest.fixture
def kim(now: datetime, anna: User) -> Lead:
    """A lead whose first mail is queued."""
    make_sender(now)
    sequence(anna)
    lead = nurtured()
    assert actions.run_due(now=now + HOUR, limit=100) == 1
    return lead


def _leave(now: datetime) -> None:
    link = Delivery.objects.get().payload["headers"]["List-Unsubscribe"]
    actions.unsubscribe(link.strip("<>").rstrip("/").rpartition("/")[2], evidence={}, now=now)


def _nothing_more(server: Server, now: datetime, by: User) -> None:
    """Neither by the worker, for a week, nor by hand."""
    for days in range(8):
        run_due(now=now + STUCK + timedelta(days=days), limit=100)
    for delivery in Delivery.objects.all():
        with pytest.raises(Refused, match="Grund für diese Mail ist entfallen"):
            retry(delivery, by=by, now=now)
    run_due(now=now + timedelta(days=9), limit=100)
    assert server.recipients == []


@pytest.mark.parametrize("state", ["waiting", "dead", "uncertain"])
def test_what_had_not_left_is_cancelled(kim: Lead, server: Server, now: datetime, emil: User, state: str) -> None:
    Delivery.objects.update(state=state)
    _leave(now)
    assert Delivery.objects.get().state == "cancelled"
    _nothing_more(server, now + HOUR, emil)


def test_a_mail_put_off_by_the_server_while_they_left_is_cancelled(
    kim: Lead, server: Server, now: datetime, emil: User
) -> None:
    (mine,) = claim_due(now=now + HOUR, limit=9, by="a")
    _leave(now)
    assert Delivery.objects.get().state == "sending"
    record_result(mine, Result(ResultKind.LATER, "451 4.7.1 come back later"), by="a", now=now + HOUR)
    assert Delivery.objects.get().state == "cancelled"
    _nothing_more(server, now + HOUR, emil)


def test_a_mail_whose_sender_was_killed_while_they_left_is_cancelled(
    kim: Lead, server: Server, now: datetime, emil: User
) -> None:
    claim_due(now=now + HOUR, limit=9, by="a")
    _leave(now)
    run_due(now=now + HOUR + STUCK, limit=100)
    assert Delivery.objects.get().state == "cancelled"
    _nothing_more(server, now + HOUR, emil)


def test_a_mail_handed_over_while_they_left_stays_uncertain_and_is_not_repeated(
    kim: Lead, server: Server, now: datetime, emil: User
) -> None:
    (mine,) = claim_due(now=now + HOUR, limit=9, by="a")
    assert hand_over(mine, by="a", now=now)
    _leave(now)
    run_due(now=now + HOUR + STUCK, limit=100)
    assert Delivery.objects.get().state == "uncertain"
    _nothing_more(server, now + HOUR, emil)
    cancel(Delivery.objects.get(), by=emil, now=now)


def test_a_try_that_succeeds_while_they_leave_is_told_truly(kim: Lead, server: Server, now: datetime) -> None:
    (mine,) = claim_due(now=now + HOUR, limit=9, by="a")
    _leave(now)
    record_result(mine, Result(ResultKind.SENT), by="a", now=now + HOUR)
    assert Delivery.objects.get().state == "sent"


def test_mails_of_the_sequence_to_the_address_of_the_link_are_cancelled_after_a_correction(
    kim: Lead, server: Server, now: datetime, anna: User, emil: User
) -> None:
    correct_contact_point(Identity.objects.get(lead=kim), value="neu@example.com", by=anna, now=now)
    _leave(now)
    _nothing_more(server, now + HOUR, emil)


def test_a_mail_that_was_asked_for_still_comes(kim: Lead, server: Server, now: datetime) -> None:
    """The link to a download is no advertising."""
    asked = queue_mail(key="download:1", recipient="kim@example.com", subject="Ihr Link", text="Hier", now=now)
    Delivery.objects.filter(pk=asked.pk).update(next_try_at=now + 2 * HOUR)
    link = Delivery.objects.exclude(pk=asked.pk).get().payload["headers"]["List-Unsubscribe"]
    actions.unsubscribe(link.strip("<>").rstrip("/").rpartition("/")[2], evidence={}, now=now)
    run_due(now=now + 3 * HOUR, limit=100)
    assert [mail["Subject"] for mail in server.mails] == ["Ihr Link"]


def test_a_mail_that_is_being_sent_while_the_person_is_erased_does_not_go_out(
    kim: Lead, server: Server, now: datetime, emil: User
) -> None:
    (mine,) = claim_due(now=now + HOUR, limit=9, by="a")
    erase_person(kim, by=emil, now=now)
    assert not hand_over(mine, by="a", now=now)
    record_result(mine, Result(ResultKind.LATER, "451"), by="a", now=now + HOUR)
    run_due(now=now + HOUR + STUCK, limit=100)
    assert server.tries == []
    assert not Delivery.objects.exists()
