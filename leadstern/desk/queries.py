"""Reading across stages for the combined pages, always with a constant number of queries. Called by `desk.views`."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from leadstern.accounts.models import User
from leadstern.accounts.terms import Role
from leadstern.core.tables import Slice, slice_by_key
from leadstern.core.text import search_words
from leadstern.criteria.queries import leads_matching
from leadstern.desk.agreement import leads_under
from leadstern.desk.terms import LeadFilter, LeadRow
from leadstern.leads.models import Lead
from leadstern.leads.queries import gone_leads, live_leads, with_words
from leadstern.qualification.models import Verdict
from leadstern.qualification.queries import stage_labels, stages
from leadstern.qualification.terms import Stage
from leadstern.routing.access import visible_leads
from leadstern.routing.queries import current_assignments, owners
from leadstern.sales.models import Task
from leadstern.scoring.queries import hottest, points

PAGE = 50
ORDERS = {"new": ("-captured_at", "-id"), "old": ("captured_at", "id"), "name": ("last_name", "id")}


def leads_for(user: User, wanted: LeadFilter, *, now: datetime) -> "QuerySet[Lead]":
    """The leads the person may see that fit the filter."""
    found = visible_leads(user).select_related("company").filter(with_words(search_words(wanted.words)))
    if wanted.stage:
        here = Verdict.objects.filter(is_current=True, stage=wanted.stage)
        found = found.filter(id__in=here.values("lead_id"))
    if wanted.owner:
        found = _owned(found, user, wanted.owner)
    if wanted.source:
        found = found.filter(source=None if wanted.source == "-" else wanted.source)
    if wanted.task:
        found = found.filter(id__in=open_tasks(late_at=now if wanted.task == "late" else None).values("lead_id"))
    if wanted.agreement:
        found = leads_under(wanted.agreement, leads=found, now=now)
    return leads_matching(wanted.tree, now=now, leads=found) if wanted.tree else found


def _owned(leads: "QuerySet[Lead]", user: User, owner: str) -> "QuerySet[Lead]":
    if owner == "none":
        return leads.filter(~Exists(current_assignments().filter(lead=OuterRef("pk"))))
    owner_id = user.pk if owner == "me" else int(owner)
    return leads.filter(id__in=current_assignments().filter(owner_id=owner_id).values("lead_id"))


def open_tasks(*, late_at: datetime | None = None) -> "QuerySet[Task]":
    """What is still to be done with leads; `late_at`: only what was over time then."""
    tasks = Task.objects.filter(done_at__isnull=True)
    return tasks if late_at is None else tasks.filter(is_deadline=True, due_at__lt=late_at)


def at_stage(stage: str, *, without_owner: bool = False) -> "QuerySet[Verdict]":
    """One row for each lead that the list shows at this stage, from an index; to be counted up to a limit."""
    here = Verdict.objects.filter(is_current=True, stage=stage)
    if without_owner:
        here = here.filter(~Exists(current_assignments().filter(lead=OuterRef("lead"))))
    return here.filter(~Exists(gone_leads().filter(pk=OuterRef("lead_id"))))


def with_task(*, late_at: datetime | None = None) -> "QuerySet[Lead]":
    """The leads that the list shows for open tasks, or for those over time."""
    return live_leads().filter(id__in=open_tasks(late_at=late_at).values("lead_id"))


def lead_slice(user: User, wanted: LeadFilter, *, cursor: str, now: datetime) -> tuple[list[LeadRow], Slice[Lead]]:
    """One page of the lead list. "hot" has no further pages: it is the fifty hottest."""
    found = leads_for(user, wanted, now=now)
    if wanted.order == "hot":
        hot = hottest(now=now, limit=PAGE, leads=found)
        by_id = found.in_bulk([one.lead_id for one in hot])
        leads = [by_id[one.lead_id] for one in hot if one.lead_id in by_id]
        return lead_rows(leads, language=user.language, now=now), Slice(leads, "", "")
    page = slice_by_key(found, order=ORDERS.get(wanted.order, ORDERS["new"]), cursor=cursor, size=PAGE)
    return lead_rows(page.rows, language=user.language, now=now), page


def lead_rows(leads: Sequence[Lead], *, language: str, now: datetime) -> list[LeadRow]:
    """Stage, owner and points for each lead, in three queries."""
    ids = [lead.pk for lead in leads]
    labels, now_at = stage_labels(language), stages(ids)
    owned_by, scored = owners(ids), points(ids, now=now)
    return [
        LeadRow(
            lead=lead,
            stage=now_at.get(lead.pk, Stage.CAPTURED),
            stage_label=labels[Stage(now_at.get(lead.pk, Stage.CAPTURED))],
            owner=owned_by.get(lead.pk),
            points=scored.get(lead.pk),
        )
        for lead in leads
    ]


def sources() -> list[str]:
    """The sources in use, for the filter: at most fifty, in order.

    From one to the next by index: PostgreSQL would read a DISTINCT over all leads.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SOURCES)
        return [source for (source,) in cursor.fetchall() if source]


_SOURCES = """
WITH RECURSIVE found (source) AS (
    SELECT MIN(source) FROM leads_lead
    UNION ALL
    SELECT (SELECT MIN(source) FROM leads_lead WHERE leads_lead.source > found.source)
    FROM found WHERE found.source IS NOT NULL
)
SELECT source FROM found WHERE source IS NOT NULL LIMIT 50
"""


def salespeople() -> list[User]:
    """Everybody who can look after leads, by name."""
    roles = [Role.INSIDE_SALES, Role.FIELD_SALES, Role.HEAD]
    return list(User.objects.filter(is_active=True, grants__role__in=roles).order_by("name").distinct())
