"""Erasure on request (GDPR Art. 17): the person goes, the count stays. Called by `personal_data`."""

from datetime import datetime
from typing import Any

from leadstern.capture.actions import erase_submissions
from leadstern.core.db import write
from leadstern.core.registry import DataSubject
from leadstern.leads.models import Activity, Change, Company, Identity, Lead

BLANK: dict[str, Any] = {
    "salutation": "", "title": "", "first_name": "", "last_name": "", "company": None, "position": "", "street": "",
    "postcode": "", "city": "", "interest": "", "extra": {}, "search": "", "referred_by": "", "landing_page": "",
    "is_changed": False,
}  # fmt: skip


def erase_lead(subject: DataSubject, *, now: datetime) -> None:
    """Removes everything personal of a lead and of the leads that were joined into it. Repeating it changes nothing.

    What stays is the row with its source, month and country, and activities as bare kinds and times: figures of the
    past do not change. Submissions are emptied through their own stage. A company that nobody else works for goes.
    """
    with write():
        leads = Lead.objects.filter(id__in=subject.lead_ids)
        companies = list(leads.exclude(company=None).values_list("company_id", flat=True))
        erase_submissions(subject.submissions)
        Activity.objects.filter(lead_id__in=subject.lead_ids).update(content="", data={}, submission=None)
        Identity.objects.filter(lead_id__in=subject.lead_ids).delete()
        Change.objects.filter(lead_id__in=subject.lead_ids).delete()
        leads.filter(erased_at=None).update(**BLANK, erased_at=now)
        Company.objects.filter(id__in=companies, leads__isnull=True).delete()
