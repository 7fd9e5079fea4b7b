"""100,000 leads with a history, quickly: rows as the real steps would have left them, then the real steps.

Enters: an empty, prepared installation (see `places`). Leaves: companies, leads, identities, taken submissions and
activities by raw inserts; scores, judgements, verdicts, owners and tasks by the product itself. One lead in ten has
just sent an enquiry and becomes ready. Called by the benchmarks; `python -m bench.fill 100000` fills by hand.
"""

import random
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import django

django.setup()

from django.core.management.color import no_style  # noqa: E402
from django.db import connection, models  # noqa: E402

from leadstern.accounts.models import RoleGrant, User  # noqa: E402
from leadstern.accounts.terms import Role  # noqa: E402
from leadstern.capture.models import Submission  # noqa: E402
from leadstern.core.time import now as clock  # noqa: E402
from leadstern.journey.actions import walk_until_done  # noqa: E402
from leadstern.leads.models import Activity, Company, Identity, Lead  # noqa: E402
from leadstern.routing.models import Member, Region  # noqa: E402
from leadstern.routing.terms import RegionRole  # noqa: E402

FIRST = (
    "Anna Ben Carla Doris Emil Frieda Georg Hanna Ivo Jana Karl Lea Max Nora Otto Paula Quirin Rosa Sven Tina".split()
)
LAST = (
    "Albers Brandt Conrad Dietz Ebert Fuchs Gerlach Hahn Ihle Jansen Kraus Lorenz Marx Noll Ott Pohl Rau Seidel".split()
)
CITIES = (("50667", "Köln"), ("10115", "Berlin"), ("20095", "Hamburg"), ("80331", "München"), ("01067", "Dresden"))
PAGES = ("/", "/photovoltaik", "/waermepumpe", "/preise", "/ratgeber/foerderung", "/kontakt", "/referenzen")
SOURCES = ("organic_search", "paid_search", "social", "referral", "direct", "email")
READY = 10
Row = tuple[Any, ...]


def fill(count: int, *, each: int = 10, ready_every: int = READY, people: int = 1, now: datetime) -> None:
    """`count` leads with `each` activities, not yet scored; one in `ready_every` has enquired today."""
    add_people(people, now=now)
    past = _Past(count, each, ready_every, now)
    write_rows(Company, ("id", "name", "name_key", "domain", "created_at"), past.companies())
    write_rows(Lead, LEAD, past.leads())
    names = ("lead_id", "kind", "value", "shown", "health", "health_reason", "created_at")
    write_rows(Identity, names, past.identities())
    write_rows(Submission, SUBMISSION, past.submissions())
    write_rows(Activity, ("lead_id", "kind", "at", "content", "submission_id", "data", "key"), past.activities())
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Company, Lead, Submission]):
            cursor.execute(statement)
        cursor.execute("ANALYZE")


def add_people(count: int, *, now: datetime) -> None:
    """Inside sales in one region that takes every lead, by turn; and a head for whatever is qualified."""
    inside = [_user(f"person{number}", Role.INSIDE_SALES, now=now) for number in range(count)]
    head = _user("head", Role.HEAD, now=now)
    for role, users in ((RegionRole.INSIDE_SALES, inside), (RegionRole.FIELD_SALES, [head])):
        region = Region.objects.create(name="Alle", role=role, is_fallback=True)
        Member.objects.bulk_create(Member(region=region, user=user) for user in users)


def _user(name: str, role: Role, *, now: datetime) -> User:
    """Without a password: nobody signs in here, and a proper hash takes a third of a second."""
    user = User.objects.create(email=f"{name}@example.com", name=name, language="de", created_at=now)
    RoleGrant.objects.create(user=user, role=role)
    return user


def walk(*, now: datetime, limit: int = 2_000) -> None:
    """The product's own steps, until nothing waits."""
    walk_until_done(now=now, limit=limit)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


LEAD = (
    "id", "salutation", "title", "first_name", "last_name", "is_business", "company_id", "position", "street",
    "postcode", "city", "country", "language", "interest", "extra", "source", "medium", "campaign", "landing_page",
    "acquisition", "referred_by", "search", "captured_at", "created_at", "is_changed",
)  # fmt: skip
SUBMISSION = (
    "id", "key", "channel", "raw", "details", "origin", "errors", "captured_at", "received_at", "state",
    "state_reason", "taken_at",
)  # fmt: skip


class _Past:
    """Made-up rows, the same for the same numbers."""

    def __init__(self, count: int, each: int, ready_every: int, now: datetime) -> None:
        self._ids = range(1, count + 1)
        self._each, self._ready_every, self._now = each, ready_every, now

    def _captured(self, number: int) -> datetime:
        if number % self._ready_every == 0:
            return self._now - timedelta(minutes=5 + number % 1000)
        return self._now - timedelta(days=2 + number * 7919 % 700, seconds=number * 31 % 86_400)

    def companies(self) -> Iterator[Row]:
        for number in range(1, len(self._ids) // 10 + 2):
            yield number, f"Werk {number} GmbH", f"werk {number}", f"werk{number}.example", moment(self._now)

    def leads(self) -> Iterator[Row]:
        for number in self._ids:
            first, last = FIRST[number % len(FIRST)], LAST[number // 7 % len(LAST)]
            postcode, city = CITIES[number % len(CITIES)]
            is_business = number % 3 == 0
            company = number // 10 + 1 if is_business else None
            words = f"{first} {last} {f'werk {company} gmbh ' if company else ''}{postcode} {city}"
            search = f"{words} lead{number}@example.com".lower().replace("ö", "oe").replace("ü", "ue")
            at = moment(self._captured(number))
            yield (
                number, "", "", first, last, is_business, company, "Einkauf" if is_business else "", "", postcode, city,
                "DE", "de", "Solar" if number % 2 else "", "{}", SOURCES[number % len(SOURCES)], "", "", "/", "net", "",
                search, at, at, True,
            )  # fmt: skip

    def identities(self) -> Iterator[Row]:
        for number in self._ids:
            at, address, phone = moment(self._captured(number)), f"lead{number}@example.com", f"+4922{number:08}"
            yield number, "email", address, address, "unknown", "", at
            if number % 5 < 3:
                yield number, "phone", phone, phone, "unknown", "", at

    def submissions(self) -> Iterator[Row]:
        for number in self._ids:
            at = moment(self._captured(number))
            details = f'{{"email": "lead{number}@example.com"}}'
            yield number, f"bench:{number}", "form", details, details, "{}", "{}", at, at, "taken", "", at

    def activities(self) -> Iterator[Row]:
        """The enquiry, then pages within a month."""
        chance = random.Random(1)  # noqa: S311 -- made-up history
        for number in self._ids:
            at = self._captured(number)
            yield number, "submission", moment(at), "kontakt", number, "{}", f"submission:{number}"
            room = min(30 * 86_400.0, (self._now - at).total_seconds())
            for visit in range(1, self._each):
                page_at = at + timedelta(seconds=chance.random() * room)
                key = f"hit:{number * self._each + visit}"
                yield number, "page", moment(page_at), PAGES[chance.randrange(len(PAGES))], None, "{}", key


def moment(at: datetime) -> Any:
    """As the database stores it."""
    return at if connection.vendor == "postgresql" else str(at.replace(tzinfo=None))


def write_rows(model: type[models.Model], columns: Iterable[str], rows: Iterable[Row], *, table: str = "") -> None:
    """COPY on PostgreSQL, one prepared INSERT in one transaction on SQLite: the fastest way each of them has."""
    names = ", ".join(f'"{column}"' for column in columns)
    target = table or model._meta.db_table  # noqa: SLF001 -- Django's documented way to a model's table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {target} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(names.split(", ")))
        cursor.execute("BEGIN IMMEDIATE")
        statement = f"INSERT INTO {target} ({names}) VALUES ({places})"  # noqa: S608 -- our own names
        cursor.executemany(statement, rows)  # type: ignore[arg-type]
        cursor.execute("COMMIT")


def main() -> None:
    moment_of_filling = clock()
    fill(int(sys.argv[1]), now=moment_of_filling)
    walk(now=moment_of_filling)


if __name__ == "__main__":
    main()
