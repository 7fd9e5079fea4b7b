"""What this stage knows of one person, and how it forgets it (GDPR Art. 15, 17, 20). Called by `privacy`.

What earlier stages keep of a lead (submissions, hits) is told here: only this stage knows whose they are.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _

from leadstern.capture.logic.carrying import Carried
from leadstern.capture.models import Submission
from leadstern.capture.personal_data import erase_issues, issues_carrying, show_issues, show_submissions
from leadstern.core.registry import DataSubject, PersonalData
from leadstern.leads.actions import erase_lead
from leadstern.leads.models import Activity, Change, Identity, Lead
from leadstern.visitors.personal_data import erase_visitor, show_visitor

HIDDEN = ("search", "is_changed", "merged_into", "erased_at")
POINT = ("kind", "value", "shown", "health", "health_reason", "created_at")


def show(subject: DataSubject) -> list[dict[str, Any]]:
    """Details, identities, activities, changes, submissions as sent, also those that never became the lead, lines of
    files that were not taken, recognised page views; oldest first."""
    ids = subject.lead_ids
    rows = [
        {"kind": "lead", **model_to_dict(lead, exclude=HIDDEN), "company": lead.company.name if lead.company else ""}
        for lead in Lead.objects.filter(id__in=ids).select_related("company").order_by("id")
    ]
    rows += _rows("identity", Identity.objects.filter(lead_id__in=ids), *POINT)
    rows += _rows("activity", Activity.objects.filter(lead_id__in=ids), "kind", "at", "content", "data")
    rows += _rows("change", Change.objects.filter(lead_id__in=ids), "field", "before", "after", "at")
    rows += _submissions(subject.submissions)
    rows += [{"kind": "import_line", **row} for row in show_issues(_carried(subject))]
    return rows + [{"kind": "visit", **row} for row in show_visitor(subject.browsers)]


def _carried(subject: DataSubject) -> Carried:
    return Carried(subject.emails, subject.numbers)


def _rows(kind: str, rows: Any, *columns: str) -> list[dict[str, Any]]:
    """`kind` says what the row is; a column of that name keeps its value under "type"."""
    return [
        {"kind": kind} | {("type" if name == "kind" else name): value for name, value in row.items()}
        for row in rows.order_by("id").values(*columns)
    ]


def _submissions(ids: Iterable[int]) -> list[dict[str, Any]]:
    """As stored, and the answers under the words of the form with the privacy notice that was shown."""
    words = {row["id"]: row for row in show_submissions(ids)}
    columns = ("id", "channel", "captured_at", "raw", "details", "origin", "errors", "state_reason")
    return [
        {**row, "form": words[row["id"]]["form"], "answers": words[row["id"]]["answers"],
         "errors": [sentence for sentences in row["errors"].values() for sentence in sentences],
         "privacy_notice": words[row["id"]]["privacy_notice_text"]}
        for row in _rows("submission", Submission.objects.filter(id__in=list(words)), *columns)
    ]  # fmt: skip


def erase(subject: DataSubject, now: datetime) -> None:
    """Everything personal goes; the row stays for the counts. Browsers are forgotten, their page views stay counted."""
    erase_visitor(subject.browsers)
    erase_issues(issues_carrying(_carried(subject)).values_list("pk", flat=True))
    erase_lead(subject, now=now)


LEADS = PersonalData(
    "leads",
    _("Details, contact points and history"),
    show,
    erase,
    models=(
        "leads.Lead", "leads.Company", "leads.Identity", "leads.Activity", "leads.Change", "capture.Submission",
        "capture.DownloadGrant", "capture.Download", "capture.ImportIssue", "visitors.Visitor", "visitors.Hit",
    ),
)  # fmt: skip
