"""Is this installation well? One check a function; each says what it found and what to do. Reads only.

Enters: the database, the disk, the settings. Leaves: `Finding`s. Called by “leadstern doctor” and the set-up page.
"""

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from leadstern.audit.models import Entry
from leadstern.capture.models import Submission
from leadstern.capture.terms import Reason, SubmissionState
from leadstern.core.calendar import WrongCalendar, business_calendar, next_opening
from leadstern.core.formats import moment
from leadstern.journey.models import Worker
from leadstern.leads.models import Lead
from leadstern.outbox.models import Delivery, Outage, SenderIdentity
from leadstern.outbox.queries import has_mail_server, outage, waiting_count
from leadstern.outbox.terms import DeliveryState
from leadstern.qualification.models import HandOver
from leadstern.routing.queries import TAKER as ROUTING

ALIVE = timedelta(seconds=30)
LATE = timedelta(minutes=5)
APART = timedelta(seconds=5)
LOOKED_AT = 1000


class Level(StrEnum):
    """`WARNING` can wait until tomorrow, `PROBLEM` cannot."""

    GOOD = "good"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """What a check found. `advice` is empty when all is well."""

    check: str
    level: Level
    text: str
    advice: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def findings(*, now: datetime) -> list[Finding]:
    """All checks in order. A database that does not answer, or has no tables yet, ends the list with that finding."""
    found = [check_home(now=now), check_disk(now=now), check_calendar(now=now)]
    try:
        found += [check_database(now=now), check_migrations(now=now)]
        if found[-1].level is Level.GOOD:
            found += [check(now=now) for check in IN_DATABASE]
    except DatabaseError as error:
        advice = _("Check that the database server runs and that DATABASE_URL is right.")
        found.append(Finding("database", Level.PROBLEM, str(error).strip(), advice))
    return found


def check_home(*, now: datetime) -> Finding:
    home = settings.LEADSTERN_HOME
    probe = home / ".doctor"
    try:
        probe.write_text(now.isoformat(), encoding="ascii")
        probe.unlink()
    except OSError as error:
        advice = _("Give the user that runs Leadstern the right to write there, or set LEADSTERN_HOME.")
        return Finding("home", Level.PROBLEM, str(error), advice)
    return Finding("home", Level.GOOD, _("Data and settings lie in %(home)s.") % {"home": home})


def check_disk(*, now: datetime) -> Finding:
    usage = shutil.disk_usage(settings.LEADSTERN_HOME if settings.LEADSTERN_HOME.exists() else "/")
    free = usage.free / 1024**3
    text = _("%(free).1f GiB are free on the disk.") % {"free": free}
    if free < 0.5:
        return Finding("disk", Level.PROBLEM, text, _("Make room at once: nothing can be stored on a full disk."))
    if free < 3:
        return Finding("disk", Level.WARNING, text, _("Make room soon."))
    return Finding("disk", Level.GOOD, text)


def check_calendar(*, now: datetime) -> Finding:
    try:
        calendar = business_calendar()
    except WrongCalendar as error:
        advice = _("Correct LEADSTERN_BUSINESS_HOURS, LEADSTERN_HOLIDAYS or LEADSTERN_TIME_ZONE.")
        return Finding("calendar", Level.PROBLEM, str(error), advice)
    opening = next_opening(now, calendar)
    return Finding("calendar", Level.GOOD, _("The next business hour begins %(at)s.") % {"at": moment(opening)})


def check_database(*, now: datetime) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Finding("database", Level.GOOD, _("%(kind)s answers.") % {"kind": connection.display_name})


def check_migrations(*, now: datetime) -> Finding:
    executor = MigrationExecutor(connection)
    open_ones = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if open_ones:
        text = _("The database is older than the program.")
        return Finding("migrations", Level.PROBLEM, text, _("Run “leadstern prepare”, or restart “leadstern serve”."))
    return Finding("migrations", Level.GOOD, _("The database fits the program."))


def check_worker(*, now: datetime) -> Finding:
    worker = Worker.objects.order_by("-seen_at").first()
    if worker is None or now - worker.seen_at > ALIVE:
        advice = _("Start “leadstern serve” (or “leadstern serve --work”). What has come in is safe and waits.")
        return Finding("worker", Level.PROBLEM, _("No worker is running."), advice)
    if worker.failing:
        text = _("The worker is running, but these steps fail: %(steps)s.") % {"steps": ", ".join(worker.failing)}
        return Finding("worker", Level.PROBLEM, text, _("The cause stands in the worker's log. Nothing is lost."))
    return Finding("worker", Level.GOOD, _("The worker is running (%(name)s).") % {"name": worker.name})


def check_clock(*, now: datetime) -> Finding:
    """Against the database server's clock, and against what has been recorded: SQLite has no clock of its own.

    A clock that was set back makes what was recorded before lie ahead, until it has caught up.
    """
    advice = _("Set the clock by network time (NTP) on this machine and on the database server.")
    apart = abs(_database_clock() - now)
    if apart > APART or now.year < 2026:
        text = _("The clocks are %(apart).0f s apart.") % {"apart": apart.total_seconds()}
        return Finding("clock", Level.PROBLEM, text, advice)
    newest = _newest_record()
    if newest is not None and newest - now > APART:
        text = _("By the clock it is %(now)s, but something was already recorded at %(at)s.")
        return Finding("clock", Level.PROBLEM, text % {"now": moment(now), "at": moment(newest)}, advice)
    return Finding("clock", Level.GOOD, _("The clock is right: %(now)s.") % {"now": moment(now)})


def _database_clock() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        answered = cursor.fetchone()[0]
    theirs = datetime.fromisoformat(answered) if isinstance(answered, str) else answered
    return theirs.replace(tzinfo=UTC) if theirs.tzinfo is None else theirs


def _newest_record() -> datetime | None:
    """The latest moment among the last rows that were given the time at which they were written."""
    rows = (
        Worker.objects.values_list("seen_at", flat=True),
        Submission.objects.order_by("-id").values_list("received_at", flat=True),
        Entry.objects.order_by("-id").values_list("at", flat=True),
    )
    return max((at for each in rows for at in each[:LOOKED_AT]), default=None)


def check_mail(*, now: datetime) -> Finding:
    if not SenderIdentity.objects.filter(is_default=True).exists():
        advice = _("Enter the sender and the company details under Set up › Sender.")
        return Finding("mail", Level.WARNING, _("Nobody is named as the sender of mails; none can be sent."), advice)
    if not has_mail_server():
        text = _("No mail server is set up: mails go to the built-in mailbox and to nobody else.")
        return Finding("mail", Level.WARNING, text, _("Set LEADSTERN_SMTP_URL to send mails for real."))
    trouble = outage()
    if trouble:
        return _mail_server_down(trouble, now)
    return Finding("mail", Level.GOOD, _("Mails are sent by the mail server that is set up."))


def _mail_server_down(trouble: Outage, now: datetime) -> Finding:
    """A server that restarts is back in minutes; only then, and only if somebody's mail waits, is it a problem."""
    waiting = waiting_count()
    is_urgent = waiting.number > 0 and now - trouble.since > LATE
    told = {"at": moment(trouble.since), "error": trouble.error, "n": waiting}
    text = _("The mail server has not been usable since %(at)s (%(error)s). Mails that wait: %(n)s.") % told
    advice = _(
        "Check the mail server and LEADSTERN_SMTP_URL. No mail is lost: all go out by themselves as soon as it "
        "answers; the next attempt is at %(until)s."
    )
    level = Level.PROBLEM if is_urgent else Level.WARNING
    return Finding("mail", level, text, advice % {"until": moment(trouble.until)})


def check_deliveries(*, now: datetime) -> Finding:
    stuck = Delivery.objects.filter(state__in=[DeliveryState.UNCERTAIN, DeliveryState.DEAD])[:100].count()
    if stuck:
        advice = _("Look at them under Set up › Outbox: send again or leave.")
        return Finding("deliveries", Level.WARNING, _("%(n)s mails could not be delivered.") % {"n": stuck}, advice)
    waiting = waiting_count()
    if has_mail_server() and outage() and waiting.number:
        text = _("Mails that wait for the mail server: %(n)s.") % {"n": waiting}
        return Finding("deliveries", Level.WARNING, text, _("See what is said of the mail server."))
    return Finding("deliveries", Level.GOOD, _("No mail is stuck."))


def check_waiting(*, now: datetime) -> Finding:
    oldest = Submission.objects.filter(state=SubmissionState.WAITING).order_by("id").first()
    changed = Lead.objects.filter(is_changed=True).exists()
    if oldest is not None and now - oldest.received_at > LATE:
        advice = _("Look at the worker's log: a step fails again and again. Nothing is lost.")
        return Finding(
            "waiting", Level.PROBLEM, _("Submissions wait since %(at)s.") % {"at": moment(oldest.received_at)}, advice
        )
    text = _("Some leads wait for their score.") if changed else _("Nothing waits.")
    return Finding("waiting", Level.GOOD, text)


def check_parked(*, now: datetime) -> Finding:
    parked = Submission.objects.filter(state=SubmissionState.PARKED).exclude(state_reason=Reason.ERASED)[:100].count()
    if parked:
        advice = _("Look at them under Capture › What came in, repair and take them.")
        return Finding("parked", Level.WARNING, _("%(n)s submissions are parked.") % {"n": parked}, advice)
    return Finding("parked", Level.GOOD, _("No submission is parked."))


def check_routing(*, now: datetime) -> Finding:
    waiting = HandOver.objects.filter(taker=ROUTING, taken_at__isnull=True, verdict__recorded_at__lt=now - LATE)
    if waiting.exists():
        advice = _("Give at least one person the role of inside sales or head, and one that of field sales.")
        return Finding("routing", Level.PROBLEM, _("Ready leads wait because nobody can take them."), advice)
    return Finding("routing", Level.GOOD, _("No ready lead waits for an owner."))


IN_DATABASE: tuple[Callable[..., Finding], ...] = (
    check_worker,
    check_clock,
    check_mail,
    check_deliveries,
    check_waiting,
    check_parked,
    check_routing,
)
