"""Everything needed to act on the chosen lead of the queue: why now, may I call, what to do, what was.

Enters: a row of the queue. Leaves: the detail with its forms; for "Today" and its outcomes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.forms import BaseForm
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.core.formats import ago, decimal, moment
from leadstern.desk.activities import Entry, last_message, timeline_entries
from leadstern.desk.outcome_forms import outcome_forms
from leadstern.desk.time_left import left_words
from leadstern.leads.models import Activity, Identity, Lead
from leadstern.leads.queries import contact_points, timeline
from leadstern.leads.terms import IdentityKind
from leadstern.qualification.models import Verdict
from leadstern.qualification.queries import current_verdict, stage_labels
from leadstern.qualification.terms import Stage
from leadstern.routing.models import Assignment
from leadstern.routing.queries import current_assignment, reason_sentence
from leadstern.sales.models import Task
from leadstern.sales.queries import Guide, QueueRow, attempts_since_reached, call_permission, guide
from leadstern.sales.queries.leads import PhoneAnswer
from leadstern.sales.terms import MOST_ATTEMPTS, RejectReason, TaskKind, Urgency
from leadstern.scoring.queries import Explanation, Points, explain
from leadstern.scoring.terms import LineKind

SHOWN_LINES = 3
SHOWN_ENTRIES = 8


def company_words(lead: Lead) -> str:
    """The company, else what is known of being one; empty when nothing is."""
    if lead.company:
        return lead.company.name
    return {True: _("Business customer"), False: _("private"), None: ""}[lead.is_business]


@dataclass(frozen=True)
class Detail:
    """Everything about the chosen lead. `message` is the newest thing the person wrote. `next_id` is who
    comes after it in the queue."""

    lead: Lead
    task: Task
    points: Points | None
    verdict: Verdict | None
    stage_label: str
    reasons: list[str]
    phone: PhoneAnswer
    email: Identity | None
    guide: Guide
    message: Activity | None
    entries: list[Entry]
    attempts: int
    forms: Mapping[str, BaseForm]
    next_id: int | None

    @property
    def about(self) -> str:
        """Company or private (where that is known), place, position, interest."""
        place = f"{self.lead.postcode} {self.lead.city}".strip() if self.lead.city else ""
        return " · ".join(filter(None, (company_words(self.lead), place, self.lead.position, self.lead.interest)))

    @property
    def is_hand_over(self) -> bool:
        return self.task.kind == TaskKind.HAND_OVER

    @property
    def may_qualify(self) -> bool:
        """Inside sales still has the lead."""
        with_inside_sales = (Stage.CAPTURED, Stage.RECYCLED, Stage.MARKETING_QUALIFIED)
        return self.verdict is None or self.verdict.stage in with_inside_sales

    @property
    def is_sale(self) -> bool:
        return self.verdict is not None and self.verdict.stage == Stage.SALES_ACCEPTED

    @property
    def has_tried_enough(self) -> bool:
        return self.attempts >= MOST_ATTEMPTS


def detail_of(
    row: QueueRow, rows: list[QueueRow], *, user: User, now: datetime, mistaken: Mapping[str, BaseForm]
) -> Detail:
    """Of one row among all that are shown. `mistaken`: forms with mistakes, which take the place of new ones."""
    lead = row.lead
    known, attempts, points = guide(lead.pk), attempts_since_reached(lead.pk), contact_points(lead.pk)
    explanation, assignment = explain(lead.pk, now=now), current_assignment(lead.pk)
    entries, labels = timeline(lead.pk, limit=SHOWN_ENTRIES), stage_labels(user.language)
    verdict = current_verdict(lead.pk)
    place = rows.index(row)
    following = rows[place + 1] if place + 1 < len(rows) else (rows[place - 1] if place else None)
    return Detail(
        lead=lead,
        task=row.task,
        points=row.points,
        verdict=verdict,
        stage_label=labels[Stage(verdict.stage)] if verdict else "",
        reasons=_reasons(row, explanation, assignment, verdict),
        phone=call_permission(lead, points=points),
        email=next((one for one in points if one.kind == IdentityKind.EMAIL), None),
        guide=known,
        message=last_message(lead.pk),
        entries=timeline_entries(entries, labels=labels),
        attempts=attempts,
        forms=outcome_forms(lead, known, attempts, now=now) | dict(mistaken),
        next_id=following.lead.pk if following else None,
    )


def _reasons(
    row: QueueRow, explanation: Explanation, assignment: Assignment | None, verdict: Verdict | None
) -> list[str]:
    """Why this lead, now: its deadline or appointment, what it did, how it came here."""
    found = [_deadline(row)]
    hottest = sorted(
        (line for line in explanation.lines if line.kind is LineKind.ACTIVITY and line.points > 0),
        key=lambda line: -line.points,
    )
    for line in hottest[:SHOWN_LINES]:
        values = {"what": line.label, "ago": ago(line.last_at), "points": decimal(line.points, 0)}
        found.append(_("%(what)s, %(ago)s (%(points)s points)") % values)
    if verdict is not None and verdict.reason in RejectReason.values:
        found.append(_("Returned by field sales: %(reason)s") % {"reason": RejectReason(verdict.reason).label})
    if assignment is not None:
        found.append(reason_sentence(assignment))
    return [*found, row.task.note] if row.task.note else found


def _deadline(row: QueueRow) -> str:
    at = moment(row.task.due_at)
    if row.minutes_left is None:
        words = _("Call back on %(at)s") if row.kind is TaskKind.CALL_BACK else _("Planned for %(at)s")
        return words % {"at": at}
    left = left_words(abs(row.minutes_left))
    if row.group is Urgency.LATE:
        return _("Over time by %(left)s of business time (due %(at)s)") % {"left": left, "at": at}
    return _("Due in %(left)s of business time (%(at)s)") % {"left": left, "at": at}
