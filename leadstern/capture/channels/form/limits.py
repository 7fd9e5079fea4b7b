"""How much may come from one network before a person looks at it first. Over the limit is parked, never dropped."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import F

from leadstern.capture.models import NetworkCount
from leadstern.core.db import write

WINDOW, LIMIT = timedelta(minutes=10), 20


def is_over_limit(network: str, *, now: datetime) -> bool:
    """Counts one submission from `network` (shared by all processes) and says whether it is one too many.

    The window begins at whole ten minutes; counts of past windows are forgotten.
    """
    if not network or not settings.OWN["LEADSTERN_RATE_LIMITS"]:
        return False
    window = datetime.fromtimestamp(now.timestamp() // WINDOW.total_seconds() * WINDOW.total_seconds(), UTC)
    counted = NetworkCount.objects.filter(network=network, window=window)
    with write():
        if not counted.update(number=F("number") + 1):
            NetworkCount.objects.filter(window__lt=window).delete()
            NetworkCount.objects.bulk_create([NetworkCount(network=network, window=window)], ignore_conflicts=True)
            counted.update(number=F("number") + 1)
        return (counted.values_list("number", flat=True).first() or 0) > LIMIT
