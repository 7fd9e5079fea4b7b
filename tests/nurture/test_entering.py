"""Who enters a sequence and who does not, and why: one test per way."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from leadstern.accounts.models import User
from leadstern.criteria.logic import parse, to_json
from leadstern.leads.models import Activity
from leadstern.leads.terms import ActivityKind
from leadstern.nurture import actions, queries
from leadstern.nurture.models import Enrollment, NotNurtured, Sequence, Suppression
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


def test_several_verdicts_in_one_batch_count_by_the_last(now: datetime, anna: User) -> None:
    sequence(anna)
    kim = lead()
    move(kim, Stage.MARKETING_QUALIFIED)
    actions.take_verdicts(now=now, limit=100)
    assert not Enrollment.objects.exists()
    assert not NotNurtured.objects.filter(lead=kim).exists()


def test_suppression_by_hand_outlasts_a_new_consent(now: datetime, anna: User) -> None:
    sequence(anna)
    kim = nurtured(consented=False)
    Suppression.objects.create(address=KIM, reason="by_hand", at=now - DAY)
    consent(now=now)
    actions.enrol_consented(now=now, limit=100)
    assert reason(kim) == "suppressed"


def test_inactive_sequence_takes_nobody_but_finishes(now: datetime, anna: User) -> None:
    make_sender(now)
    made = sequence(anna)
    nurtured()
    actions.deactivate_sequence(made, by=anna, now=now)
    assert reason(nurtured("b@example.com")) == "no_sequence"
    assert actions.run_due(now=now + HOUR, limit=100) == 1
