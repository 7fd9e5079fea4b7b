"""Reading leads: one by id, many by identity, the timeline, changes, contact points, spend. Called by later stages."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet, UUIDField
from django.db.models.functions import Cast

from leadstern.leads.models import Activity, Change, Identity, Lead, Spend
from leadstern.leads.terms import SOURCES, ActivityKind, IdentityKind, source_words
from leadstern.visitors.models import Hit

SHOWN_KINDS = (IdentityKind.EMAIL, IdentityKind.PHONE, IdentityKind.EXTERNAL)


def live_leads() -> QuerySet[Lead]:
    """Everybody who is neither erased nor joined into another lead. Unordered."""
    return Lead.objects.filter(merged_into__isnull=True, erased_at__isnull=True)


def gone_leads() -> QuerySet[Lead]:
    """Everybody who is: few, found by index. For counting rows of other tables without reading all leads."""
    return Lead.objects.filter(Q(merged_into__isnull=False) | Q(erased_at__isnull=False))


def with_words(words: Sequence[str]) -> Q:
    """The condition on leads that each word (of `core.text.search_words`) stands in what they are searched by.

    SQLite would look a rare word up in one lead after another, in the order of the list: it makes a list of all that
    have it first, which takes the same time for every word.
    """
    condition = Q(*(Q(search__contains=word) for word in words))
    if not words or connection.vendor == "postgresql":
        return condition
    return Q(pk__in=Lead.objects.filter(condition).values("pk"))


def lead_by_id(lead_id: int) -> Lead | None:
    """The lead behind an id; an id that was joined into another answers with that one. None when there is none."""
    lead = Lead.objects.select_related("company", "merged_into").filter(pk=lead_id).first()
    while lead is not None and lead.merged_into_id is not None:
        lead = Lead.objects.select_related("company", "merged_into").get(pk=lead.merged_into_id)
    return lead


def leads_by_identity(kind: IdentityKind, values: Collection[str]) -> dict[str, int]:
    """Lead ids by normalised value, for whole batches: one query. Values nobody has are missing."""
    return dict(Identity.objects.filter(kind=kind, value__in=values).values_list("value", "lead_id"))


def known_hits() -> QuerySet[Hit]:
    """Hits of people's browsers that belong to a lead and are no activity yet."""
    browsers = Identity.objects.filter(kind=IdentityKind.VISITOR)
    return (
        Hit.objects.filter(visitor_key__isnull=False, is_taken=False, bot="")
        .filter(visitor_key__in=browsers.values(key=Cast("value", UUIDField())))
        .only("id", "visitor_key", "kind", "at", "path", "label")
    )


def contact_points(lead_id: int) -> list[Identity]:
    """Addresses, numbers and outside ids of a lead, oldest first (the first e-mail address is the main one)."""
    points = Identity.objects.filter(lead_id=lead_id, kind__in=SHOWN_KINDS).order_by("id")
    return sorted(points, key=lambda point: SHOWN_KINDS.index(IdentityKind(point.kind)))


def timeline(
    lead_id: int,
    *,
    before: tuple[datetime, int] | None = None,
    kinds: Collection[ActivityKind] | None = None,
    limit: int = 50,
) -> list[Activity]:
    """What happened, newest first, from an index. `before`: (at, id) of the last entry shown, for the next page."""
    entries = Activity.objects.filter(lead_id=lead_id).select_related("by").order_by("-at", "-id")
    if kinds is not None:
        entries = entries.filter(kind__in=kinds)
    if before is not None:
        entries = entries.filter(at__lte=before[0]).exclude(at=before[0], id__gte=before[1])
    return list(entries[:limit])


def changes(lead_id: int, *, before: tuple[datetime, int] | None = None, limit: int = 50) -> list[Change]:
    """Details that became others, newest first, from an index. `before` as in `timeline`."""
    rows = Change.objects.filter(lead_id=lead_id).select_related("by").order_by("-at", "-id")
    if before is not None:
        rows = rows.filter(at__lte=before[0]).exclude(at=before[0], id__gte=before[1])
    return list(rows[:limit])


def sources() -> list[str]:
    """Every source that leads came from, for choices; from an index."""
    return list(
        Lead.objects.exclude(source=None).order_by("source").values_list("source", flat=True).distinct()[:500]  # type: ignore[arg-type]
    )


def spend_sources() -> dict[str, str]:
    """What money can be recorded for, with its words, by words: what we name ourselves, what leads came from, and what
    is recorded already. Of two with the same words ours stands."""
    recorded = Spend.objects.order_by("source").values_list("source", flat=True).distinct()[:500]
    by_words = {source_words(source).casefold(): source for source in (*recorded, *sources(), *SOURCES)}
    return dict(sorted(((source, source_words(source)) for source in by_words.values()), key=_by_words))


def _by_words(pair: tuple[str, str]) -> str:
    return pair[1].casefold()


def pairs_of_leads(wanted: Collection[str]) -> set[tuple[str, str]]:
    """Source and campaign (empty: any) of every lead from these sources."""
    rows = Lead.objects.filter(source__in=wanted).order_by().values_list("source", "campaign").distinct()
    pairs = {(source or "", campaign) for source, campaign in rows}
    return pairs | {(source, "") for source, _campaign in pairs}


def spends(*, source: str = "") -> QuerySet[Spend]:
    """Recorded expenses, newest month first."""
    rows = Spend.objects.select_related("recorded_by").order_by("-month", "source", "campaign")
    return rows.filter(source=source) if source else rows
