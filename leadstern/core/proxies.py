"""Who really sent a request that came through our own proxies (LEADSTERN_TRUSTED_PROXIES).

Enters: the peer's address and X-Forwarded-For. Leaves: the visitor's address, in REMOTE_ADDR for Django's views. Called
by Django for each request (`visitor_address`) and by the hit endpoint (`client_address`).
"""

from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def visitor_address(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: REMOTE_ADDR becomes the address of the visitor. Nothing a stranger sends is believed."""
    trusted = trusted_proxies()

    def middleware(request: HttpRequest) -> HttpResponse:
        peer, forwarded = request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", "")
        request.META["REMOTE_ADDR"] = client_address(peer, forwarded, trusted=trusted)
        return get_response(request)

    return middleware


def trusted_proxies() -> tuple[IPv4Network | IPv6Network, ...]:
    """The addresses and networks of the setting."""
    return tuple(ip_network(text, strict=False) for text in settings.OWN["LEADSTERN_TRUSTED_PROXIES"])


def client_address(peer: str, forwarded: str, *, trusted: tuple[IPv4Network | IPv6Network, ...]) -> str:
    """Who really sent it: the last address of X-Forwarded-For that is none of our own proxies'.

    `forwarded` is believed only when `peer` itself is a trusted proxy.
    """
    address = peer
    for hop in reversed([hop.strip() for hop in forwarded.split(",") if hop.strip()]):
        if not _is_trusted(address, trusted):
            break
        address = hop
    return address


def _is_trusted(address: str, trusted: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    if not trusted:
        return False
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in trusted if network.version == found.version)
