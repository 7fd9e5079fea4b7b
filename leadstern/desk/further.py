"""Answers that have no column of their own, in words. Enters: a lead with its `extra`. Leaves: question and answer.

A question is called as on the form that the person saw; numbers and days are written as in the language of the reader.
Called by the page of the lead, for its details and their changes.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from leadstern.capture.labels import KNOWN_LABELS
from leadstern.capture.logic import FormField, read_content
from leadstern.capture.logic.content import said
from leadstern.capture.models import Submission
from leadstern.capture.terms import FieldType
from leadstern.core.formats import day, decimal, phone

SUBMISSIONS = 20
Questions = Mapping[str, FormField]


def questions_of(lead_id: int) -> Questions:
    """The fields behind a lead's further answers, from the newest forms it has sent. One query."""
    sent = Submission.objects.filter(activity__lead=lead_id, form_version__isnull=False)
    rows = sent.order_by("-id").values_list("form_version__content", flat=True)[:SUBMISSIONS]
    fields = [field for content in rows for field in read_content(content).fields if not field.detail]
    return {field.name: field for field in reversed(fields)}


def question_words(name: str, questions: Questions) -> str:
    """The label on the form, else the word of the product, else the name as it was sent."""
    if name in questions:
        return said(questions[name].label, get_language() or "de") or name
    return str(KNOWN_LABELS.get(name, name))


def answer_words(name: str, value: Any, questions: Questions) -> str:
    """The answer as people write it; what cannot be read stands as it came."""
    field = questions.get(name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = str(value)
    if field and field.type is FieldType.CHOICE:
        return said(dict(field.choices).get(text, {}), get_language() or "de") or text
    if field and field.type is FieldType.CHECKBOX:
        return {"true": _("yes"), "yes": _("yes"), "false": _("no"), "no": _("no")}.get(text, text)
    if field and field.type is FieldType.NUMBER:
        return _number(text)
    return _day(text) if field and field.type is FieldType.DATE else phone(text)


def _number(text: str) -> str:
    try:
        Decimal(text)
    except InvalidOperation:
        return text
    return decimal(text, len(text.partition(".")[2]))


def _day(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text
