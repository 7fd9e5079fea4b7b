"""The lines of a person's queue, in words. Enters: rows of the queue. Leaves: what stands in each line; for "Today"."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from leadstern.core.calendar import business_calendar
from leadstern.desk.time_left import left_words
from leadstern.leads.models import Lead
from leadstern.sales.queries import QueueRow
from leadstern.sales.terms import Urgency
from leadstern.scoring.queries import Points


@dataclass(frozen=True)
class Line:
    """`left`: the time to the deadline, or by how much it is over; empty without one. `where`: company or private
    (where that is known), and the town."""

    lead: Lead
    when: str
    kind: str
    where: str
    points: Points | None
    left: str
    is_late: bool
    is_chosen: bool


def queue_lines(rows: Iterable[QueueRow], chosen: QueueRow | None, *, now: datetime) -> list[Line]:
    """One for each row, in their order."""
    return [
        Line(
            lead=row.lead,
            when=_when(row, now=now),
            kind=str(row.kind.label),
            where=_where(row.lead),
            points=row.points,
            left=_left(row),
            is_late=row.group is Urgency.LATE,
            is_chosen=row is chosen,
        )
        for row in rows
    ]


def _where(lead: Lead) -> str:
    private = _("private") if lead.is_business is False else ""
    company = lead.company.name if lead.company else private
    return ", ".join(part for part in (company, lead.city) if part)


def _left(row: QueueRow) -> str:
    words = left_words(row.minutes_left)
    return words if row.group is Urgency.LATE or not words else _("%(left)s left") % {"left": words}


def _when(row: QueueRow, *, now: datetime) -> str:
    """ "now", the time of today, or the day."""
    zone = business_calendar().zone
    due, today = row.task.due_at.astimezone(zone), now.astimezone(zone).date()
    if row.is_now or due.date() < today:
        return _("now")
    if due.date() == today:
        return f"{due:%H:%M}"
    return date_format(due, pgettext("a day of this year, as Django's date format", "j M"))
