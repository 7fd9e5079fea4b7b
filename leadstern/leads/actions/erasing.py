"""Erasure on request (GDPR Art. 17): the person goes, the count stays. Called by `personal_data`."""

from datetime import datetime
from typing import Any

from leadstern.capture.actions import erase_submissions
from leadstern.core.db import write
from leadstern.leads.models import Activity, Change, Identity, Lead

BLANK: dict[str, Any] = {
    "salutation": "", "title": "", "first_name": "", "last_name": "", "company": None, "position": "", "street": "",
    "postcode": "", "city": "", "interest": "", "extra": {}, "search": "", "referred_by": "", "landing_page": "",
    "is_changed": False,
}  # fmt: skip


def erase_lead(lead_id: int, *, now: datetime) -> None:
    """Removes everything personal of a lead and of the leads that were joined into it. Repeating it changes nothing.

    What stays is the row with its source, month and country, and activities as bare kinds and times: figures of the
    past do not change. Submissions are emptied through their own stage.
    """
    with write():
        ids = [lead_id, *Lead.objects.filter(merged_into=lead_id).values_list("id", flat=True)]
        activities = Activity.objects.filter(lead_id__in=ids)
        submissions = list(activities.exclude(submission=None).values_list("submission_id", flat=True))
        erase_submissions(submissions)
        activities.update(content="", data={}, submission=None)
        Identity.objects.filter(lead_id__in=ids).delete()
        Change.objects.filter(lead_id__in=ids).delete()
        Lead.objects.filter(id__in=ids, erased_at=None).update(**BLANK, erased_at=now)
