"""One person with a name like no other word, planted wherever words go; after the erasure it stands nowhere."""

from datetime import datetime

import pytest
from django.apps import apps
from django.db import models

from leadstern.accounts.models import User
from leadstern.audit.models import Entry
from leadstern.capture.models import ImportIssue, Submission
from leadstern.core.registry import personal_data
from leadstern.journey.actions import walk_until_done
from leadstern.leads.models import Company, Lead
from leadstern.privacy.actions import erase_person
from leadstern.privacy.queries import collected
from tests.privacy.dump import columns_with, files_with
from tests.privacy.make import SOON
from tests.privacy.planted import TEXT, WORD, planted

PROOF = {"consent_ledgerentry.address", "nurture_suppression.address"}
"""A consent that was given or withdrawn, and a blocked address, stay (GDPR Art. 17(3)(e), Art. 21)."""
NO_WORDS = {
    "audit_entry.actor_name": "our own people",
    "capture_importissue.code": "a code",
    "capture_importissue.column": "a heading of the file",
    "capture_submission.errors": "our own sentences",
    "capture_submission.key": "made by us: numbers and check sums",
    "capture_downloadgrant.secret_hash": "a check sum",
    "consent_ledgerentry.evidence": "proof: form, moment, network",
    "consent_ledgerentry.token": "a check sum",
    "leads_activity.key": "made by us: numbers",
    "leads_change.field": "a name of a column",
    "leads_lead.campaign": "stays for the cost report",
    "leads_lead.medium": "stays for the cost report",
    "leads_lead.source": "stays for every report",
    "leads_lead.country": "a code",
    "leads_lead.language": "a code",
    "leads_lead.postcode": "digits",
    "nurture_suppression.address": "proof",
    "nurture_suppression.channel": "a code",
    "outbox_delivery.claimed_by": "a number of the worker",
    "outbox_delivery.key": "made by us: numbers",
    "outbox_delivery.taker": "a stage",
    "outbox_delivery.transport": "a code",
    "outbox_delivery.via": "a code",
    "qualification_handover.taker": "a stage",
    "qualification_verdict.reason": "a code",
    "sales_callrecord.key": "made by us",
    "sales_opportunity.key": "of another system, emptied, too",
    "sales_opportunity.segment": "stays for reports",
    "sales_outcome.reason": "a code",
    "scoring_score.fit_rules": "names of rules",
    "scoring_scoreline.rule": "a name of a rule",
    "visitors_hit.bot": "a name of a machine",
    "visitors_hit.campaign": "counted without a person",
    "visitors_hit.label": "a text of our website",
    "visitors_hit.medium": "counted without a person",
    "visitors_hit.path": "a page of our website",
    "visitors_hit.referrer_host": "a website",
    "visitors_hit.source": "counted without a person",
    "visitors_visitor.consent_text": "our own text",
    "audit_entry.object_type": "a table",
    "audit_entry.verb": "a code",
}
"""Columns of the offered tables into which no words of or about a person get, or which stay; and why."""


@pytest.fixture
def kim(now: datetime, ben: User, carla: User, doris: User) -> Lead:
    return planted(inside=ben, field=carla, head=doris)


def _wordy_columns() -> set[str]:
    tables = {label for offer in personal_data for label in offer.models}
    columns = {
        f"{model._meta.db_table}.{field.column}"
        for model in map(apps.get_model, tables)
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField) and not field.choices
    }
    return columns - set(NO_WORDS)


def test_every_column_for_words_holds_the_word_before(kim: Lead) -> None:
    """Else the next test would not see what stays in it."""
    assert _wordy_columns() - columns_with(WORD) == set()


def test_an_erased_person_stands_nowhere_any_more(kim: Lead, emil: User) -> None:
    erase_person(kim, by=emil, now=SOON)
    walk_until_done(now=SOON)

    assert columns_with(WORD) - PROOF == set()
    assert columns_with("98765432") == set()
    assert files_with(WORD) == set()


def test_disclosure_tells_everything_that_erasure_removes(kim: Lead, emil: User) -> None:
    """Where the word stood, and is gone, the page showed the row."""
    shown = str(collected(kim.pk)).lower()
    for number, raw in Submission.objects.values_list("pk", "raw"):
        assert (WORD in str(raw).lower()) == (f"'id': {number}," in shown)
    assert ImportIssue.objects.get().raw.lower() in shown
    audit = [(row["verb"], row["text"]) for row in collected(kim.pk)["audit"]["rows"]]
    assert audit == [("submission.parked", TEXT), ("lead.assigned", TEXT), ("leads.exported", f"kim {WORD}")]


def test_what_others_sent_and_wrote_stays(kim: Lead, emil: User) -> None:
    entries, rows = Entry.objects.count(), Submission.objects.count()
    erase_person(kim, by=emil, now=SOON)

    assert Submission.objects.get(raw__email="andere@web.de").raw["message"] == "Haben Sie auch etwas anderes?"
    searched = Entry.objects.filter(verb="leads.exported").order_by("id").values_list("data", flat=True)
    assert ["andere" in data["filter"] for data in searched] == [False, True]
    assert (Entry.objects.count(), Submission.objects.count()) == (entries + 1, rows)
    assert not Company.objects.exists()
