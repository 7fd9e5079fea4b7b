"""How much one part of the internet may send: a token bucket per address prefix, in this process's memory only.

Enters: addresses as text. Leaves: yes or no. Nothing is stored, memory is bounded. Called by the endpoint.
"""

from collections import OrderedDict
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network


class RateLimit:
    """`burst` at once, `per_second` in the long run, for each /24 (IPv4) or /48 (IPv6). The oldest is forgotten."""

    def __init__(self, *, per_second: float = 50.0, burst: float = 500.0, prefixes: int = 20_000) -> None:
        self._per_second = per_second
        self._burst = burst
        self._prefixes = prefixes
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, address: str, *, seconds: float, cost: int = 1) -> bool:
        """Whether `cost` more hits may come from the prefix of `address` at `seconds` (a monotonic clock)."""
        key = prefix(address)
        left, before = self._buckets.pop(key, (self._burst, seconds))
        left = min(self._burst, left + (seconds - before) * self._per_second)
        is_allowed = left >= cost
        self._buckets[key] = (left - cost if is_allowed else left, seconds)
        if len(self._buckets) > self._prefixes:
            self._buckets.popitem(last=False)
        return is_allowed


@lru_cache(maxsize=8192)
def prefix(address: str) -> str:
    """The neighbourhood of an address: 203.0.113.7 -> 203.0.113.0/24; what is no address stands for itself."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return prefix(str(found.ipv4_mapped))
        return str(ip_network((found, 48), strict=False))
    return str(ip_network((found, 24), strict=False))
