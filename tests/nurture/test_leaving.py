"""Who leaves: mails that come back, unsubscribing, by hand, and what is erased."""

from datetime import datetime, timedelta

import pytest

from leadstern.accounts.models import User
from leadstern.consent.models import LedgerEntry
from leadstern.consent.queries import may_contact
from leadstern.core.errors import Refused
from leadstern.core.registry import personal_data
from leadstern.leads.actions import set_health
from leadstern.leads.models import Activity, Identity, Lead
from leadstern.leads.terms import ActivityKind, Health, IdentityKind
from leadstern.nurture import actions
from leadstern.nurture.models import Enrollment, Suppression
from leadstern.outbox.models import Delivery
from leadstern.outbox.terms import DeliveryState, Failure
from leadstern.privacy.actions import erase_person
from leadstern.privacy.subject import subject_of
from tests.nurture.make import (
    KIM,
    consent,
    make_sender,
    nurtured,
    reason,
    running,
    sequence,
)

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_bounce_marks_the_address_and_stops_the_sequence(now: datetime, anna: User) -> None:
    make_sender(now)
    sequence(anna)
    kim = nurtured()
    actions.run_due(now=now + HOUR, limit=100)
    Delivery.objects.update(state=DeliveryState.DEAD, failure=Failure.RECIPIENT, last_error="550 5.1.1 unknown")
    assert actions.take_bounces(now=now + DAY, limit=100) == 1
    assert actions.take_bounces(now=now + DAY, limit=100) == 0
    assert Identity.objects.get(lead=kim).health == Health.BROKEN
    assert (running(kim).state, running(kim).reason) == ("stopped", "bounced")
    assert Activity.objects.filter(lead=kim, kind=ActivityKind.MAIL_BOUNCE).count() == 1
    assert reason(kim) == "bounced"
    set_health(IdentityKind.EMAIL, KIM, health=Health.GOOD, reason="", now=now)
    actions.enrol_consented(now=now + 3 * DAY, limit=100)
    assert Enrollment.objects.filter(lead=kim, state="active", position=1).exists()


def token() -> str:
    url = Delivery.objects.order_by("-id")[0].payload["headers"]["List-Unsubscribe"]
    return str(url.strip("<>").rstrip("/").rpartition("/")[2])


def written_to(now: datetime, by: User) -> Lead:
    make_sender(now)
    sequence(by)
    kim = nurtured()
    actions.run_due(now=now + HOUR, limit=100)
    return kim


def test_unsubscribe_withdraws_suppresses_stops_and_repeats_harmlessly(now: datetime, anna: User) -> None:
    kim = written_to(now, anna)
    for _ in range(2):
        assert actions.unsubscribe(token(), evidence={"method": "button"}, now=now + DAY) == KIM
    assert may_contact(channel="email", address=KIM, purpose="marketing").reason == "withdrawn"
    assert Suppression.objects.get().reason == "unsubscribed"
    assert (running(kim).state, running(kim).reason) == ("stopped", "unsubscribed")
    assert reason(kim) == "unsubscribed"
    assert Delivery.objects.get().state == DeliveryState.CANCELLED
    assert Activity.objects.filter(lead=kim, kind=ActivityKind.UNSUBSCRIBED).count() == 1


def test_unsubscribe_works_for_an_erased_lead(now: datetime, anna: User) -> None:
    kim = written_to(now, anna)
    link = token()
    Enrollment.objects.filter(lead=kim).delete()
    Identity.objects.filter(lead=kim).delete()
    actions.unsubscribe(link, evidence={}, now=now)
    assert Suppression.objects.filter(address=KIM).exists()


def test_unsubscribe_refuses_a_forged_link(now: datetime, anna: User) -> None:
    written_to(now, anna)
    with pytest.raises(Refused):
        actions.unsubscribe(token()[:-2] + "xx", evidence={}, now=now)
    assert not Suppression.objects.exists()


def test_consent_confirmed_after_unsubscribing_opens_the_way_again(now: datetime, anna: User) -> None:
    kim = written_to(now, anna)
    actions.unsubscribe(token(), evidence={}, now=now + DAY)
    consent(now=now + 2 * DAY)
    actions.enrol_consented(now=now + 2 * DAY, limit=100)
    assert Enrollment.objects.filter(lead=kim, state="active").exists()
    assert not Suppression.objects.exists()


def test_stop_and_resume_by_hand(now: datetime, anna: User) -> None:
    sequence(anna)
    found = running(nurtured())
    with pytest.raises(Refused):
        actions.resume_enrollment(found, by=anna, now=now)
    Enrollment.objects.update(state="parked", reason="broken_email", next_at=now + DAY)
    actions.resume_enrollment(found, by=anna, now=now)
    assert Enrollment.objects.get().next_at == now
    actions.stop_enrollment(found, by=anna, now=now)
    assert Enrollment.objects.get().reason == "by_hand"
    with pytest.raises(Refused):
        actions.stop_enrollment(found, by=anna, now=now)


def test_personal_data_shows_and_erases_mails_consents_and_sequences(now: datetime, anna: User) -> None:
    kim = written_to(now, anna)
    actions.unsubscribe(token(), evidence={}, now=now)
    parts = {key: personal_data.get(key) for key in ("consent", "outbox", "nurture")}
    subject = subject_of(kim.pk)
    shown = {key: part.show(subject) for key, part in parts.items() if part}
    assert {key: bool(rows) for key, rows in shown.items()} == dict.fromkeys(parts, True)
    assert [row["event"] for row in shown["consent"]] == ["withdrawn", "confirmed", "requested"]
    erase_person(kim, by=anna, now=now)
    assert not Delivery.objects.exists()
    assert not Enrollment.objects.exists()
    assert Suppression.objects.filter(address=KIM).exists()
    assert not may_contact(channel="email", address=KIM, purpose="marketing").allowed


def test_who_is_erased_agrees_anew_before_any_mail(now: datetime, anna: User) -> None:
    kim = written_to(now, anna)
    assert may_contact(channel="email", address=KIM, purpose="marketing").allowed
    erase_person(kim, by=anna, now=now)
    assert may_contact(channel="email", address=KIM, purpose="marketing").reason == "withdrawn"
    proof = LedgerEntry.objects.order_by("id").values_list("event", flat=True)
    assert list(proof) == ["requested", "confirmed", "withdrawn"]
    consent(now=now + DAY)
    assert may_contact(channel="email", address=KIM, purpose="marketing").allowed
