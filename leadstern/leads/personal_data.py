"""What this stage knows of one person, and how it forgets it (GDPR Art. 15, 17, 20). Called by `privacy`.

What earlier stages keep of a lead (submissions, hits) is told here: only this stage knows whose they are.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _

from leadstern.capture.models import Submission
from leadstern.capture.personal_data import show_submissions
from leadstern.core.registry import PersonalData
from leadstern.core.time import now
from leadstern.leads.actions import erase_lead
from leadstern.leads.models import Activity, Change, Identity, Lead
from leadstern.leads.terms import IdentityKind
from leadstern.visitors.personal_data import erase_visitor, show_visitor

HIDDEN = ("search", "is_changed", "merged_into", "erased_at")


def show(lead_id: int) -> list[dict[str, Any]]:
    """Details, identities, activities, changes, submissions as sent, recognised page views; oldest first."""
    ids = _all_ids(lead_id)
    rows = [
        {"kind": "lead", **model_to_dict(lead, exclude=HIDDEN), "company": lead.company.name if lead.company else ""}
        for lead in Lead.objects.filter(id__in=ids).select_related("company").order_by("id")
    ]
    rows += _rows(
        "identity",
        Identity.objects.filter(lead_id__in=ids),
        "kind",
        "value",
        "shown",
        "health",
        "health_reason",
        "created_at",
    )
    rows += _rows("activity", Activity.objects.filter(lead_id__in=ids), "kind", "at", "content", "data")
    rows += _rows("change", Change.objects.filter(lead_id__in=ids), "field", "before", "after", "at")
    sent = Activity.objects.filter(lead_id__in=ids).exclude(submission=None)
    rows += _submissions(sent.values_list("submission", flat=True))
    browsers = Identity.objects.filter(lead_id__in=ids, kind=IdentityKind.VISITOR).values_list("value", flat=True)
    return rows + [{"kind": "visit", **row} for row in show_visitor(map(UUID, browsers))]


def _all_ids(lead_id: int) -> list[int]:
    return [lead_id, *Lead.objects.filter(merged_into=lead_id).values_list("id", flat=True)]


def _rows(kind: str, rows: Any, *columns: str) -> list[dict[str, Any]]:
    """`kind` says what the row is; a column of that name keeps its value under "type"."""
    return [
        {"kind": kind} | {("type" if name == "kind" else name): value for name, value in row.items()}
        for row in rows.order_by("id").values(*columns)
    ]


def _submissions(ids: Iterable[int]) -> list[dict[str, Any]]:
    """As stored, and the answers under the words of the form with the privacy notice that was shown."""
    words = {row["id"]: row for row in show_submissions(ids)}
    columns = ("id", "channel", "captured_at", "raw", "details", "origin", "state_reason")
    return [
        {**row, "form": words[row["id"]]["form"], "answers": words[row["id"]]["answers"],
         "privacy_notice": words[row["id"]]["privacy_notice_text"]}
        for row in _rows("submission", Submission.objects.filter(id__in=list(words)), *columns)
    ]  # fmt: skip


def erase(lead_id: int) -> None:
    """Everything personal goes; the row stays for the counts. Browsers are forgotten, their page views stay counted."""
    browsers = Identity.objects.filter(lead_id__in=_all_ids(lead_id), kind=IdentityKind.VISITOR)
    erase_visitor([UUID(value) for value in browsers.values_list("value", flat=True)])
    erase_lead(lead_id, now=now())


LEADS = PersonalData(
    "leads",
    _("Details, contact points and history"),
    show,
    erase,
    models=("leads.Lead", "leads.Company", "leads.Identity", "leads.Activity", "leads.Change"),
)
