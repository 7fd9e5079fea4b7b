"""What known visitors did, and downloads through personal links, become activities. Called by the worker."""

from datetime import datetime

from django.db.models import F, QuerySet

from leadstern.capture.actions import mark_downloads_taken
from leadstern.capture.models import Download
from leadstern.capture.terms import SubmissionState
from leadstern.core.db import claim, write
from leadstern.leads.actions.activities import add_activities
from leadstern.leads.models import Activity, Identity
from leadstern.leads.queries import known_hits
from leadstern.leads.terms import ActivityKind, IdentityKind, NewActivity
from leadstern.visitors.actions import mark_hits_taken
from leadstern.visitors.models import Hit
from leadstern.visitors.terms import HitKind

KINDS = {
    HitKind.PAGE: ActivityKind.PAGE,
    HitKind.LANDING: ActivityKind.PAGE,
    HitKind.CLICK: ActivityKind.CLICK,
    HitKind.DOWNLOAD: ActivityKind.DOWNLOAD,
}


def take_hits(*, now: datetime, limit: int) -> int:
    """Page views and clicks of browsers that belong to a lead; how many. Machines' hits never count.

    Guarantee: activity and mark are one transaction, the activity's key is the hit's: a crash or a second worker makes
    nothing twice. Hits of browsers that nobody is known behind stay waiting until the person is known.
    """
    with write():
        hits = claim(known_hits().order_by("visitor_key", "id"), limit=limit)
        if not hits:
            return 0
        owners = dict(
            Identity.objects.filter(
                kind=IdentityKind.VISITOR, value__in={hit.visitor_key.hex for hit in hits if hit.visitor_key}
            ).values_list("value", "lead_id")
        )
        add_activities(_from_hit(hit, owners) for hit in hits if hit.visitor_key and hit.visitor_key.hex in owners)
        mark_hits_taken(hit.pk for hit in hits)
    return len(hits)


def _from_hit(hit: Hit, owners: dict[str, int]) -> NewActivity:
    assert hit.visitor_key is not None
    kind = KINDS[HitKind(hit.kind)]
    content = hit.label if kind is not ActivityKind.PAGE and hit.label else hit.path
    data = {"path": hit.path} if content != hit.path else {}
    return NewActivity(owners[hit.visitor_key.hex], kind, hit.at, content=content, data=data, key=f"hit:{hit.pk}")


def take_downloads(*, now: datetime, limit: int) -> int:
    """Downloads whose enquiry has become a lead; how many. Same guarantee as `take_hits`."""
    with write():
        downloads = claim(_waiting_downloads(), limit=limit)
        if not downloads:
            return 0
        keys = {f"submission:{download.submission_id}": download for download in downloads}  # type: ignore[attr-defined]
        leads = dict(Activity.objects.filter(key__in=keys).values_list("submission_id", "lead_id"))
        add_activities(
            NewActivity(
                leads[submission_id],
                ActivityKind.DOWNLOAD,
                download.at,
                content=download.title,  # type: ignore[attr-defined]
                key=f"download:{download.pk}",
                submission_id=submission_id,
            )
            for download in downloads
            if (submission_id := download.submission_id) in leads  # type: ignore[attr-defined]
        )
        mark_downloads_taken(download.pk for download in downloads)
    return len(downloads)


def _waiting_downloads() -> QuerySet[Download]:
    return (
        Download.objects.filter(is_taken=False, grant__submission__state=SubmissionState.TAKEN)
        .annotate(submission_id=F("grant__submission_id"), title=F("grant__magnet__title"))
        .order_by("id")
    )
