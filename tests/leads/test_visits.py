"""Hits and downloads become activities."""

import uuid

import pytest

from leadstern.capture.models import Download, DownloadGrant, Magnet
from leadstern.capture.terms import SubmissionState
from leadstern.leads.actions import take_downloads, take_hits, take_submissions
from leadstern.leads.models import Activity, Lead
from leadstern.leads.terms import ActivityKind
from leadstern.visitors.models import Hit, Site
from leadstern.visitors.terms import HitKind
from tests.conftest import NOW
from tests.leads.make import lead, submission

pytestmark = pytest.mark.django_db
VISITOR = uuid.UUID("6f1c2b3a-0000-4000-8000-000000000001")


def hit(**values: object) -> Hit:
    site, _new = Site.objects.get_or_create(key="s", defaults={"name": "S", "created_at": NOW})
    given = {"site": site, "at": NOW, "path": "/preise", "visitor_key": VISITOR} | values
    return Hit.objects.create(**given)


def test_hits_of_a_known_browser_become_activities_once() -> None:
    known = lead(email="kim@firma.de", origin={"visitor": str(VISITOR)})
    Lead.objects.update(is_changed=False)
    hit()
    hit(kind=HitKind.CLICK, label="Angebot anfordern")
    hit(kind=HitKind.DOWNLOAD, label="Ratgeber")
    assert take_hits(now=NOW, limit=100) == 3
    assert take_hits(now=NOW, limit=100) == 0
    seen = Activity.objects.filter(lead=known, key__startswith="hit:").order_by("id").values_list("kind", "content")
    assert sorted(seen) == [("click", "Angebot anfordern"), ("download", "Ratgeber"), ("page", "/preise")]
    known.refresh_from_db()
    assert known.is_changed


def test_hits_of_strangers_and_machines_are_left() -> None:
    lead(email="kim@firma.de", origin={"visitor": str(VISITOR)})
    hit(visitor_key=uuid.uuid4())
    hit(visitor_key=None)
    hit(bot="Googlebot")
    assert take_hits(now=NOW, limit=100) == 0
    assert Hit.objects.filter(is_taken=True).count() == 0


def test_hits_before_the_enquiry_count_from_then_on() -> None:
    hit()
    assert take_hits(now=NOW, limit=100) == 0
    lead(email="kim@firma.de", origin={"visitor": str(VISITOR)})
    assert take_hits(now=NOW, limit=100) == 1


def test_hits_are_taken_up_to_the_limit() -> None:
    lead(email="kim@firma.de", origin={"visitor": str(VISITOR)})
    for _number in range(5):
        hit()
    assert [take_hits(now=NOW, limit=2) for _turn in range(4)] == [2, 2, 1, 0]


def test_download_becomes_an_activity_with_the_title() -> None:
    magnet = Magnet.objects.create(
        title="Ratgeber Wärmepumpe", path="x", filename="r.pdf", content_type="application/pdf", size=1, created_at=NOW
    )
    sent = submission(email="kim@firma.de")
    grant = DownloadGrant.objects.create(submission=sent, magnet=magnet, secret_hash="h", expires_at=NOW)
    Download.objects.create(grant=grant, at=NOW)
    assert take_downloads(now=NOW, limit=10) == 0
    assert sent.state == SubmissionState.WAITING
    take_submissions(now=NOW, limit=10)
    assert take_downloads(now=NOW, limit=10) == 1
    assert take_downloads(now=NOW, limit=10) == 0
    activity = Activity.objects.get(kind=ActivityKind.DOWNLOAD)
    assert (activity.content, activity.submission) == ("Ratgeber Wärmepumpe", sent)
