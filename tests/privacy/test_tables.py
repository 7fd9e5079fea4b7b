"""No table can hold something of a person without an answer: shown and erased by an offer, or a reason why not."""

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import models

from leadstern.core.registry import personal_data
from leadstern.leads.models import Lead

NOT_OF_PERSONS = {
    "accounts.RoleGrant": "our own people",
    "accounts.Team": "our own people",
    "accounts.User": "our own people",
    "capture.Form": "written by us",
    "capture.FormVersion": "the questions, not the answers",
    "capture.ImportRun": "which columns a file had; the file itself is removed when the import is over",
    "capture.Magnet": "our own files",
    "capture.NetworkCount": "a network for ten minutes, nobody's address",
    "consent.Wording": "our own texts",
    "criteria.Segment": "a condition over all leads",
    "journey.Worker": "our own processes",
    "leads.Spend": "money per source",
    "nurture.Sequence": "our own texts",
    "nurture.SequenceVersion": "our own texts",
    "outbox.Outage": "what the mail server said when it could not be used",
    "outbox.SenderIdentity": "our own address",
    "qualification.Definition": "criteria over all leads",
    "qualification.StageLabel": "our own words",
    "routing.Member": "our own people",
    "routing.Region": "places",
    "scoring.ScoreModel": "rules over all leads",
    "scoring.ScoreModelVersion": "rules over all leads",
    "visitors.Refusal": "counts per origin",
    "visitors.Site": "our own websites",
}
"""Tables that hold words but no person, and why."""
WORDS = (models.CharField, models.TextField, models.JSONField, models.UUIDField)


def _ours() -> Iterator[type[models.Model]]:
    for stage in settings.STAGES:
        yield from apps.get_app_config(stage.removeprefix("leadstern.")).get_models()


def _reaches(model: type[models.Model], goal: type[models.Model], seen: frozenset[object] = frozenset()) -> bool:
    """By foreign keys, however many."""
    keys = (field.related_model for field in model._meta.get_fields() if isinstance(field, models.ForeignKey))
    ways = [way for way in keys if isinstance(way, type) and way not in seen and way is not model]
    return goal in ways or any(_reaches(way, goal, seen | {model}) for way in ways)


def _holds_words(model: type[models.Model]) -> bool:
    """Free text, JSON or an identifier; choices are codes of ours."""
    return any(isinstance(field, WORDS) and not field.choices for field in model._meta.get_fields())


def _offered() -> set[str]:
    return {label for offer in personal_data for label in offer.models}


def test_every_table_with_a_way_to_a_lead_is_shown_and_erased() -> None:
    reaching = {model._meta.label for model in _ours() if model is Lead or _reaches(model, Lead)}
    assert {"nurture.StepRun", "scoring.ScoreLine", "qualification.HandOver"} <= reaching
    assert reaching - _offered() == set()


def test_every_table_with_words_is_shown_and_erased_or_holds_no_person() -> None:
    wordy = {model._meta.label for model in _ours() if _holds_words(model)}
    assert {"outbox.Delivery", "capture.ImportIssue", "consent.LedgerEntry", "audit.Entry"} <= wordy
    assert wordy - _offered() - set(NOT_OF_PERSONS) == set()


def test_every_exemption_is_of_a_table_that_exists_and_is_not_offered() -> None:
    assert set(NOT_OF_PERSONS) - {model._meta.label for model in _ours()} == set()
    assert set(NOT_OF_PERSONS) & _offered() == set()


def test_every_table_that_is_offered_exists() -> None:
    assert _offered() - {model._meta.label for model in _ours()} == set()
