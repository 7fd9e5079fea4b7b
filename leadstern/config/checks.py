"""What a setting's text may be. Enters: the text. Leaves: its value, or `Wrong` with a sentence saying what is right.

Called by `environment.py`, before Django is set up: nothing here may need it. The sentences are translated there.
"""

import re
from collections.abc import Callable
from ipaddress import ip_network
from typing import Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_ = str  # marks a sentence for translation
_HOST = re.compile(r"\.?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")
_LARGEST = 1_000_000
LANGUAGES = ("de", "en")
NO_HOLIDAYS = "none"
Read = Callable[[str], Any]


class Wrong(ValueError):
    """The text cannot be taken. Carries the sentence, in English; never the text, which may hold a password."""


def database_url(text: str) -> str:
    """postgresql://user:password@host:port/name or sqlite:///path. Empty: SQLite in LEADSTERN_HOME."""
    right = Wrong(_("Right would be postgresql://user:password@host:5432/name or sqlite:///path."))
    parts = _parts(text, right)
    if parts.scheme not in ("sqlite", "postgres", "postgresql") or len(parts.path) < 2:
        raise right
    if parts.scheme == "sqlite" and parts.netloc:
        raise Wrong(
            _("After sqlite: come three slashes and the path, four for a path from the root: sqlite:////data/x.")
        )
    if parts.query or parts.fragment:
        raise Wrong(
            _("Nothing may follow the name of the database; options like sslmode go into PGSSLMODE and its like.")
        )
    return text


def secret_key(text: str) -> str:
    """Long enough that nobody finds it by trying."""
    if len(text) < 32:
        raise Wrong(_("The key is too short; it needs at least 32 characters."))
    return text


def base_url(text: str) -> str:
    """Scheme and host, without a path: Leadstern has its host to itself."""
    right = Wrong(
        _("Right would be an address with scheme and host and nothing behind, like https://leads.example.com.")
    )
    parts = _parts(text, right)
    if parts.scheme not in ("http", "https") or not _is_host(parts.hostname or "") or "@" in parts.netloc:
        raise right
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise right
    return text.rstrip("/")


def hosts(text: str) -> list[str]:
    """Host names or addresses, separated by commas; IPv6 in brackets, as browsers send it."""
    found = _list(text)
    if not all(map(_is_host, found)):
        raise Wrong(_("Right would be host names without scheme, port or path, separated by commas."))
    return [f"[{each}]" if ":" in each and not each.startswith("[") else each for each in found]


def time_zone(text: str) -> str:
    """A name of the IANA time zone database."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Wrong(_("There is no such time zone. Right would be, for example, Europe/Berlin.")) from None
    return text


def language(text: str) -> str:
    """A language that the pages speak."""
    if text not in LANGUAGES:
        raise Wrong(_("Leadstern speaks German and English. Right would be de or en."))
    return text


def holidays(text: str) -> str:
    """A country, or one of its parts. The word "none" becomes "": no holidays."""
    from leadstern.core.calendar import WrongCalendar, holidays_of  # noqa: PLC0415 -- heavy; `serve` never needs it

    region = "" if text == NO_HOLIDAYS else text
    try:
        holidays_of(region, 2026)
    except WrongCalendar:
        raise Wrong(_("Right would be a country and its part, like DE-NW, AT-9 or CH-ZH, or “none”.")) from None
    return region


def business_hours(text: str) -> str:
    """Weekdays with hours, separated by commas."""
    from leadstern.core.calendar import WrongCalendar, parse_hours  # noqa: PLC0415 -- heavy; `serve` never needs it

    try:
        parse_hours(text)
    except WrongCalendar:
        raise Wrong(
            _(
                "Right would be, for example, “Mon-Thu 08:00-17:00, Fri 08:00-15:00”: English days from Mon to Sun, "
                "hours from 00:00 to 24:00 that do not overlap."
            )
        ) from None
    return text


def currency(text: str) -> str:
    """An ISO 4217 code."""
    from babel.numbers import list_currencies  # noqa: PLC0415 -- heavy; `serve` never needs it

    if text not in list_currencies():
        raise Wrong(_("There is no such currency. Right would be an ISO code in capitals, like EUR or CHF."))
    return text


def smtp_url(text: str) -> str:
    """The mail server; how it is understood is the transport's matter."""
    from leadstern.outbox.transports.address import parse  # noqa: PLC0415 -- only where a mail server is set

    try:
        parse(text)
    except ValueError:
        raise Wrong(
            _("Right would be smtp://user:password@host:587?tls=starttls, with starttls, ssl or none behind tls=.")
        ) from None
    return text


def trusted_proxies(text: str) -> list[str]:
    """Addresses or networks, separated by commas."""
    found = _list(text)
    try:
        for each in found:
            ip_network(each, strict=False)
    except ValueError:
        raise Wrong(
            _("Right would be addresses or networks, like 127.0.0.1 or 10.0.0.0/8, separated by commas.")
        ) from None
    return found


def size(text: str) -> int:
    """A whole number above zero."""
    if not re.fullmatch(r"[0-9]{1,7}", text) or not 0 < int(text) <= _LARGEST:
        raise Wrong(_("Right would be a whole number from 1 to 1000000."))
    return int(text)


def flag(text: str) -> bool:
    """Yes or no."""
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if text.lower() not in words:
        raise Wrong(_("Right would be true or false."))
    return words[text.lower()]


def _parts(text: str, right: Wrong) -> SplitResult:
    """The parts of an address whose port is one, and that holds no spaces."""
    try:
        parts = urlsplit(text)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        raise right from None
    if not has_port or any(sign.isspace() for sign in text):
        raise right
    return parts


def _is_host(text: str) -> bool:
    """A host name, or an address (IPv6 bare or in brackets)."""
    bare = text[1:-1] if text[:1] == "[" and text[-1:] == "]" else text
    if ":" not in bare:
        return bool(_HOST.fullmatch(text))
    try:
        return bool(ip_network(bare))
    except ValueError:
        return False


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
