"""What a pass of the worker costs when nothing waits, at 100,000 leads and 1,000,000 hits.

Names every condition of the question that the database answers by reading a whole table.
"""

import re
import uuid
from datetime import timedelta
from typing import Any

import django

from bench.figures import Figure, spread, timed

django.setup()

from django.db import connection  # noqa: E402 -- after the set-up

from bench.fill import moment, write_rows  # noqa: E402
from leadstern.core.time import now  # noqa: E402
from leadstern.journey.actions import walk_once, walk_until_done  # noqa: E402
from leadstern.journey.rests import Rests  # noqa: E402
from leadstern.journey.waiting import WAITING, steps_with_work  # noqa: E402
from leadstern.leads.models import Lead  # noqa: E402
from leadstern.visitors.models import Hit, Site  # noqa: E402

HIT = (
    "site_id", "at", "kind", "path", "label", "is_entry", "channel", "source", "medium", "campaign", "referrer_host",
    "bot", "visitor_key", "is_taken",
)  # fmt: skip
PASSES = 50
SMALL = 1_000


def figures(scale: float) -> list[Figure]:
    count = 10 * Lead.objects.count()
    _add_hits(count)
    walk_until_done(now=now())
    asked = [timed(lambda: steps_with_work(now=now())) for _ in range(PASSES)]
    walked = [timed(lambda: walk_once(now=now(), rests=Rests(), is_thorough=True)) for _ in range(10)]
    whole = whole_tables()
    scans = f"reads whole: {', '.join(whole)}" if whole else "every condition by an index"
    return [
        spread(f"idle pass of the worker ({count:,} hits)", asked, note=scans),
        spread("thorough idle pass (every tenth)", walked),
    ]


def _add_hits(count: int) -> None:
    """One in ten by a browser that may be recognised and is nobody's yet."""
    site, start = Site.objects.create(name="Bench", key="bench", created_at=now()), now() - timedelta(days=300)
    plain = ("page", "/preise", "", False, "direct", "", "", "", "", "")
    rows = (
        (site.pk, moment(start + timedelta(seconds=20 * number)), *plain, _key(number), False)
        for number in range(count)
    )
    write_rows(Hit, HIT, rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _key(number: int) -> Any:
    if number % 10:
        return None
    key = uuid.UUID(int=(4 << 76) | number // 50)
    return key if connection.vendor == "postgresql" else key.hex


def whole_tables() -> list[str]:
    """ "step: table" for every part of the idle question that reads a whole table of more than 1,000 rows."""
    found = []
    for name, find in WAITING.items():
        for rows in find(now()):
            plan = rows.order_by().values("pk")[:1].explain()
            read = [table for line in plan.splitlines() if (table := _whole_table(line)) and _is_large(table)]
            found += [f"{name}: {table}" for table in read]
    return found


def _whole_table(line: str) -> str:
    """The table that a line of a plan reads from end to end, without an index; else empty."""
    match = re.search(r"\bSCAN (\w+)(?! USING)\b|Seq Scan on (\w+)", line)
    return (match[1] or match[2]) if match and "USING" not in line else ""


def _is_large(table: str) -> bool:
    if table not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 -- a name from the database itself
        return bool(cursor.fetchone()[0] > SMALL)
