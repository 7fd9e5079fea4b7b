"""Everything about one lead for its page, from all stages, in a constant number of queries. Called by `views.lead`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.consent.models import LedgerEntry
from leadstern.consent.queries import entries_of
from leadstern.core.calendar import business_calendar, business_minutes_between
from leadstern.core.formats import moment
from leadstern.desk.activities import Entry, timeline_entries
from leadstern.desk.changes import ChangeLine, change_lines
from leadstern.desk.further import answer_words, question_words, questions_of
from leadstern.desk.time_left import left_words
from leadstern.leads.models import Activity, Change, Identity, Lead
from leadstern.leads.queries import changes, contact_points, timeline
from leadstern.leads.terms import ActivityKind
from leadstern.nurture.models import Enrollment
from leadstern.qualification.models import Verdict
from leadstern.qualification.queries import Account, judgement, stage_history, stage_labels
from leadstern.qualification.terms import Cause, Stage
from leadstern.routing.models import Assignment
from leadstern.routing.queries import current_assignment, reason_sentence
from leadstern.sales.models import Opportunity, Outcome, Task
from leadstern.sales.queries import Guide, call_permission, decision_about, guide
from leadstern.sales.queries.leads import PhoneAnswer
from leadstern.scoring.queries import Explanation, explain

ENTRIES = 40
SHOWN_CONSENTS = 8


@dataclass(frozen=True)
class StageStep:
    """A past or present stage of the lead, in the company's words."""

    verdict: Verdict
    label: str

    @property
    def is_correction(self) -> bool:
        return self.verdict.cause == Cause.CORRECTED

    @property
    def at(self) -> datetime:
        """When it was done; a correction restores a stage that began earlier."""
        return self.verdict.recorded_at if self.is_correction else self.verdict.at


@dataclass(frozen=True)
class Left:
    """The next task and the business time that is left for it."""

    words: str
    is_late: bool


@dataclass(frozen=True)
class LeadPage:
    """What the page shows. `decision` is the last one, when this person can take it back. `more` is the bookmark of
    older entries of the timeline, or of older changes; empty at the end. `further`: answers without a column."""

    lead: Lead
    stage_label: str
    stage: Stage | None
    stages: list[StageStep]
    score: Explanation
    account: Account | None
    guide: Guide
    points: list[Identity]
    phone: PhoneAnswer
    consents: list[LedgerEntry]
    assignment: Assignment | None
    assigned_because: str
    tasks: list[Task]
    opportunities: list[Opportunity]
    decision: Outcome | None
    enrollment: Enrollment | None
    entries: list[Entry]
    changes: list[ChangeLine]
    further: list[tuple[str, str]]
    more: str
    left: Left | None


def lead_page(
    lead: Lead, *, user: User, kinds: Sequence[ActivityKind], before: str, now: datetime, is_changes: bool = False
) -> LeadPage:
    """Reads the page. `kinds` empty: all; `before`: the bookmark of an earlier page; `is_changes`: the changed details
    take the place of what happened."""
    labels = stage_labels(user.language)
    steps = [StageStep(verdict, labels[Stage(verdict.stage)]) for verdict in stage_history(lead.pk)]
    points, assignment = contact_points(lead.pk), current_assignment(lead.pk)
    older = _read(before)
    entries = [] if is_changes else timeline(lead.pk, before=older, kinds=kinds or None, limit=ENTRIES)
    changed = changes(lead.pk, before=older, limit=ENTRIES) if is_changes else []
    tasks = list(Task.objects.filter(lead=lead, done_at__isnull=True).select_related("owner").order_by("due_at", "id"))
    questions = questions_of(lead.pk) if lead.extra or is_changes else {}
    return LeadPage(
        lead=lead,
        stage_label=steps[-1].label if steps else labels[Stage.CAPTURED],
        stage=Stage(steps[-1].verdict.stage) if steps else None,
        stages=steps[::-1],
        score=explain(lead.pk, now=now),
        account=judgement(lead.pk),
        guide=guide(lead.pk),
        points=points,
        phone=call_permission(lead, points=points),
        consents=list(entries_of([point.value for point in points])[:SHOWN_CONSENTS]),
        assignment=assignment,
        assigned_because=reason_sentence(assignment) if assignment else "",
        tasks=tasks,
        opportunities=list(Opportunity.objects.filter(lead=lead).select_related("owner").order_by("-id")),
        decision=decision_about(lead.pk, user=user, now=now),
        enrollment=_running(lead),
        entries=timeline_entries(entries, labels=labels),
        changes=change_lines(changed, questions),
        further=[
            (question_words(name, questions), answer_words(name, value, questions))
            for name, value in lead.extra.items()
        ],
        more=_bookmark(changed if is_changes else entries),
        left=_left(tasks[0], now=now) if tasks else None,
    )


def _left(task: Task, *, now: datetime) -> Left:
    """A deadline in business time, any other task by its moment."""
    kind = task.get_kind_display()
    if not task.is_deadline:
        return Left(_("%(task)s: planned for %(at)s") % {"task": kind, "at": moment(task.due_at)}, is_late=False)
    minutes = business_minutes_between(now, task.due_at, business_calendar())
    values = {"task": kind, "left": left_words(abs(minutes))}
    if task.due_at < now:
        return Left(_("%(task)s: %(left)s over time") % values, is_late=True)
    return Left(_("%(task)s: %(left)s left") % values, is_late=False)


def _running(lead: Lead) -> Enrollment | None:
    running = Enrollment.objects.filter(lead=lead, state__in=["active", "parked"])
    return running.select_related("version__sequence").first()


def _bookmark(entries: Sequence[Activity | Change]) -> str:
    return f"{entries[-1].at.isoformat()}|{entries[-1].pk}" if len(entries) == ENTRIES else ""


def _read(bookmark: str) -> tuple[datetime, int] | None:
    """None for an empty or unreadable bookmark: an old link shows the newest entries."""
    at, _bar, number = bookmark.partition("|")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, int(number)) if moment.tzinfo and number.isascii() and number.isdigit() else None
