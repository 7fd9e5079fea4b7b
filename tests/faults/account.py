"""Lets the path settle and tells, as JSON, what became of everybody. Run by `Running.module`, nothing else running.

Leaves `{"waiting": [steps], "people": {address: {what: how many}}}`, counted over whole tables, so that a doubled row
shows.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from leadstern.capture.models import Submission
from leadstern.core.time import now
from leadstern.journey.actions import walk_until_done
from leadstern.journey.waiting import steps_with_work
from leadstern.leads.models import Activity, Identity
from leadstern.outbox.models import Delivery, MailboxMessage
from leadstern.qualification.models import HandOver, Verdict
from leadstern.routing.models import Assignment
from leadstern.sales.models import Task
from leadstern.scoring.models import Score


def account() -> dict[str, Any]:
    walk_until_done(now=now())
    later = now() + timedelta(seconds=31)  # what was killed while it was being understood waits half a minute
    walk_until_done(now=later)
    return {"waiting": sorted(steps_with_work(now=later)), "people": people()}


def people() -> dict[str, dict[str, int]]:
    """By e-mail address: how many rows of each kind there are."""
    sent = {row.pk: row.details.get("email") or row.raw.get("email", "") for row in Submission.objects.all()}
    leads = dict(Identity.objects.filter(kind="email").values_list("lead_id", "value"))
    counted: dict[str, Counter[str]] = {
        "submissions": Counter(sent.values()),
        "taken": Counter(sent[pk] for pk in Submission.objects.filter(state="taken").values_list("pk", flat=True)),
        "leads": Counter(leads.values()),
        "enquiries": Counter(sent[pk or 0] for pk in _each(Activity.objects.filter(kind="submission"), "submission")),
        "deliveries": Counter(_each(Delivery.objects.all(), "recipient")),
        "mails": Counter(_each(MailboxMessage.objects.all(), "delivery__recipient")),
    }
    of_leads = {
        "scores": Score.objects.all(),
        "first verdicts": Verdict.objects.filter(old_stage=""),
        "current verdicts": Verdict.objects.filter(is_current=True),
        "promotions": Verdict.objects.filter(stage="marketing_qualified"),
        "owners": Assignment.objects.all(),
        "tasks": Task.objects.all(),
        "stages told": Activity.objects.filter(kind="stage"),
        "owners told": Activity.objects.filter(kind="owner"),
    }
    counted |= {name: Counter(leads[pk] for pk in _each(rows, "lead")) for name, rows in of_leads.items()}
    counted["left over"] = Counter(leads[pk] for pk in _each(HandOver.objects.filter(taken_at=None), "verdict__lead"))
    everybody = {address for counts in counted.values() for address in counts}
    return {address: {name: counts[address] for name, counts in counted.items()} for address in sorted(everybody)}


def _each(rows: "QuerySet[Any]", column: str) -> Iterable[Any]:
    return rows.values_list(column, flat=True)


if __name__ == "__main__":
    json.dump(account(), sys.stdout)
