"""Whether a website runs, and visits for the reports."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from leadstern.visitors import queries
from leadstern.visitors.models import Hit
from leadstern.visitors.terms import Channel, SiteState
from tests.visitors.make import ORIGIN, make_hit, make_site

pytestmark = pytest.mark.django_db


def test_site_for_origin_is_exact() -> None:
    site = make_site()
    assert queries.site_for_origin(ORIGIN) == site
    assert queries.site_for_origin(f"{ORIGIN}:8443") is None
    assert queries.site_for_origin("") is None


@pytest.mark.parametrize(
    ("hours", "is_refused", "state"),
    [
        (None, False, SiteState.WAITING),
        (None, True, SiteState.REFUSED),
        (1, False, SiteState.RUNNING),
        (1, True, SiteState.RUNNING),
        (25, False, SiteState.QUIET),
        (25, True, SiteState.REFUSED),
    ],
)
def test_state_of_a_website(now: datetime, hours: int | None, is_refused: bool, state: SiteState) -> None:
    site = make_site()
    site.last_hit_at = None if hours is None else now - timedelta(hours=hours)
    assert queries.state_of(site, is_refused=is_refused, now=now) is state


def test_entries_per_day_counts_people_by_local_day(now: datetime) -> None:
    site = make_site()
    late = datetime.fromisoformat("2026-11-17T23:30:00+00:00")  # 18 November in Berlin
    make_hit(site, at=late, is_entry=True, channel=Channel.EMAIL, source="newsletter")
    make_hit(site, at=now, is_entry=True, channel=Channel.EMAIL, source="newsletter")
    make_hit(site, at=now, is_entry=True)
    make_hit(site, at=now, is_entry=True, bot="GPTBot")
    make_hit(site, at=now, is_entry=False)
    make_hit(site, at=now + timedelta(days=1), is_entry=True)
    found = queries.entries_per_day(start=late, end=now + timedelta(hours=1))
    rows = [(str(entry.day), entry.channel, entry.source, entry.visits) for entry in found]
    assert rows == [("2026-11-18", "direct", "", 1), ("2026-11-18", "email", "newsletter", 2)]


def test_entries_are_found_by_an_index(now: datetime) -> None:
    hits = Hit.objects.filter(is_entry=True, bot="", at__gte=now)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "hit_entries" in hits.explain()
