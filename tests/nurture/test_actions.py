"""Who enters, what is sent, who leaves: one test per way."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from leadstern.accounts.models import User
from leadstern.consent.actions import withdraw_consent
from leadstern.consent.queries import may_contact
from leadstern.core.errors import Invalid, Refused
from leadstern.core.registry import personal_data
from leadstern.criteria.logic import parse, to_json
from leadstern.leads.actions import add_contact_point, set_health
from leadstern.leads.models import Activity, Identity, Lead
from leadstern.leads.terms import ActivityKind, Health, IdentityKind
from leadstern.nurture import actions, queries
from leadstern.nurture.models import Enrollment, NotNurtured, Sequence, StepRun, Suppression
from leadstern.outbox.models import Delivery
from leadstern.outbox.terms import DeliveryState, Failure
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


def test_captured_lead_with_consent_enters(now: datetime, anna: User) -> None:
    sequence(anna)
    kim = nurtured()
    found = running(kim)
    assert (found.state, found.position, found.next_at) == ("active", 0, now + HOUR)
    assert not NotNurtured.objects.exists()
    assert actions.take_verdicts(now=now, limit=100) == 0


def test_lead_without_consent_stays_visible(now: datetime, anna: User) -> None:
    sequence(anna)
    kim = nurtured(consented=False)
    assert not Enrollment.objects.exists()
    assert reason(kim) == "no_consent"
    assert [(each.reason.value, each.number) for each in queries.not_nurtured()] == [("no_consent", 1)]


def test_consent_that_comes_later_enrols_at_once_and_once(now: datetime, anna: User) -> None:
    sequence(anna)
    kim = nurtured(consented=False)
    consent(now=now + DAY)
    assert actions.enrol_consented(now=now + DAY, limit=100) == 1
    assert running(kim).state == "active"
    assert not NotNurtured.objects.exists()
    assert actions.enrol_consented(now=now + DAY, limit=100) == 0
    assert Activity.objects.filter(lead=kim, kind=ActivityKind.CONSENT).count() == 1


def test_consent_before_the_lead_is_found_by_its_verdict(now: datetime, anna: User) -> None:
    sequence(anna)
    consent()
    actions.enrol_consented(now=now, limit=100)
    kim = lead(consented=False)
    actions.take_verdicts(now=now, limit=100)
    assert running(kim).state == "active"


def test_lead_without_a_fitting_sequence_enters_when_one_comes(now: datetime, anna: User) -> None:
    sequence(anna, entry=to_json(parse('lead.country = "AT"')))
    kim = nurtured(country="DE")
    assert reason(kim) == "no_sequence"
    sequence(anna, name="Alle", priority=20)
    assert actions.enrol_consented(now=now, limit=100) == 1
    assert running(kim).version.sequence.name == "Alle"


def test_first_fitting_sequence_by_order_wins(now: datetime, anna: User) -> None:
    sequence(anna, name="Alle", priority=20)
    sequence(anna, name="Schweiz", priority=5, entry=to_json(parse('lead.country = "CH"')))
    sequence(anna, name="Deutschland", priority=10, entry=to_json(parse('lead.country = "DE"')))
    assert running(nurtured(country="DE")).version.sequence.name == "Deutschland"


def test_entry_that_is_no_longer_understood_fits_nobody(now: datetime, anna: User) -> None:
    entry = to_json(parse('lead.country = "DE"'))
    broken = sequence(anna, entry=entry)
    Sequence.objects.filter(pk=broken.pk).update(entry={"version": 1, "nonsense": True})
    assert reason(nurtured(country="DE")) == "no_sequence"


def test_batch_takes_a_constant_number_of_queries(
    now: datetime, anna: User, django_assert_max_num_queries: Any
) -> None:
    sequence(anna)
    for number in range(12):
        lead(f"a{number}@example.com")
    with django_assert_max_num_queries(25):
        assert actions.take_verdicts(now=now, limit=100) == 12
    assert Enrollment.objects.count() == 12


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


def test_several_verdicts_in_one_batch_count_by_the_last(now: datetime, anna: User) -> None:
    sequence(anna)
    kim = lead()
    move(kim, Stage.MARKETING_QUALIFIED)
    actions.take_verdicts(now=now, limit=100)
    assert not Enrollment.objects.exists()
    assert not NotNurtured.objects.filter(lead=kim).exists()


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


def test_suppression_by_hand_outlasts_a_new_consent(now: datetime, anna: User) -> None:
    sequence(anna)
    kim = nurtured(consented=False)
    Suppression.objects.create(address=KIM, reason="by_hand", at=now - DAY)
    consent(now=now)
    actions.enrol_consented(now=now, limit=100)
    assert reason(kim) == "suppressed"


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


def test_steps_are_moved_changed_and_taken_out_in_the_draft_only(now: datetime, anna: User) -> None:
    made = sequence(anna, step(1, "a"), step(2, "b"), step(3, "c"))
    actions.move_step(made, index=2, down=False, by=anna, now=now)
    actions.move_step(made, index=0, down=False, by=anna, now=now)
    actions.remove_step(made, index=0, by=anna, now=now)
    draft, published = queries.draft(made), queries.published_version(made)
    assert draft
    assert published
    assert [each["wait_hours"] for each in draft.steps] == [3, 2]
    assert [each["wait_hours"] for each in published.steps] == [1, 2, 3]
    with pytest.raises(Refused):
        actions.remove_step(made, index=5, by=anna, now=now)
    with pytest.raises(Invalid):
        actions.save_step(made, index=0, step=step(body="{nonsense}"), by=anna, now=now)


def test_publish_needs_steps_and_activate_needs_a_version(now: datetime, anna: User) -> None:
    made = actions.create_sequence(name="Leer", by=anna, now=now)
    with pytest.raises(Refused):
        actions.publish_version(made, by=anna, now=now)
    with pytest.raises(Refused):
        actions.activate_sequence(made, by=anna, now=now)
    with pytest.raises(Invalid):
        actions.create_sequence(name=" ", by=anna, now=now)


def test_inactive_sequence_takes_nobody_but_finishes(now: datetime, anna: User) -> None:
    make_sender(now)
    made = sequence(anna)
    nurtured()
    actions.deactivate_sequence(made, by=anna, now=now)
    assert reason(nurtured("b@example.com")) == "no_sequence"
    assert actions.run_due(now=now + HOUR, limit=100) == 1


def test_default_sequence_is_made_once(now: datetime) -> None:
    made = actions.ensure_default_sequence(now=now)
    assert actions.ensure_default_sequence(now=now) == made
    version = queries.published_version(made)
    assert version
    assert len(version.steps) == 3
    assert not made.is_active


def test_personal_data_shows_and_erases_mails_consents_and_sequences(now: datetime, anna: User) -> None:
    kim = written_to(now, anna)
    actions.unsubscribe(token(), evidence={}, now=now)
    parts = {key: personal_data.get(key) for key in ("consent", "outbox", "nurture")}
    shown = {key: part.show(kim.pk) for key, part in parts.items() if part}
    assert {key: bool(rows) for key, rows in shown.items()} == dict.fromkeys(parts, True)
    assert [row["event"] for row in shown["consent"]] == ["withdrawn", "confirmed", "requested"]
    for part in parts.values():
        assert part
        part.erase(kim.pk)
    assert not Delivery.objects.exists()
    assert not Enrollment.objects.exists()
    assert Suppression.objects.filter(address=KIM).exists()
    assert not may_contact(channel="email", address=KIM, purpose="marketing").allowed
