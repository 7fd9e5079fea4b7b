"""`leadstern prepare`: migrations, the cache table, and what every company starts with. `serve` runs it first.

Safe to repeat and to run on several machines at once (PostgreSQL: under an advisory lock).
"""

import argparse
import contextlib
from collections.abc import Iterator

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.utils.translation import gettext as _

from leadstern.cli.answer import Answer
from leadstern.core.time import now
from leadstern.demo import actions as demo
from leadstern.journey.defaults import ensure_defaults

LOCK = 7_205_759


def run(options: argparse.Namespace) -> Answer:
    """Returns what was done. With `--demo` an empty database gets the demo company."""
    prepare_database()
    told = ""
    if options.demo:
        told = demo.load_if_empty(website_port=options.demo_port)
    ensure_defaults(now=now())
    connections.close_all()
    return Answer({"prepared": True, "demo": bool(told)}, told or _("The database is up to date."))


def prepare_database() -> None:
    """Migrations and the cache table."""
    settings.LEADSTERN_HOME.mkdir(parents=True, exist_ok=True)
    with _alone():
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Only one process prepares a PostgreSQL database at a time; SQLite's own lock does it for a file."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
