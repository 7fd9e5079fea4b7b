"""The queue of one person: what to do next and why, in order. Called by the page "Today".

The number of queries does not depend on the number of tasks: the next tasks by time and those of the hottest leads are
read by index, the order is made in memory.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from leadstern.accounts.models import User
from leadstern.core.calendar import Calendar, business_calendar, business_minutes_between, end_of_day
from leadstern.core.counting import Count, capped_count
from leadstern.leads.models import Lead
from leadstern.leads.queries import gone_leads
from leadstern.sales.logic import urgency
from leadstern.sales.models import Task
from leadstern.sales.terms import TaskKind, Urgency
from leadstern.scoring.queries import Points, hottest, points
from leadstern.scoring.terms import Temperature

LIMIT = 50
HOTTEST = 20
_ORDER = list(Urgency)
_OF_TASK = ("owner_id", "kind", "due_at", "is_deadline", "note")
_OF_LEAD = tuple(
    f"lead__{name}"
    for name in (
        "title", "first_name", "last_name", "is_business", "company__name", "position", "postcode", "city", "country",
        "interest",
    )
)  # fmt: skip


@dataclass(frozen=True)
class QueueRow:
    """One line. `minutes_left`: business minutes until the deadline, negative when over time, None without deadline."""

    task: Task
    group: Urgency
    points: Points | None
    minutes_left: int | None

    @property
    def lead(self) -> Lead:
        return self.task.lead

    @property
    def kind(self) -> TaskKind:
        return TaskKind(self.task.kind)

    @property
    def is_now(self) -> bool:
        """To be done at once, whatever its time."""
        return self.group in (Urgency.LATE, Urgency.HOT) or (
            self.group is Urgency.DUE and self.kind in (TaskKind.FIRST_CALL, TaskKind.HAND_OVER)
        )

    @property
    def is_hot(self) -> bool:
        return self.points is not None and self.points.temperature == Temperature.HOT


@dataclass(frozen=True)
class QueueCounts:
    """How much there is in all, not only on the page; each counted up to a thousand."""

    late: Count
    due: Count
    planned: Count

    def with_early(self, early: int) -> "QueueCounts":
        """`early` of those planned are to be done now: hot leads whose deadline ends on another day."""
        planned = replace(self.planned, n=max(self.planned.n - early, 0))
        return replace(self, due=replace(self.due, n=self.due.n + early), planned=planned)

    def beyond(self, shown: int) -> Count:
        """How many there are besides those shown."""
        each = (self.late, self.due, self.planned)
        return Count(sum(one.n for one in each) - shown, any(one.is_capped for one in each))


@dataclass(frozen=True)
class Queue:
    """The rows to show, in order, and the counts of all."""

    rows: list[QueueRow]
    counts: QueueCounts


def open_tasks(user: User) -> QuerySet[Task]:
    """What the person has to do; leads that were merged or erased have nothing to do."""
    return _all_open(user).filter(~Exists(gone_leads().filter(pk=OuterRef("lead_id"))))


def _all_open(user: User) -> QuerySet[Task]:
    """Of gone leads, too: for questions in which these cannot come up, such as those about scores."""
    return Task.objects.filter(owner=user, done_at__isnull=True)


def _shown(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """In order, with what the page says of their leads; reading all columns of fifty leads takes twice as long."""
    return tasks.select_related("lead__company").only(*_OF_TASK, *_OF_LEAD).order_by("due_at", "id")


def queue(user: User, *, now: datetime, limit: int = LIMIT) -> Queue:
    """What to do next: over time, hot with time left, callbacks at their time, due, planned.

    At most `limit` rows; a hot lead is never cut off by older tasks.
    """
    calendar = business_calendar()
    tasks = _candidates(user, now=now, limit=limit)
    scores = points([task.lead_id for task in tasks], now=now)
    day_end = end_of_day(now, calendar)
    rows = [_row(task, scores.get(task.lead_id), now=now, day_end=day_end, calendar=calendar) for task in tasks]
    kept = sorted(rows, key=lambda row: (not row.is_hot, _place(row)))[:limit]
    early = sum(row.group is Urgency.HOT and row.task.due_at > day_end for row in rows)
    return Queue(sorted(kept, key=_place), queue_counts(user, now=now).with_early(early))


def queue_row(user: User, lead_id: int, *, now: datetime) -> QueueRow | None:
    """The person's line for one lead, wherever in the queue it stands; None without an open task. Few queries."""
    task = _shown(open_tasks(user)).filter(lead_id=lead_id).first()
    if task is None:
        return None
    calendar = business_calendar()
    score = points([lead_id], now=now).get(lead_id)
    return _row(task, score, now=now, day_end=end_of_day(now, calendar), calendar=calendar)


def _candidates(user: User, *, now: datetime, limit: int) -> list[Task]:
    """The next tasks by time and the tasks of the hottest leads; at most five queries."""
    tasks = _shown(open_tasks(user))
    found = {task.pk: task for task in tasks[:limit]}
    if len(found) == limit:
        hot = hottest(now=now, limit=HOTTEST, leads=_all_open(user), field="lead_id")
        found |= {task.pk: task for task in tasks.filter(lead_id__in=[score.lead_id for score in hot])}
    return list(found.values())


def _row(task: Task, score: Points | None, *, now: datetime, day_end: datetime, calendar: Calendar) -> QueueRow:
    group = urgency(
        kind=TaskKind(task.kind),
        due_at=task.due_at,
        is_deadline=task.is_deadline,
        is_hot=score is not None and score.temperature == Temperature.HOT,
        now=now,
        day_end=day_end,
    )
    left = business_minutes_between(now, task.due_at, calendar) if task.is_deadline else None
    return QueueRow(task, group, score, left)


def _place(row: QueueRow) -> tuple[int, bool, datetime, int]:
    """Where a row stands: by group, in it the hot ones first, then by time."""
    return _ORDER.index(row.group), not row.is_hot, row.task.due_at, row.task.pk


def queue_counts(user: User, *, now: datetime) -> QueueCounts:
    """Over time, due today, planned for later. Three queries, none of which reads more than a thousand tasks on its
    way."""
    late, day_end = Q(is_deadline=True, due_at__lt=now), end_of_day(now, business_calendar())
    tasks = open_tasks(user)
    return QueueCounts(
        late=capped_count(tasks.filter(late)),
        due=capped_count(tasks.filter(~late, due_at__lte=day_end)),
        planned=capped_count(tasks.filter(~late, due_at__gt=day_end)),
    )


def has_open_task(lead_ids: Iterable[int]) -> set[int]:
    """The leads with something to do. One query."""
    return set(Task.objects.filter(lead_id__in=lead_ids, done_at__isnull=True).values_list("lead_id", flat=True))
