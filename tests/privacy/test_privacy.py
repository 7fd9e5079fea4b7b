"""What is known of a person can be shown and erased, from every stage."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test import Client

from leadstern.accounts.models import User
from leadstern.audit.models import Entry
from leadstern.capture.actions import accept_submission, receive
from leadstern.capture.models import Submission
from leadstern.capture.terms import CaptureChannel
from leadstern.core.registry import personal_data
from leadstern.journey.actions import walk_until_done
from leadstern.journey.defaults import ensure_defaults
from leadstern.leads.models import Activity, Identity, Lead

DETAILS = {"name": "Kim Muster", "email": "kim@muster.example", "phone": "+4922155501234", "message": "Bitte anrufen"}


@pytest.fixture
def kim(db: None, now: datetime) -> Lead:
    ensure_defaults(now=now)
    submission = receive(
        channel=CaptureChannel.MANUAL, key="kim", raw=DETAILS, origin={"language": "de"}, captured_at=now, now=now
    )
    accept_submission(submission, details=DETAILS, now=now)
    walk_until_done(now=now)
    return Lead.objects.get()


def _reaches_a_lead(model: type[models.Model]) -> bool:
    return any(
        isinstance(field, models.ForeignKey) and field.related_model is Lead for field in model._meta.get_fields()
    )


def test_every_table_that_reaches_a_person_is_shown_and_erased_by_its_stage() -> None:
    ours = [stage.removeprefix("leadstern.") for stage in settings.STAGES]
    reaching = {m._meta.label for stage in ours for m in apps.get_app_config(stage).get_models() if _reaches_a_lead(m)}
    offered = {label for offer in personal_data for label in offer.models}
    assert reaching - offered == set()


def test_the_export_holds_what_the_person_sent(kim: Lead, emil: User, sign_in: Callable[[User], Client]) -> None:
    text = sign_in(emil).get(f"/leads/{kim.pk}/person.json").content.decode()
    assert json.loads(text)["leads"]["rows"]
    assert "kim@muster.example" in text
    assert "Bitte anrufen" in text


def test_the_page_shows_every_stage(kim: Lead, emil: User, sign_in: Callable[[User], Client]) -> None:
    page = sign_in(emil).get(f"/leads/{kim.pk}/person/").content.decode()
    assert all(f'id="part-{offer.key}"' in page for offer in personal_data)


def test_erasure_leaves_nothing_that_points_to_the_person(
    kim: Lead, emil: User, sign_in: Callable[[User], Client]
) -> None:
    sign_in(emil).post(f"/leads/{kim.pk}/erase/")
    kim.refresh_from_db()
    assert kim.erased_at is not None
    assert (kim.first_name, kim.last_name, kim.search) == ("", "", "")
    assert not Identity.objects.filter(lead=kim).exists()
    assert "muster" not in str(list(Activity.objects.filter(lead=kim).values())).lower()
    assert "muster" not in str(list(Submission.objects.values())).lower()
    assert Lead.objects.count() == 1
    assert Entry.objects.filter(verb="person.erased").exists()


def test_erasing_by_get_changes_nothing(kim: Lead, emil: User, sign_in: Callable[[User], Client]) -> None:
    assert sign_in(emil).get(f"/leads/{kim.pk}/erase/").status_code == 405
    kim.refresh_from_db()
    assert kim.erased_at is None
