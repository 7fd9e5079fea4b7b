"""How much one part of the internet may send."""

from ipaddress import ip_network

import pytest

from leadstern.core.proxies import client_address
from leadstern.visitors.rate_limit import RateLimit, prefix


def test_a_burst_is_allowed_then_the_steady_rate() -> None:
    limit = RateLimit(per_second=2, burst=3)
    assert [limit.allows("203.0.113.7", seconds=0) for _ in range(4)] == [True, True, True, False]
    assert [limit.allows("203.0.113.7", seconds=1) for _ in range(3)] == [True, True, False]


def test_neighbours_share_and_strangers_do_not() -> None:
    limit = RateLimit(per_second=1, burst=1)
    assert limit.allows("203.0.113.7", seconds=0)
    assert not limit.allows("203.0.113.8", seconds=0)
    assert limit.allows("203.0.114.7", seconds=0)


def test_memory_is_bounded() -> None:
    limit = RateLimit(prefixes=10)
    for number in range(100):
        limit.allows(f"10.0.{number}.1", seconds=0)
    assert len(limit._buckets) == 10


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("unix:", "unix:"),
    ],
)
def test_prefix_of(address: str, expected: str) -> None:
    assert prefix(address) == expected


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "nonsense"),
    ],
)
def test_client_address_is_believed_from_trusted_proxies_only(peer: str, forwarded: str, expected: str) -> None:
    assert client_address(peer, forwarded, trusted=(ip_network("10.0.0.0/8"),)) == expected
