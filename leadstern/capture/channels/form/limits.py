"""How much may come from one network before a person looks at it first. Over the limit is parked, never dropped."""

from datetime import datetime

from django.conf import settings
from django.core.cache import cache

WINDOW_SECONDS, LIMIT = 600, 20


def is_over_limit(network: str, *, now: datetime) -> bool:
    """Counts one submission from `network` (shared by all processes) and says whether it is one too many."""
    if not network or not settings.OWN["LEADSTERN_RATE_LIMITS"]:
        return False
    key = f"capture:rate:{network}:{int(now.timestamp()) // WINDOW_SECONDS}"
    cache.add(key, 0, timeout=WINDOW_SECONDS * 2)
    try:
        return cache.incr(key) > LIMIT
    except ValueError:  # evicted between the two lines: begin anew
        return False
