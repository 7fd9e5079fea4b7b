"""The audit trail and the timeline speak in words: no verb, object type, code or key is shown as it is stored."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.utils import translation

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.audit.models import Entry
from leadstern.capture.models import Form
from leadstern.desk.activities import activity_words
from leadstern.desk.trail import OBJECTS, VERBS, trail_line
from leadstern.leads.models import Activity, Lead
from leadstern.qualification.queries import stage_labels

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
CHOSEN = re.compile(r"""\brecord\(\s*"([^"]+)" if [^,]+ else "([^"]+)\"""")
RECORDED = re.compile(r"""\brecord\(\s*"([^"]+)"|\bverb="([^"]+)\"""")


def test_every_verb_that_is_recorded_has_words() -> None:
    sources = (path.read_text(encoding="utf-8") for path in Path(settings.PACKAGE).rglob("*.py"))
    recorded = {first or second for source in sources for first, second in RECORDED.findall(source)}

    assert len(recorded) > 30
    assert recorded <= set(VERBS)


def test_every_object_type_with_words_exists() -> None:
    assert {apps.get_model(label)._meta.label_lower for label in OBJECTS} == set(OBJECTS)


def test_entry_says_stages_reasons_and_moments_in_words(anna: User, now: datetime) -> None:
    data = {"from": "marketing_qualified", "to": "recycled", "reason": "no_budget_yet", "note": "", "ready": True}
    record("qualification.moved", anna, by=anna, now=now, data=data)
    record("task.snoozed", None, by=None, now=now, data={"to": "2026-12-01T14:00:00+00:00", "until": "bald"})
    with translation.override("de"):
        moved, snoozed = (trail_line(entry) for entry in Entry.objects.order_by("id"))

    assert (moved.what, moved.subject) == ("Stufe geändert", "Person")
    assert dict(moved.details) == {
        "von": "MQL", "nach": "Zurück zur Pflege", "Grund": "Noch kein Budget", "ready": "ja",
    }  # fmt: skip
    assert (snoozed.what, snoozed.subject) == ("Aufgabe verschoben", "–")
    assert dict(snoozed.details) == {"nach": "01.12.2026, 15:00", "bis": "bald"}


def test_entry_of_spend_names_month_and_channel(now: datetime) -> None:
    data = {"month": "2026-11-01", "source": "paid_search", "amount": "636.00"}
    record("spend.recorded", None, by=None, now=now, data=data)
    with translation.override("de"):
        line = trail_line(Entry.objects.get())

    assert dict(line.details) == {"Monat": "11/2026", "Herkunft": "Suche (bezahlt)", "Betrag": "636,00\xa0€"}


def test_page_names_people_leads_and_amounts(anna: User, ben: User, emil: User, sign_in: SignIn, now: datetime) -> None:
    lead = Lead.objects.create(first_name="Kim", last_name="Muster", captured_at=now, created_at=now)
    record("member.present", ben, by=emil, now=now)
    record("lead.assigned", lead, by=emil, now=now, data={"from": anna.pk, "to": ben.pk, "words": "Messe"})
    record("opportunity.changed", None, by=ben, now=now, data={"value": "18500.00", "lead": lead.pk})
    client = sign_in(emil)

    changed, assigned, present = client.get("/setup/audit/").context["lines"]

    assert (present.what, present.subject, present.name) == ("Abwesenheit beendet", "Person", "Ben")
    assert (assigned.subject, assigned.name) == ("Lead", "Kim Muster")
    assert dict(assigned.details) == {"von": "Anna", "nach": "Ben", "Wortlaut": "Messe"}
    assert dict(changed.details) == {"Wert": "18.500,00\xa0€", "Lead": "Kim Muster"}


def test_every_verb_of_the_source_has_words() -> None:
    """Also one of two that are chosen between: `record("a" if … else "b", …)`."""
    sources = (path.read_text(encoding="utf-8") for path in Path(settings.PACKAGE).rglob("*.py"))
    chosen = {verb for source in sources for pair in CHOSEN.findall(source) for verb in pair}

    assert chosen
    assert chosen <= set(VERBS)


def test_unknown_verb_and_object_are_shown_as_recorded(now: datetime) -> None:
    Entry.objects.create(at=now, verb="plugin.did", object_type="plugin.thing", data={"plugin_key": ["a", "b"]})
    line = trail_line(Entry.objects.get())

    assert (line.what, line.subject, line.details) == ("plugin.did", "plugin.thing", (("plugin_key", "a, b"),))


def test_page_shows_words(emil: User, sign_in: SignIn, now: datetime) -> None:
    record("form.published", None, by=emil, now=now, data={"version": 3})
    text = sign_in(emil).get("/setup/audit/").content.decode()

    assert "Formular veröffentlicht" in text
    assert "form.published" not in text


def test_activities_name_stages_forms_and_results_of_calls(now: datetime) -> None:
    Form.objects.create(key="kontakt", name="Angebot anfordern", kind="contact", created_at=now)
    stored = [
        Activity(kind="stage", content="recycled", data={}, at=now),
        Activity(kind="submission", content="kontakt", data={"channel": "form"}, at=now),
        Activity(kind="request", content="weg", data={}, at=now),
        Activity(kind="call", content="Klärt das Budget", data={"result": "reached"}, at=now),
        Activity(kind="page", content="/preise", data={}, at=now),
    ]
    with translation.override("de"):
        words = activity_words(stored, labels=stage_labels("de"))

    assert words == ["Zurück zur Pflege", "Angebot anfordern", "weg", "Erreicht: Klärt das Budget", "/preise"]
