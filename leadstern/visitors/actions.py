"""Writing: websites, consent of visitors, what was taken and what was refused. Hits: `visitors.hit_store`."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.audit import actions as audit
from leadstern.core.db import write
from leadstern.core.errors import Invalid
from leadstern.visitors.logic import clean_origin
from leadstern.visitors.models import Hit, Refusal, Site, Visitor
from leadstern.visitors.terms import Drop

MOST_ORIGINS = 50
Refused = tuple[int, Drop, str]


def add_site(name: str, *, origins: Sequence[str], by: User | None, now: datetime, key: str = "") -> Site:
    """A new website with a key of its own (or `key`). Raises Invalid for a missing name or a wrong or taken origin."""
    with write():
        site = Site(name=_name(name), key=key or secrets.token_hex(8), created_at=now)
        site.origins = _origins(origins, besides=None)
        site.save()
        audit.record("site.added", site, by=by, now=now, data={"name": site.name, "origins": site.origins})
    return site


def change_site(site: Site, *, name: str, origins: Sequence[str], by: User | None, now: datetime) -> Site:
    """Name and origins anew; the endpoint knows within seconds. Refusals that the change cures are forgotten."""
    with write():
        before = {"name": site.name, "origins": site.origins}
        site.name, site.origins = _name(name), _origins(origins, besides=site)
        site.save(update_fields=["name", "origins"])
        site.refusals.filter(origin__in=site.origins).delete()
        after = {"name": site.name, "origins": site.origins}
        audit.record("site.changed", site, by=by, now=now, data={"before": before, "after": after})
    return site


def record_consent(key: UUID, *, site_id: int, text: str = "", now: datetime) -> None:
    """The owner of a browser agreed to be recognised by `key`. Twice is once; a withdrawn key never comes back."""
    with write():
        visitor = Visitor(key=key, site_id=site_id, consented_at=now, consent_text=text)
        Visitor.objects.bulk_create([visitor], ignore_conflicts=True)


def withdraw_visitor(key: UUID, *, site_id: int, now: datetime) -> bool:
    """Consent withdrawn (Art. 7(3) GDPR): no later hit carries the key, those not yet taken lose it. False: unknown.

    A withdrawal may overtake the consent it takes back, so it is kept for a key that is not known yet, too.
    """
    with write():
        is_known = Visitor.objects.filter(key=key, withdrawn_at=None).update(withdrawn_at=now) == 1
        overtaking = Visitor(key=key, site_id=site_id, consented_at=None, withdrawn_at=now)
        Visitor.objects.bulk_create([overtaking], ignore_conflicts=True)
        Hit.objects.filter(visitor_key=key, is_taken=False).update(visitor_key=None)
    return is_known


def mark_hits_taken(ids: Iterable[int]) -> int:
    """Called by the leads stage, inside its transaction. How many were waiting until now."""
    return Hit.objects.filter(pk__in=list(ids), is_taken=False).update(is_taken=True)


def record_refusals(refused: Mapping[Refused, int], *, now: datetime) -> None:
    """Adds to the counts of (site id, reason, origin). Beyond 50 origins of a site the rest is counted together."""
    with write():
        existing = set(
            Site.objects.filter(pk__in={site for site, _reason, _origin in refused}).values_list("pk", flat=True)
        )
        numbers = _bounded({key: number for key, number in refused.items() if key[0] in existing})
        new = [Refusal(site_id=s, reason=r, origin=o, last_at=now) for s, r, o in numbers]
        Refusal.objects.bulk_create(new, ignore_conflicts=True)
        rows = Refusal.objects.select_for_update().filter(site_id__in=existing).order_by("id")
        changed = [row for row in rows if (row.site_id, row.reason, row.origin) in numbers]
        for row in changed:
            row.number += numbers[row.site_id, Drop(row.reason), row.origin]
            row.last_at = now
        Refusal.objects.bulk_update(changed, ["number", "last_at"])


def _bounded(refused: Mapping[Refused, int]) -> dict[Refused, int]:
    """The same counts, with new origins of a site that has too many already under ''."""
    sites = {site for site, _reason, _origin in refused}
    rows = Refusal.objects.filter(site_id__in=sites)
    known = set(rows.values_list("site_id", "reason", "origin"))
    room = dict.fromkeys(sites, MOST_ORIGINS)
    for site, number in rows.values("site_id").annotate(number=Count("id")).values_list("site_id", "number"):
        room[site] -= number
    bounded: dict[Refused, int] = {}
    for (site, reason, origin), number in refused.items():
        key = (site, reason, origin)
        if (site, reason.value, origin) not in known and key not in bounded:
            room[site] -= 1
            key = key if room[site] >= 0 else (site, reason, "")
        bounded[key] = bounded.get(key, 0) + number
    return bounded


def _name(name: str) -> str:
    if not name.strip():
        raise Invalid({"name": [_("Please enter a name.")]})
    return name.strip()[:120]


def _origins(given: Sequence[str], *, besides: Site | None) -> list[str]:
    """As browsers write them, each once. An origin belongs to one website only: by it a page's website is told."""
    taken = {origin: site for site in Site.objects.select_for_update() if site != besides for origin in site.origins}
    found: list[str] = []
    errors = []
    for text in given:
        try:
            origin = clean_origin(text)
        except ValueError:
            errors.append(_("“%(text)s” is not an address such as https://www.example.com.") % {"text": text[:120]})
            continue
        if origin in taken:
            errors.append(_("%(origin)s already belongs to %(site)s.") % {"origin": origin, "site": taken[origin].name})
        elif origin not in found:
            found.append(origin)
    if not found and not errors:
        errors.append(_("Please enter at least one address."))
    if errors:
        raise Invalid({"origins": errors})
    return found
