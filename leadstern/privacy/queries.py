"""What is known of one person, from every stage (GDPR Art. 15 and 20). Called by the privacy pages."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language

from leadstern.capture.models import Form
from leadstern.core.registry import FactKind, facts, personal_data
from leadstern.privacy.subject import subject_of
from leadstern.privacy.values import Names
from leadstern.privacy.words import Part, part_in_words
from leadstern.qualification.queries import stage_labels
from leadstern.visitors.models import Site


def collected(lead_id: int) -> dict[str, Any]:
    """By stage: {"label": words, "rows": […]}, in path order; plain values, ready for JSON."""
    subject = subject_of(lead_id)
    return {offer.key: {"label": str(offer.label), "rows": offer.show(subject)} for offer in personal_data}


def in_words(lead_id: int) -> list[Part]:
    """The same for people to read, in the language of the request."""
    parts = collected(lead_id)
    names = _names([row for part in parts.values() for row in part["rows"]])
    return [part_in_words(key, part["label"], part["rows"], names) for key, part in parts.items()]


def _names(rows: Iterable[dict[str, Any]]) -> Names:
    answers = [answer for row in rows if row.get("kind") == "submission" for answer in row["answers"]]
    raw = [(name, value) for row in rows if row.get("kind") == "submission" for name, value in row["raw"].items()]
    words = {answer["field"]: answer["answer"] for answer in answers}
    return Names(
        stages={stage.value: label for stage, label in stage_labels(get_language() or "de").items()},
        forms=dict(Form.objects.values_list("key", "name")),
        sites={str(number): name for number, name in Site.objects.values_list("pk", "name")},
        choices=_choices(),
        facts={fact.key: str(fact.label) for fact in facts},
        questions={answer["field"]: answer["question"] for answer in answers},
        answers={(name, str(value)): words[name] for name, value in raw if name in words},
    )


def _choices() -> dict[str, str]:
    """The labels of all values that conditions can compare with."""
    listed = (fact.choices() for fact in facts if fact.kind is FactKind.CHOICE and fact.choices)
    return {value: str(label) for choices in listed for value, label in choices}
