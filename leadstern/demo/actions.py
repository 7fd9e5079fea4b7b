"""Loads the demo company. Called by `leadstern demo`, `leadstern prepare --demo` and the browser tests."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.core.management import call_command
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.core.errors import Refused
from leadstern.core.time import clock_at, now
from leadstern.demo.company import PASSWORD, PEOPLE, WEBSITE_PORT, found
from leadstern.demo.history import History
from leadstern.journey.defaults import ensure_defaults
from leadstern.leads.models import Lead


def load_if_empty(*, website_port: int) -> str:
    """The demo company if nobody works here yet. Returns what was done, with the ways to sign in; empty if nothing."""
    if User.objects.exists() or Lead.objects.exists():
        return sign_ins() if User.objects.filter(email="anna@sonnwerk.example").exists() else ""
    return load(website_port=website_port)


def load(*, leads: int = 3000, website_port: int = WEBSITE_PORT, end: datetime | None = None, days: int = 365) -> str:
    """`days` of history that end at `end` (now), made by the real actions. Refused when there are data already."""
    if User.objects.exists() or Lead.objects.exists():
        raise Refused(_("There are data already; the demo company needs an empty database."))
    last = (end or now()).replace(second=0, microsecond=0)
    first = last - timedelta(days=days)
    with _in_a_hurry(), translation.override("de"):
        with clock_at(first):
            ensure_defaults(now=first)
            company = found(now=first, website_port=website_port)
        History(company, first=first, last=last, leads=leads).play(tell=_progress())
    return sign_ins()


def _progress() -> Callable[[datetime], None]:
    """Says on standard error which month is being played: the year takes a few minutes."""
    told: set[str] = set()

    def tell(moment: datetime) -> None:
        month = f"{moment:%Y-%m}"
        if month not in told:
            told.add(month)
            sys.stderr.write(_("Making the demo company: %(month)s") % {"month": month} + "\n")
            sys.stderr.flush()

    return tell


def wipe() -> None:
    """Deletes everything in the database. Only ever called with the word `--fresh`."""
    call_command("flush", verbosity=0, interactive=False)
    call_command("migrate", verbosity=0, interactive=False)


def sign_ins() -> str:
    """How to sign in to the demo company."""
    shown = [
        f"  {key}@sonnwerk.example ({', '.join(str(role.label) for role in roles)})" for key, _name, roles in PEOPLE
    ]
    return "\n".join([_("The demo company is ready. Sign in with the password %s as:") % PASSWORD, *shown])


@contextlib.contextmanager
def _in_a_hurry() -> Iterator[None]:
    """The demo can be made again, so its writing need not wait for the disk."""
    quick, careful = {
        "sqlite": ("PRAGMA synchronous=OFF", "PRAGMA synchronous=FULL"),
        "postgresql": ("SET synchronous_commit TO off", "SET synchronous_commit TO on"),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(quick)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(careful)
