"""Decisions of each kind about a lead, and everything they change, for the tests of taking them back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from leadstern.accounts.models import User
from leadstern.criteria.logic import parse
from leadstern.criteria.queries import leads_matching
from leadstern.leads.models import Lead
from leadstern.nurture.actions import take_verdicts as enrol
from leadstern.reports import catalogue
from leadstern.reports.drill import Cell, leads_in
from leadstern.reports.funnel import PATH
from leadstern.reports.terms import Period
from leadstern.routing.models import Member
from leadstern.routing.queries import current_assignment
from leadstern.sales import actions
from leadstern.sales.models import Opportunity, Outcome, Task
from leadstern.sales.queries import board, queue
from tests.conftest import NOW
from tests.sales.make import ALL_YES, make_regions, mql, run_steps, sql

SOON = NOW + timedelta(minutes=10)
LATER = NOW + timedelta(minutes=20)
NEXT_YEAR = NOW + timedelta(days=90)


def work(now: datetime) -> None:
    run_steps(now=now)
    while enrol(now=now, limit=100):
        pass


def figures() -> dict[str, Any]:
    """Everything the reports say, with the leads behind each figure of the funnel and of MQL-to-close."""
    said = {
        f"{name} {by}": catalogue.run(name, by=by, now=LATER)
        for name, (groupings, _runner) in catalogue.REPORTS.items()
        for by in groupings or ("",)
    }
    cells = [Cell("funnel", step.value, Period()) for step in PATH]
    cells += [Cell("mql-to-close", step, Period(), by="source") for step in ("n", "won", "accepted", "early")]
    behind = {f"{cell.report} {cell.step}": sorted(leads_in(cell).values_list("pk", flat=True)) for cell in cells}
    return said | behind


def state(lead: Lead, *users: User) -> dict[str, Any]:
    """What a decision changes, read as the pages read it."""
    verdict = lead.verdicts.get(is_current=True)
    tasks = Task.objects.filter(lead=lead, done_at__isnull=True).order_by("kind")
    assignment = current_assignment(lead.pk)
    columns = board(Opportunity.objects.all(), now=LATER).columns
    return {
        "stage": (verdict.stage, verdict.at, verdict.reason, verdict.note, verdict.return_at, verdict.findings),
        "tasks": list(tasks.values_list("pk", "kind", "owner", "due_at", "is_deadline", "note", "done_by")),
        "owner": assignment and (assignment.pk, assignment.owner, assignment.due_at, assignment.met_at),
        "sales": list(Opportunity.objects.filter(lead=lead).order_by("pk").values()),
        "board": [(column.state, column.count, column.value) for column in columns],
        "queues": [[(row.lead.pk, row.task.pk, row.group) for row in queue(user, now=LATER).rows] for user in users],
        "turns": list(Member.objects.order_by("pk").values_list("user", "last_at")),
        "figures": figures(),
        "matching": list(leads_matching(parse('stage.role = "won"'), now=LATER).values_list("pk", flat=True)),
    }


def qualified(ben: User, carla: User) -> tuple[Lead, Callable[[], object], User]:
    make_regions(ben, carla)
    lead = mql(ben)
    actions.record_answers(lead, ALL_YES, said_by="Kim", by=ben, now=NOW)
    return lead, lambda: actions.qualify_lead(lead, by=ben, now=SOON), ben


def recycled(ben: User, carla: User) -> tuple[Lead, Callable[[], object], User]:
    lead = mql(ben)
    return (
        lead,
        lambda: actions.recycle_lead(lead, reason="later", return_at=NEXT_YEAR, note="2027", by=ben, now=SOON),
        ben,
    )


def disqualified(ben: User, carla: User) -> tuple[Lead, Callable[[], object], User]:
    lead = mql(ben)
    return lead, lambda: actions.disqualify_lead(lead, reason="student", by=ben, now=SOON), ben


def disqualified_sql(ben: User, carla: User) -> tuple[Lead, Callable[[], object], User]:
    lead = sql(ben, carla)
    return lead, lambda: actions.disqualify_lead(lead, reason="no_need", by=carla, now=SOON), carla


def rejected(ben: User, carla: User) -> tuple[Lead, Callable[[], object], User]:
    lead = sql(ben, carla)
    return lead, lambda: actions.reject_lead(lead, reason="wrong_person", note="Sohn", by=carla, now=SOON), carla


def won(ben: User, carla: User) -> tuple[Lead, Callable[[], object], User]:
    lead, sale = accepted(ben, carla)
    return lead, lambda: actions.win_opportunity(sale, value=Decimal(900), by=carla, now=SOON), carla


def lost(ben: User, carla: User) -> tuple[Lead, Callable[[], object], User]:
    lead, sale = accepted(ben, carla)
    return lead, lambda: actions.lose_opportunity(sale, reason="price", note="teuer", by=carla, now=SOON), carla


def accepted(ben: User, carla: User) -> tuple[Lead, Opportunity]:
    lead = sql(ben, carla)
    sale = actions.accept_lead(lead, by=carla, now=NOW + timedelta(minutes=1))
    actions.change_opportunity(sale, value=Decimal(500), next_step="Termin", expected_at=None, by=carla, now=NOW)
    run_steps()
    return lead, sale


DECISIONS = [qualified, recycled, disqualified, disqualified_sql, rejected, won, lost]
NAMES = [make.__name__ for make in DECISIONS]


def last() -> Outcome:
    return Outcome.objects.latest("id")
