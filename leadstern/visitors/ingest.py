"""A message of the script on its way to rows: an ordered list of named steps, each takes it on or drops it by name.

Enters: a `Message` as it came in. Leaves: its rows, or a `Drop`. Called by the endpoint; counts by name in `Counts`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from leadstern.visitors.bots import HEADLESS, bot_name
from leadstern.visitors.logic import CLICK_IDS, arrival, clean, path_of
from leadstern.visitors.terms import Arrival, Drop, HitKind, HitRow, KnownSite

MAX_BODY = 16 * 1024
MAX_HITS = 50
_LONGEST = {"page": 2000, "referrer": 2000, "label": 500, "source": 500, "medium": 500, "campaign": 500, "click": 20}
_KINDS = frozenset(HitKind.values)


@dataclass(slots=True)
class Hit:
    """One hit as it was sent, then as it will be stored."""

    kind: str
    is_inside: bool
    page: str
    referrer: str
    label: str
    source: str
    medium: str
    campaign: str
    click: str
    arrival: Arrival | None = field(default=None, init=False)


@dataclass(slots=True)
class Message:
    """One request to the endpoint. The first fields come from HTTP, the others are filled by the steps.

    `objects`: the browser says "do not track me" (Sec-GPC or DNT). `consent` is True, False (withdrawn) or None.
    """

    body: bytes
    origin: str
    agent: str
    objects: bool
    at: datetime
    sites: Mapping[str, KnownSite]
    data: dict[str, Any] = field(default_factory=dict)
    site: KnownSite | None = None
    hits: list[Hit] = field(default_factory=list)
    bot: str = ""
    visitor: UUID | None = None
    consent: bool | None = None
    consent_text: str = ""
    rows: list[HitRow] = field(default_factory=list)


Step = Callable[[Message], Message | Drop]


def take(message: Message) -> Message | Drop:
    """Walks all steps. A message is taken whole or dropped whole."""
    for step in STEPS:
        result = step(message)
        if isinstance(result, Drop):
            return result
    return message


def limit_size(message: Message) -> Message | Drop:
    return Drop.TOO_LARGE if len(message.body) > MAX_BODY else message


def parse(message: Message) -> Message | Drop:
    """JSON of the right types and lengths: `{site, visitor?, consent?, text?, hits: […]}`, or one hit and site."""
    try:
        data = json.loads(message.body.decode())
    except (ValueError, RecursionError):
        return Drop.UNREADABLE
    if not isinstance(data, dict) or not isinstance(data.get("site"), str):
        return Drop.UNREADABLE
    hits = data.get("hits", [data] if "page" in data else [])
    if (
        not isinstance(hits, list)
        or not isinstance(data.get("consent"), bool | None)
        or not (hits or "consent" in data)
    ):
        return Drop.UNREADABLE
    if len(hits) > MAX_HITS:
        return Drop.TOO_MANY
    read = [_hit(hit) for hit in hits]
    message.hits = [hit for hit in read if hit is not None]
    message.data = data
    return message if len(message.hits) == len(read) else Drop.UNREADABLE


def _hit(data: Any) -> Hit | None:
    if not isinstance(data, dict) or not isinstance(data.get("inside", False), bool):
        return None
    kind = data.get("kind", "page")
    if not isinstance(kind, str) or kind not in _KINDS:
        return None
    texts = [data.get(name, "") for name in _LONGEST]
    for text, longest in zip(texts, _LONGEST.values(), strict=True):
        if not isinstance(text, str) or len(text) > longest:
            return None
    if not texts[0]:
        return None
    return Hit(kind, data.get("inside", False), *texts)


def find_site(message: Message) -> Message | Drop:
    """The site must be known, and the request must come from one of its origins, exactly."""
    message.site = message.sites.get(message.data["site"])
    if message.site is None:
        return Drop.UNKNOWN_SITE
    return message if message.origin in message.site.origins else Drop.WRONG_ORIGIN


def name_bot(message: Message) -> Message | Drop:
    """Machines are kept, named and apart. The user agent goes no further than this."""
    message.bot = bot_name(message.agent) or (HEADLESS if message.data.get("webdriver") is True else "")
    message.agent = ""
    return message


def heed_consent(message: Message) -> Message | Drop:
    """A visitor is recognised only with consent (§ 25 TDDDG, Art. 6(1)(a) GDPR), never against Sec-GPC or DNT.

    Whether the consent stands is looked up once more when the hit is stored. A withdrawal is always heeded.
    """
    message.visitor = _uuid(message.data.get("visitor"))
    message.consent = message.data.get("consent")
    if message.visitor is None:
        message.consent = None
    elif message.consent is not False and (message.objects or message.bot):
        message.visitor, message.consent = None, None
    text = message.data.get("text", "")
    message.consent_text = clean(text, 2000) if isinstance(text, str) else ""
    return message


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) and len(text) == 36 else None
    except ValueError:
        return None


def trace_arrival(message: Message) -> Message | Drop:
    """Referrer and campaign of each page view become channel and source; a page of the same website names none."""
    assert message.site is not None
    for hit in message.hits:
        click = hit.click if hit.click in CLICK_IDS else ""
        hit.arrival = arrival(
            referrer=hit.referrer,
            source=hit.source,
            medium=hit.medium,
            campaign=hit.campaign,
            click=click,
            own_hosts=message.site.hosts,
        )
    return message


def make_rows(message: Message) -> Message | Drop:
    """Texts without control characters and mail addresses, cut to their columns; the query of a page is never kept."""
    assert message.site is not None
    site, at, bot = message.site.id, message.at, message.bot
    key = message.visitor.hex if message.visitor is not None and message.consent is not False else None
    for hit in message.hits:
        way = hit.arrival
        assert way is not None
        is_new = not hit.is_inside and not way.is_inside
        kind = "page" if hit.kind == "landing" and not is_new else hit.kind
        is_entry = is_new and kind == "page"
        message.rows.append(
            HitRow(
                site, at, kind, clean(path_of(hit.page), 500), clean(hit.label, 120), is_entry, way.channel.value,
                clean(way.source.lower(), 120), clean(way.medium.lower(), 60), clean(way.campaign, 120),
                way.referrer_host, bot, key,
            )
        )  # fmt: skip
    return message


STEPS: tuple[Step, ...] = (limit_size, parse, find_site, name_bot, heed_consent, trace_arrival, make_rows)
