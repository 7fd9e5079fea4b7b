"""What colleagues wrote about a person into the audit trail (GDPR Art. 15, 17). Called by `queries` and `actions`."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leadstern.audit.actions import blank
from leadstern.audit.models import Entry
from leadstern.capture.logic.carrying import Carried
from leadstern.capture.models import Submission
from leadstern.capture.terms import Reason
from leadstern.core.registry import DataSubject, PersonalData
from leadstern.core.text import fold
from leadstern.leads.models import Lead

FREE = {
    "lead.assigned": "words",
    "leads.exported": "filter",
    "submission.parked": "reason",
    "submission.spam": "reason",
}
"""By verb, the detail that may be free words: why somebody got a lead or a submission was put aside, what was searched
for."""
_SEARCHED = re.compile(r"\bwords=['\"](.*?)['\"][,)]")


def show(subject: DataSubject) -> list[dict[str, Any]]:
    """Entries with free words about the person, oldest first."""
    return [
        {
            "kind": "audit",
            "verb": entry.verb,
            "at": entry.at.isoformat(),
            "by": entry.actor_name,
            "text": _said(str(entry.data[FREE[entry.verb]])),
        }
        for entry in _about(subject)
    ]


def _said(text: str) -> str:
    """The words somebody typed; of a filter only what was searched for."""
    found = _SEARCHED.search(text)
    return found[1] if found else text


def erase(subject: DataSubject, _now: datetime) -> None:
    """The words go; who did what and when stays."""
    entries = list(_about(subject))
    for key in set(FREE.values()):
        blank([entry for entry in entries if FREE[entry.verb] == key], keys=[key])


def _about(subject: DataSubject) -> Iterator[Entry]:
    """Entries on the lead and on what it sent by their object; exports by what was searched for. Codes are no words."""
    of_lead = Q(object_type=Lead._meta.label_lower, object_id__in=subject.lead_ids)  # noqa: SLF001 -- Django's own
    of_sent = Q(object_type=Submission._meta.label_lower, object_id__in=subject.submissions)  # noqa: SLF001
    carried = Carried(subject.emails, subject.numbers)
    for entry in Entry.objects.filter(of_lead | of_sent | Q(verb="leads.exported"), verb__in=FREE).order_by("id"):
        text = str(entry.data.get(FREE[entry.verb]) or "")
        if text in ("", *Reason.values):
            continue
        if entry.verb != "leads.exported" or carried.is_in([text]) or _names(text, subject):
            yield entry


def _names(text: str, subject: DataSubject) -> bool:
    """Whether a last name stands in it as a word of its own."""
    words = f" {''.join(letter if letter.isalnum() else ' ' for letter in fold(text))} "
    return any(f" {name} " in words for name in subject.last_names)


AUDIT = PersonalData("audit", _("Words in the audit trail"), show, erase, ("audit.Entry",))
