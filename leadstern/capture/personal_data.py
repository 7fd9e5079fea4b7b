"""Personal data in submissions and downloads. The leads stage knows which submissions a lead has and calls these."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from leadstern.capture.actions import erase_issues, erase_submissions
from leadstern.capture.labels import KNOWN_LABELS
from leadstern.capture.logic import FormField, as_text, read_content
from leadstern.capture.logic.carrying import Carried, texts_of
from leadstern.capture.logic.content import said
from leadstern.capture.logic.values import YES
from leadstern.capture.models import Download, ImportIssue, Submission
from leadstern.capture.terms import CaptureChannel, FieldType, SubmissionState
from leadstern.consent.terms import Purpose

__all__ = ["erase_issues", "erase_submissions", "issues_carrying", "show_issues", "show_submissions", "submissions_of"]

CHUNK = 2_000
MARKETING = "ls_marketing"
"""The box of the advertising text, which no form has as a field of its own."""


def submissions_of(ids: Iterable[int], carried: Carried) -> set[int]:
    """The submissions with these ids, those that never became a lead but carry the person's address or number, and the
    tries that any of them corrected. Reads every unfinished submission: for answers to a person, not for lists."""
    unfinished = Submission.objects.exclude(state=SubmissionState.TAKEN).values_list("pk", "raw", "details")
    found = set(ids)
    for number, *told in unfinished.iterator(chunk_size=CHUNK):
        if number not in found and carried.is_in(texts_of(told)):
            found.add(number)
    return found | _corrected_by(found)


def _corrected_by(ids: set[int]) -> set[int]:
    """What was sent before and told to be corrected, back to the first try."""
    known, newest = set(ids), set(ids)
    while newest:
        named = Submission.objects.filter(pk__in=newest).values_list("origin__corrects", flat=True)
        newest = {number for number in named if isinstance(number, int)} - known
        known |= newest
    return known


def issues_carrying(carried: Carried) -> QuerySet[ImportIssue]:
    """Lines of files that could not be taken and carry the person's address or number; oldest first."""
    kept = ImportIssue.objects.exclude(raw="").values_list("pk", "raw").iterator(chunk_size=CHUNK)
    ids = [number for number, raw in kept if carried.is_in([raw])]
    return ImportIssue.objects.filter(pk__in=ids).select_related("run").order_by("id")


def show_issues(carried: Carried) -> list[dict[str, Any]]:
    """Those lines with their file."""
    return [
        {"file": issue.run.filename, "line": issue.line, "at": issue.run.created_at.isoformat(), "text": issue.raw}
        for issue in issues_carrying(carried)
    ]


def show_submissions(ids: Iterable[int]) -> list[dict[str, Any]]:
    """Everything kept about the submissions with these ids, oldest first, ready for page and JSON. Two queries."""
    wanted = list(ids)
    rows = Submission.objects.filter(pk__in=wanted).select_related("form_version__form", "wording").order_by("id")
    downloads: dict[int, list[str]] = {}
    taken = Download.objects.filter(grant__submission__in=wanted).order_by("id")
    for submission_id, title, at in taken.values_list("grant__submission", "grant__magnet__title", "at"):
        downloads.setdefault(submission_id, []).append(f"{at.isoformat()} {title}")
    return [_shown(row, downloads.get(row.pk, [])) for row in rows]


def _shown(row: Submission, downloads: list[str]) -> dict[str, Any]:
    return {
        "id": row.pk,
        "channel": row.get_channel_display(),
        "form": row.form_version.form.name if row.form_version else "",
        "captured_at": row.captured_at.isoformat(),
        "answers": _answers(row),
        "entered": {name: as_text(value) for name, value in row.raw.items()},
        "understood": {name: as_text(value) for name, value in row.details.items()},
        "origin": {name: as_text(value) for name, value in row.origin.items() if name != "checks"},
        "privacy_notice": str(row.wording) if row.wording else "",
        "privacy_notice_text": row.wording.text if row.wording else "",
        "state": row.get_state_display(),
        "downloads": downloads,
    }


def _answers(row: Submission) -> list[dict[str, Any]]:
    """What was entered under the words of the form that was shown, in the reader's language; `field` is the name in
    `entered`. The mark against double entries by hand says nothing of the person."""
    content = read_content(row.form_version.content) if row.form_version else None
    fields = {field.name: field for field in content.fields} if content else {}
    names = [name for name in row.raw if not (name == "key" and row.channel == CaptureChannel.MANUAL)]
    return [
        {
            "question": _question(name, fields),
            "answer": _answer(name, row.raw[name], fields.get(name)),
            "field": name,
        }
        for name in names
    ]


def _question(name: str, fields: dict[str, FormField]) -> str:
    if name in fields:
        return said(fields[name].label, get_language() or "de") or name
    return str(Purpose.MARKETING.label if name == MARKETING else KNOWN_LABELS.get(name, name))


def _answer(name: str, value: Any, field: FormField | None) -> str | bool:
    """A tick is True or False, a choice its words."""
    if isinstance(value, bool):
        return value
    text = as_text(value)
    if field.type is FieldType.CHECKBOX if field else name == MARKETING:
        return text.lower() in YES
    words = dict(field.choices).get(text) if field else None
    return said(words, get_language() or "de") if words else text
