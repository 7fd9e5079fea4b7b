"""Details of a lead that became others, in words. Enters: change rows. Leaves: lines for the page of the lead.

A field is called as in the form that changes it; codes have the words of `privacy.values`, which tells the same rows
to the person itself.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadstern.core.formats import NOTHING
from leadstern.desk.further import Questions, answer_words, question_words
from leadstern.leads.forms import TEXTS, LeadForm
from leadstern.leads.models import Change
from leadstern.leads.terms import IdentityKind
from leadstern.privacy.values import Names, text_of


@dataclass(frozen=True)
class ChangeLine:
    """One detail: what it was, what it became; `by`: a colleague; `is_by_lead`: the person told us."""

    at: datetime
    field: str
    before: str
    after: str
    by: str
    is_by_lead: bool


def change_lines(changes: list[Change], questions: Questions) -> list[ChangeLine]:
    """In the given order; wants `by` loaded. `questions`: the fields behind further answers."""
    return [_line(change, questions) for change in changes]


def _line(change: Change, questions: Questions) -> ChangeLine:
    return ChangeLine(
        at=change.at,
        field=_label(change.field),
        before=_value(change.field, change.before, questions),
        after=_value(change.field, change.after, questions),
        by=change.by.name if change.by else "",
        is_by_lead=change.by_id is None and change.submission_id is not None,
    )


def _label(field: str) -> str:
    if field in TEXTS:
        return str(TEXTS[field][0])
    own = LeadForm.base_fields.get(field)
    return str(own.label) if own else text_of("change", "field", field, Names())


def _value(field: str, value: Any, questions: Questions) -> str:
    """A further answer stands under its question; the mark of a browser says nothing to people."""
    if value in (None, "", [], {}):
        return NOTHING
    if field == IdentityKind.VISITOR:
        return "…"
    if isinstance(value, dict):
        return "; ".join(
            f"{question_words(name, questions)}: {_further(name, answer, questions)}" for name, answer in value.items()
        )
    return text_of("lead", field, value, Names())


def _further(name: str, answer: Any, questions: Questions) -> str:
    return NOTHING if answer in (None, "") else answer_words(name, answer, questions)
