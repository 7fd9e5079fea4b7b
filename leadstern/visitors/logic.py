"""Pure decisions about visits: how one came about, which origin is meant, what of an address may be kept.

Enters: plain values, all from strangers. Leaves: plain values. Called by ingest, by forms and by capture.
"""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

from leadstern.visitors.referrers import Family, family_of_host, family_of_source
from leadstern.visitors.terms import Arrival, Channel

# Google Analytics 4, default channel group: what counts as paid.
_PAID = re.compile(r".*cp.*|ppc|retargeting|paid.*|sea|anzeige|ads?")
_DISPLAY = frozenset({"display", "banner", "expandable", "interstitial", "cpm", "native", "programmatic"})
_SOCIAL = frozenset({"social", "social-network", "social-media", "sm", "social network", "social media", "socialmedia"})
_EMAIL = frozenset({"email", "e-mail", "e_mail", "e mail", "mail", "newsletter", "mailing"})
_REFERRAL = frozenset({"referral", "app", "link"})
# What advertising systems add to a link. Only its name reaches us, never its value: that would name a person.
CLICK_IDS: dict[str, tuple[Channel, str]] = {
    "gclid": (Channel.PAID_SEARCH, "google"),
    "gbraid": (Channel.PAID_SEARCH, "google"),
    "wbraid": (Channel.PAID_SEARCH, "google"),
    "msclkid": (Channel.PAID_SEARCH, "bing"),
    "dclid": (Channel.DISPLAY, "google"),
    "li_fat_id": (Channel.PAID_SOCIAL, "linkedin"),
    "ttclid": (Channel.PAID_SOCIAL, "tiktok"),
    "twclid": (Channel.PAID_SOCIAL, "x"),
    "rdt_cid": (Channel.PAID_SOCIAL, "reddit"),
    # Facebook adds this one to every link, paid or not.
    "fbclid": (Channel.SOCIAL, "facebook"),
}
# One pass over the words, whatever they hold: no stranger's text can make this slow.
_WORD = re.compile(r"[^/?&=;,\s]+")
_HOST = re.compile(r"(?=.{1,253}$)(?!-)[a-z0-9-]{1,63}(?:\.(?!-)[a-z0-9-]{1,63})*|\[[0-9a-f:.]+\]")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@lru_cache(maxsize=4096)
def channel(
    *, referrer_host: str = "", source: str = "", medium: str = "", campaign: str = "", click: str = ""
) -> Channel:
    """How a visit came about: what its campaign says, else its click id, else where the link stood, else direct.

    The grouping follows the default channel group of Google Analytics 4, so that figures can be compared with those
    people know; what GA4 tells apart and we do not (video, shopping, audio, affiliates) is the nearest of ours.
    """
    source, medium = source.strip().lower(), medium.strip().lower()
    family = family_of_source(source) if source else family_of_host(referrer_host)[0]
    if source in _EMAIL or medium in _EMAIL:
        return Channel.EMAIL
    if _PAID.fullmatch(medium) or medium in _DISPLAY:
        return _paid(family, medium, click)
    if click in CLICK_IDS:
        return CLICK_IDS[click][0]
    if source or medium or campaign:
        return _named(family, medium)
    if not referrer_host:
        return Channel.DIRECT
    return _UNPAID.get(family, Channel.REFERRAL)


_UNPAID = {Family.SEARCH: Channel.ORGANIC_SEARCH, Family.SOCIAL: Channel.SOCIAL, Family.EMAIL: Channel.EMAIL}


def _paid(family: Family, medium: str, click: str) -> Channel:
    if medium not in _DISPLAY or medium == "cpm":
        if family is Family.SEARCH:
            return Channel.PAID_SEARCH
        if family is Family.SOCIAL:
            return Channel.PAID_SOCIAL
    if medium in _DISPLAY:
        return Channel.DISPLAY
    return CLICK_IDS[click][0] if click in CLICK_IDS else Channel.OTHER


def _named(family: Family, medium: str) -> Channel:
    """A campaign that nobody paid for by the click."""
    if medium in _SOCIAL:
        return Channel.SOCIAL
    if medium == "organic":
        return Channel.ORGANIC_SEARCH
    if medium in _REFERRAL:
        return Channel.REFERRAL
    return _UNPAID.get(family, Channel.OTHER)


def arrival(
    *,
    referrer: str = "",
    source: str = "",
    medium: str = "",
    campaign: str = "",
    click: str = "",
    own_hosts: frozenset[str] = frozenset(),
) -> Arrival:
    """Channel and source of one page view. `referrer` is an address or a host; only its host is kept.

    A referrer among `own_hosts` is the website itself: it names no source. Without a campaign's source the place
    of the link is the source ("google", "facebook", "handwerk.example"); for a direct visit it is empty.
    """
    host = host_of(referrer)
    is_inside = host in own_hosts
    if is_inside:
        host = ""
    way = channel(referrer_host=host, source=source, medium=medium, campaign=campaign, click=click)
    if not source:
        source = CLICK_IDS[click][1] if click in CLICK_IDS else family_of_host(host)[1]
    return Arrival(way, source, medium, campaign, host, is_inside)


@lru_cache(maxsize=4096)
def host_of(address: str) -> str:
    """The host of an address (`https://Www.Example.de:8080/a?b` -> `www.example.de`) or '' when there is none."""
    rest = address.partition("://")[2] or address
    host = rest.partition("/")[0].partition("?")[0].partition("#")[0].rpartition("@")[2].lower()
    name = (
        host if host.endswith("]") else host.partition(":")[0] if not host.startswith("[") else host.rpartition(":")[0]
    )
    return name.rstrip(".") if _HOST.fullmatch(name.rstrip(".")) else ""


def path_of(address: str) -> str:
    """The path of an address, without query and fragment, which may hold anything about a person. At least '/'."""
    rest = address.partition("#")[0].partition("?")[0]
    scheme, separator, tail = rest.partition("://")
    if not separator:
        return scheme if scheme.startswith("/") else f"/{scheme}"
    return "/" + tail.partition("/")[2]


def clean(text: str, limit: int) -> str:
    """`text` without control characters and without e-mail addresses, cut to `limit` characters."""
    if not text:
        return text
    if not text.isprintable():
        text = "".join(character for character in text if character.isprintable())
    if "@" in text or "%40" in text:
        text = _WORD.sub(_without_address, text)
    return text.strip()[:limit]


def _without_address(word: re.Match[str]) -> str:
    return "…" if "@" in word[0] or "%40" in word[0] else word[0]


def clean_origin(text: str) -> str:
    """An origin as browsers write it: `https://www.müller.de/` -> `https://www.xn--mller-kva.de` (RFC 6454, 6.2).

    Raises ValueError when it is not http or https, has no valid host, or names a user, a path or a query.
    """
    parts = urlsplit(text.strip())
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or parts.username is not None or parts.path not in {"", "/"}:
        raise ValueError(text)
    if parts.query or parts.fragment or not parts.hostname:
        raise ValueError(text)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else _ascii_host(parts.hostname)
    if not _HOST.fullmatch(host):
        raise ValueError(text)
    port = parts.port
    return f"{scheme}://{host}" if port in {None, _DEFAULT_PORTS[scheme]} else f"{scheme}://{host}:{port}"


def _ascii_host(host: str) -> str:
    """Punycode as browsers do it: ß stays ß (UTS 46, non-transitional), which Python's own codec does not know."""
    labels = unicodedata.normalize("NFKC", host.lower()).rstrip(".").split(".")
    return ".".join(part if part.isascii() else f"xn--{part.encode('punycode').decode('ascii')}" for part in labels)
