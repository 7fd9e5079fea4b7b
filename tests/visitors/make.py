"""What the tests of this stage make again and again."""

import json
from datetime import datetime
from typing import Any

from leadstern.visitors.ingest import Message
from leadstern.visitors.models import Hit, Site
from leadstern.visitors.terms import KnownSite
from tests.conftest import NOW

ORIGIN = "https://www.solar.example"
KNOWN = KnownSite(7, "k1", frozenset({ORIGIN}), frozenset({"www.solar.example"}))
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


def make_site(name: str = "Solar", key: str = "k1", origins: tuple[str, ...] = (ORIGIN,)) -> Site:
    return Site.objects.create(name=name, key=key, origins=list(origins), created_at=NOW)


def make_hit(site: Site, *, at: datetime = NOW, **fields: Any) -> Hit:
    return Hit.objects.create(site=site, at=at, path=fields.pop("path", "/"), **fields)


def make_message(data: Any = None, *, origin: str = ORIGIN, agent: str = FIREFOX, objects: bool = False) -> Message:
    """A message as the endpoint makes it; `data` is a dict, or the body itself as bytes."""
    sent = {"site": "k1", "page": f"{ORIGIN}/"} if data is None else data
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    return Message(body=body, origin=origin, agent=agent, objects=objects, at=NOW, sites={"k1": KNOWN})
