"""Understands the setting that names the mail server. Pure. Called by the transport, and at the start to check it."""

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

PORTS = {"starttls": 587, "ssl": 465, "none": 25}


@dataclass(frozen=True)
class Address:
    """Where the mail server is, from smtp://user:password@host:587?tls=starttls|ssl|none."""

    host: str
    port: int
    user: str
    password: str
    tls: str


def parse(url: str) -> Address:
    """Raises ValueError with a sentence, never with the text: a password may stand in it."""
    right = ValueError("expected smtp://user:password@host:587?tls=starttls|ssl|none")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise right from None
    query = parse_qs(parts.query, keep_blank_values=True)
    tls = query.pop("tls", ["starttls"])[-1]
    if parts.scheme != "smtp" or not parts.hostname or tls not in PORTS or query or port == 0:
        raise right
    if parts.path not in ("", "/") or parts.fragment:
        raise right
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Address(parts.hostname, port or PORTS[tls], user, password, tls)
