"""What is known of a person can be shown and erased, from every stage."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadstern.accounts.models import User
from leadstern.audit.models import Entry
from leadstern.capture.actions import accept_submission, receive
from leadstern.capture.models import Submission
from leadstern.capture.terms import CaptureChannel
from leadstern.core.registry import personal_data
from leadstern.journey.actions import walk_until_done
from leadstern.journey.defaults import ensure_defaults
from leadstern.leads.models import Activity, Identity, Lead

QUERIES = 49
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


@pytest.mark.parametrize("name", ["anna", "ben", "carla", "doris", "fremd"])
def test_nobody_but_the_administrator_sees_exports_or_erases(
    kim: Lead, name: str, request: pytest.FixtureRequest, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(request.getfixturevalue(name))
    answers = [client.get(f"/leads/{kim.pk}/person/"), client.get(f"/leads/{kim.pk}/person.json")]
    assert [answer.status_code for answer in [*answers, client.post(f"/leads/{kim.pk}/erase/")]] == [403] * 3
    kim.refresh_from_db()
    assert kim.erased_at is None


def test_the_page_of_an_erased_person_says_so(kim: Lead, emil: User, sign_in: Callable[[User], Client]) -> None:
    client = sign_in(emil)
    client.post(f"/leads/{kim.pk}/erase/")
    page = client.get(f"/leads/{kim.pk}/person/").content.decode()
    assert "Diese Person wurde am 18.11.2026, 10:00 Uhr gelöscht." in page
    assert "muster" not in page.lower().replace("muster gmbh", "")
    assert "/erase/" not in page


def test_the_export_has_the_same_keys_and_codes_in_every_language(
    kim: Lead, emil: User, sign_in: Callable[[User], Client]
) -> None:
    exports = []
    for language in ("de", "en"):
        User.objects.filter(pk=emil.pk).update(language=language)
        exports.append(sign_in(emil).get(f"/leads/{kim.pk}/person.json").json())
    german, english = ([[list(row) for row in part["rows"]] for part in export.values()] for export in exports)
    assert german == english
    assert exports[0]["leads"]["rows"][0]["acquisition"] == exports[1]["leads"]["rows"][0]["acquisition"] == "net"


def test_long_lists_are_folded_until_they_are_to_be_printed(
    kim: Lead, emil: User, sign_in: Callable[[User], Client]
) -> None:
    rows = (Activity(lead=kim, kind="note", at=kim.captured_at, content=f"Notiz {number}") for number in range(9))
    Activity.objects.bulk_create(rows)
    client = sign_in(emil)
    folded, unfolded = (client.get(f"/leads/{kim.pk}/person/{query}").content.decode() for query in ("", "?all"))
    assert "<details >" in folded
    assert "<details open>" not in folded
    assert "Notiz 8" in folded
    assert "<details open>" in unfolded


@pytest.mark.parametrize("activities", [1, 3])
def test_the_page_asks_as_often_for_one_activity_as_for_three(
    kim: Lead, emil: User, sign_in: Callable[[User], Client], activities: int
) -> None:
    rows = (Activity(lead=kim, kind="note", at=kim.captured_at, content=f"{n}") for n in range(activities))
    Activity.objects.bulk_create(rows)
    client = sign_in(emil)
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/leads/{kim.pk}/person/")
    assert len(asked) == QUERIES
