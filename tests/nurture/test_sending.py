"""What is sent and when, and what is asked again at the moment of sending."""

from datetime import datetime, timedelta

import pytest

from leadstern.accounts.models import User
from leadstern.consent.actions import withdraw_consent
from leadstern.leads.actions import add_contact_point, set_health
from leadstern.leads.models import Activity, Lead
from leadstern.leads.terms import ActivityKind, Health, IdentityKind
from leadstern.nurture import actions
from leadstern.nurture.models import StepRun, Suppression
from leadstern.outbox.models import Delivery
from leadstern.outbox.terms import DeliveryState
from leadstern.outbox.work import run_due as send_due
from leadstern.qualification.terms import Stage
from tests.nurture.make import (
    KIM,
    consent,
    lead,
    make_sender,
    move,
    nurtured,
    reason,
    running,
    sequence,
    step,
)

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_run_due_queues_the_mail_and_the_next_step(now: datetime, anna: User) -> None:
    make_sender(now)
    sequence(anna)
    kim = nurtured(first_name="Kim", last_name="Muster")
    assert actions.run_due(now=now, limit=100) == 0
    assert actions.run_due(now=now + HOUR, limit=100) == 1
    assert actions.run_due(now=now + HOUR, limit=100) == 0
    mail = Delivery.objects.get()
    assert (mail.recipient, mail.payload["subject"]) == (KIM, "Mail eins")
    assert "Guten Tag Kim Muster," in mail.payload["text"]
    assert "Amtsgericht" in mail.payload["text"]
    assert "Amtsgericht" in mail.payload["html"]
    url = mail.payload["headers"]["List-Unsubscribe"]
    assert url.startswith("<http")
    assert mail.payload["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url.strip("<>") in mail.payload["text"]
    found = running(kim)
    assert (found.position, found.next_at) == (1, now + HOUR + DAY)
    assert StepRun.objects.get().delivery == mail


def test_sequence_ends_after_its_last_step(now: datetime, anna: User) -> None:
    make_sender(now)
    sequence(anna)
    kim = nurtured()
    actions.run_due(now=now + HOUR, limit=100)
    actions.run_due(now=now + 2 * DAY, limit=100)
    found = running(kim)
    assert (found.state, found.position, found.next_at, found.ended_at) == ("finished", 2, None, now + 2 * DAY)
    assert Delivery.objects.count() == 2


def test_people_under_way_keep_their_version(now: datetime, anna: User) -> None:
    make_sender(now)
    made = sequence(anna, step(1, "alt"))
    nurtured()
    actions.save_step(made, index=0, step=step(1, "neu"), by=anna, now=now)
    actions.publish_version(made, by=anna, now=now)
    actions.run_due(now=now + HOUR, limit=100)
    assert Delivery.objects.get().payload["subject"] == "Mail alt"
    assert running(nurtured("b@example.com")).version.number == 2


def test_without_a_sender_steps_stay_due(now: datetime, anna: User) -> None:
    sequence(anna)
    nurtured()
    assert actions.run_due(now=now + DAY, limit=100) == 0
    make_sender(now)
    assert actions.run_due(now=now + DAY, limit=100) == 1


@pytest.mark.parametrize(
    ("stage", "why"),
    [
        (Stage.MARKETING_QUALIFIED, "became_mql"),
        (Stage.PHONE_QUALIFIED, "became_sql"),
        (Stage.WON, "won"),
        (Stage.DISQUALIFIED, "sorted_out"),
    ],
)
def test_every_other_stage_stops_the_sequence(now: datetime, anna: User, stage: Stage, why: str) -> None:
    sequence(anna)
    kim = nurtured()
    move(kim, stage)
    actions.take_verdicts(now=now, limit=100)
    assert (running(kim).state, running(kim).reason) == ("stopped", why)


def test_stage_is_asked_again_at_the_moment_of_sending(now: datetime, anna: User) -> None:
    make_sender(now)
    sequence(anna)
    kim = nurtured()
    move(kim, Stage.MARKETING_QUALIFIED)
    actions.run_due(now=now + HOUR, limit=100)
    assert (running(kim).state, running(kim).reason) == ("stopped", "became_mql")
    assert not Delivery.objects.exists()


def test_mail_that_has_not_left_is_cancelled_with_its_sequence(now: datetime, anna: User) -> None:
    make_sender(now)
    sequence(anna)
    kim = nurtured()
    actions.run_due(now=now + HOUR, limit=100)
    move(kim, Stage.MARKETING_QUALIFIED)
    actions.take_verdicts(now=now, limit=100)
    assert Delivery.objects.get().state == DeliveryState.CANCELLED


def test_withdrawn_consent_stops_at_the_moment_of_sending(now: datetime, anna: User) -> None:
    make_sender(now)
    sequence(anna)
    kim = nurtured()
    withdraw_consent(channel="email", address=KIM, purpose="marketing", evidence={}, now=now)
    actions.run_due(now=now + HOUR, limit=100)
    assert (running(kim).state, running(kim).reason) == ("stopped", "withdrawn")
    assert not Delivery.objects.exists()
    assert reason(kim) == "withdrawn"


def test_suppressed_address_gets_nothing(now: datetime, anna: User) -> None:
    make_sender(now)
    sequence(anna)
    kim = nurtured()
    Suppression.objects.create(address=KIM, reason="by_hand", at=now)
    actions.run_due(now=now + HOUR, limit=100)
    assert running(kim).reason == "suppressed"
    assert not Delivery.objects.exists()


def test_broken_address_parks_and_goes_on_when_mended(now: datetime, anna: User) -> None:
    make_sender(now)
    sequence(anna)
    kim = nurtured()
    set_health(IdentityKind.EMAIL, KIM, health=Health.BROKEN, reason="x", now=now)
    actions.run_due(now=now + HOUR, limit=100)
    found = running(kim)
    assert (found.state, found.reason, found.position) == ("parked", "broken_email", 0)
    assert actions.run_due(now=now + 2 * HOUR, limit=100) == 0
    set_health(IdentityKind.EMAIL, KIM, health=Health.GOOD, reason="", now=now)
    actions.run_due(now=now + HOUR + DAY, limit=100)
    assert (running(kim).state, running(kim).position) == ("active", 1)
    assert Delivery.objects.count() == 1


def test_second_address_with_consent_is_used(now: datetime, anna: User) -> None:
    make_sender(now)
    sequence(anna)
    kim = lead(consented=False)
    consent("second@example.com")
    add_contact_point(kim, kind=IdentityKind.EMAIL, value="second@example.com", by=anna, now=now)
    actions.take_verdicts(now=now, limit=100)
    actions.run_due(now=now + HOUR, limit=100)
    assert Delivery.objects.get().recipient == "second@example.com"


def test_merged_lead_leaves(now: datetime, anna: User) -> None:
    make_sender(now)
    sequence(anna)
    kim, other = nurtured(), nurtured("b@example.com")
    Lead.objects.filter(pk=kim.pk).update(merged_into=other)
    actions.run_due(now=now + HOUR, limit=100)
    assert running(kim).reason == "gone"
    assert list(Delivery.objects.values_list("recipient", flat=True)) == ["b@example.com"]


def test_recycled_lead_goes_on_where_it_was_and_gets_no_mail_twice(now: datetime, anna: User) -> None:
    make_sender(now)
    sequence(anna)
    kim = nurtured()
    actions.run_due(now=now + HOUR, limit=100)
    send_due(now=now + HOUR, limit=100)
    move(kim, Stage.MARKETING_QUALIFIED)
    actions.take_verdicts(now=now, limit=100)
    move(kim, Stage.RECYCLED)
    actions.take_verdicts(now=now + DAY, limit=100)
    actions.run_due(now=now + 3 * DAY, limit=100)
    actions.run_due(now=now + 9 * DAY, limit=100)
    assert [mail.payload["subject"] for mail in Delivery.objects.order_by("id")] == ["Mail eins", "Mail zwei"]
    move(kim, Stage.MARKETING_QUALIFIED)
    move(kim, Stage.RECYCLED)
    actions.take_verdicts(now=now + 9 * DAY, limit=100)
    assert reason(kim) == "no_sequence"


def test_sent_mail_stands_in_the_timeline_once_it_left(now: datetime, anna: User) -> None:
    make_sender(now)
    sequence(anna)
    kim = nurtured()
    actions.run_due(now=now + HOUR, limit=100)
    assert actions.take_sent(now=now + HOUR, limit=100) == 0
    send_due(now=now + HOUR, limit=100)
    assert actions.take_sent(now=now + HOUR, limit=100) == 1
    assert actions.take_sent(now=now + HOUR, limit=100) == 0
    entry = Activity.objects.get(lead=kim, kind=ActivityKind.MAIL_SENT)
    assert (entry.content, entry.at) == ("Mail eins", now + HOUR)
