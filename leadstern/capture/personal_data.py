"""Personal data in submissions and downloads. The leads stage knows which submissions a lead has and calls these."""

from collections.abc import Iterable
from typing import Any

from leadstern.capture.actions import erase_submissions
from leadstern.capture.logic import as_text
from leadstern.capture.models import Download, Submission

__all__ = ["erase_submissions", "show_submissions"]


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
        "entered": {name: as_text(value) for name, value in row.raw.items()},
        "understood": {name: as_text(value) for name, value in row.details.items()},
        "origin": {name: as_text(value) for name, value in row.origin.items() if name != "checks"},
        "privacy_notice": str(row.wording) if row.wording else "",
        "state": row.get_state_display(),
        "downloads": downloads,
    }
