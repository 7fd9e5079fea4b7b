"""Reading: websites and whether they report hits, what waits for the leads stage, visits for the reports."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from leadstern.visitors.models import Hit, Refusal, Site, Visitor
from leadstern.visitors.terms import Channel, HitKind, KnownSite, SiteState

QUIET_AFTER = timedelta(days=1)
RECENT = 200


@dataclass(frozen=True)
class SiteFigures:
    """A website in the list: visits since midnight, and whether it runs."""

    site: Site
    visits: int
    state: SiteState


@dataclass(frozen=True)
class Line:
    """A label with its number."""

    label: Any
    number: int


@dataclass(frozen=True)
class Installation:
    """The answer to "is it installed?"."""

    state: SiteState
    refusals: Sequence[Refusal]
    visits: int
    channels: Sequence[Line]
    bots: Sequence[Line]


@dataclass(frozen=True)
class Entries:
    """Visits of one local day by channel and source."""

    day: Any
    channel: str
    source: str
    visits: int


def sites() -> QuerySet[Site]:
    return Site.objects.order_by("name", "id")


def site_for_origin(origin: str) -> Site | None:
    """The website that `origin` (as browsers send it: scheme://host[:port]) belongs to. There are few; all are read."""
    return next((site for site in sites() if origin in site.origins), None)


def known_sites() -> dict[str, KnownSite]:
    """Every website by its key, as the endpoint keeps them."""
    rows = Site.objects.values_list("id", "key", "origins")
    return {key: KnownSite(pk, key, frozenset(origins), hosts_of(origins)) for pk, key, origins in rows}


def hosts_of(origins: Iterable[str]) -> frozenset[str]:
    """The hosts of origins: by them a referrer from the same website is told."""
    return frozenset(urlsplit(origin).hostname or "" for origin in origins)


def first_entry(visitor_key: str) -> Hit | None:
    """How a recognised visitor first came, as long as nobody is known behind the key; None for no or a wrong key."""
    try:
        key = UUID(visitor_key)
    except ValueError:
        return None
    came = Q(is_entry=True) | Q(kind=HitKind.LANDING)
    return Hit.objects.filter(came, visitor_key=key, is_taken=False, bot="").order_by("at", "id").first()


def hits_waiting(visitor_keys: "Iterable[UUID] | QuerySet[Any, UUID]", *, limit: int) -> QuerySet[Hit]:
    """Hits of these visitors that the leads stage has not seen, oldest first. A queryset of keys is not read."""
    waiting = Hit.objects.filter(visitor_key__in=visitor_keys, is_taken=False, visitor_key__isnull=False, bot="")
    return waiting.order_by("id")[:limit]


def visitor_for_key(key: UUID) -> Visitor | None:
    """The visitor behind a key, as long as the consent stands."""
    return Visitor.objects.filter(key=key, withdrawn_at=None).first()


def entries_per_day(*, start: datetime, end: datetime) -> list[Entries]:
    """Visits (entries of people, not of bots) from `start` to before `end`, by day in the product's time zone."""
    days = (
        Hit.objects.filter(is_entry=True, bot="", at__gte=start, at__lt=end)
        .annotate(day=TruncDate("at", tzinfo=timezone.get_default_timezone()))
        .values("day", "channel", "source")
        .annotate(visits=Count("id"))
        .order_by("day", "channel", "source")
    )
    return [Entries(row["day"], row["channel"], row["source"], row["visits"]) for row in days]


def site_figures(*, now: datetime) -> list[SiteFigures]:
    """Every website with its visits of today. Three queries, however many there are."""
    visits = _visits_by_site(since=_midnight(now))
    refused = set(Refusal.objects.filter(last_at__gte=now - QUIET_AFTER).values_list("site_id", flat=True))
    return [
        SiteFigures(site, visits.get(site.pk, 0), state_of(site, is_refused=site.pk in refused, now=now))
        for site in sites()
    ]


def installation(site: Site, *, now: datetime) -> Installation:
    """Whether `site` reports hits, what is refused, and today's visits by channel with bots apart."""
    refusals = list(site.refusals.order_by("-last_at")[:20])
    is_refused = any(refusal.last_at >= now - QUIET_AFTER for refusal in refusals)
    channels = _counted("channel", site.hit_set.filter(is_entry=True, bot="", at__gte=_midnight(now)))
    bots = _counted("bot", site.hit_set.exclude(bot="").filter(at__gte=_midnight(now)))
    return Installation(
        state=state_of(site, is_refused=is_refused, now=now),
        refusals=refusals,
        visits=sum(channels.values()),
        channels=_lines({Channel(channel).label: number for channel, number in channels.items()}),
        bots=_lines(bots),
    )


def with_newest_hit(site: Site) -> Site:
    """The site with its very last hit (not saved): what is kept with the site follows some seconds behind. Looks among
    the newest of all sites only: no index leads to those of a quiet one, whose mark is right by then."""
    marked = site.last_hit_at
    latest = Hit.objects.order_by("-id").only("site_id", "at", "path")[:RECENT] if marked else []
    newest = next((hit for hit in latest if hit.site_id == site.pk), None)
    if newest is not None and marked is not None and newest.at > marked:
        site.last_hit_at, site.last_hit_path = newest.at, newest.path
    return site


def state_of(site: Site, *, is_refused: bool, now: datetime) -> SiteState:
    """Running: a hit within a day. Otherwise refused hits tell more than none at all."""
    if site.last_hit_at is not None and site.last_hit_at >= now - QUIET_AFTER:
        return SiteState.RUNNING
    if is_refused:
        return SiteState.REFUSED
    return SiteState.WAITING if site.last_hit_at is None else SiteState.QUIET


def _midnight(now: datetime) -> datetime:
    return timezone.localtime(now, timezone.get_default_timezone()).replace(hour=0, minute=0, second=0, microsecond=0)


def _visits_by_site(*, since: datetime) -> dict[int, int]:
    entries = Hit.objects.filter(is_entry=True, bot="", at__gte=since)
    return dict(entries.values("site_id").annotate(number=Count("id")).values_list("site_id", "number"))


def _counted(name: str, hits: QuerySet[Hit]) -> dict[str, int]:
    return dict(hits.values(name).annotate(number=Count("id")).values_list(name, "number"))


def _lines(numbers: Mapping[Any, int]) -> list[Line]:
    """The largest first."""
    ordered = sorted(numbers.items(), key=lambda item: (-item[1], str(item[0])))
    return [Line(label, number) for label, number in ordered]
