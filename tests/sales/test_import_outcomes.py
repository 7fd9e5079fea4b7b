"""Outcomes from a file: each win once, bad lines named, the sale under way closed."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from leadstern.accounts.models import User
from leadstern.qualification.models import Verdict
from leadstern.qualification.terms import Cause, Stage
from leadstern.sales import actions
from leadstern.sales.models import Opportunity, Outcome
from leadstern.sales.terms import (
    IssueCode,
    OutcomeKind,
)
from tests.conftest import NOW
from tests.routing.make import make_lead, ready_lead
from tests.sales.make import make_regions, open_kinds, run_steps, sql, stage_of

SOON = NOW + timedelta(minutes=10)
MAPPING = {"external_id": "mql_id", "won_at": "won_date", "segment": "business_segment", "value": "revenue"}


def row(external_id: str, won_at: str = "2026-10-01 12:00:00", revenue: str = "100") -> dict[str, str]:
    return {"mql_id": external_id, "won_date": won_at, "business_segment": "pet", "revenue": revenue}


def test_import_outcomes_records_wins_once_and_names_bad_lines(ben: User) -> None:
    make_regions(ben)
    known = [ready_lead(f"Lead {n}", external=f"id{n}") for n in range(3)]
    run_steps()
    rows = [
        (2, row("id0")), (3, row(" id1 ", won_at="2020-01-01")), (4, row("id0")), (5, row("nobody")),
        (6, row("id2", won_at="?")), (7, row("id2", revenue="viel")),
    ]  # fmt: skip

    result = actions.import_outcomes(rows, mapping=MAPPING, now=NOW, by=None)
    again = actions.import_outcomes(rows, mapping=MAPPING, now=SOON, by=None)

    issues = [(5, IssueCode.UNKNOWN_ID), (6, IssueCode.WRONG_DATE), (7, IssueCode.WRONG_VALUE)]
    assert (result.accepted, result.repeated, result.issues) == (2, 1, issues)
    assert (again.accepted, again.repeated, again.issues) == (0, 3, issues)
    assert [stage_of(lead) for lead in known] == [Stage.WON, Stage.WON, Stage.MARKETING_QUALIFIED]
    early = Verdict.objects.get(lead=known[1], is_current=True)
    assert (early.at, early.cause, early.recorded_at) == (
        datetime.fromisoformat("2020-01-01T00:00+01:00"), Cause.IMPORTED, NOW,
    )  # fmt: skip
    assert Opportunity.objects.get(lead=known[0]).key == "import:id0"
    assert Outcome.objects.filter(kind=OutcomeKind.WON).count() == 2
    assert open_kinds(known[0]) == []


def test_import_outcomes_refuses_wins_to_come(ben: User) -> None:
    """2062 for 2026 is no customer today."""
    make_regions(ben)
    lead = ready_lead(external="id0")
    run_steps()

    result = actions.import_outcomes([(2, row("id0", won_at="2062-10-01"))], mapping=MAPPING, now=NOW, by=None)

    assert (result.accepted, result.issues) == (0, [(2, IssueCode.FUTURE_DATE)])
    assert stage_of(lead) is Stage.MARKETING_QUALIFIED
    with override("de"):
        assert str(IssueCode.FUTURE_DATE.label) == "Das Datum liegt in der Zukunft"


def test_import_outcomes_wins_the_sale_under_way(ben: User, carla: User) -> None:
    opportunity = actions.accept_lead(sql(ben, carla, external="id0"), by=carla, now=NOW)

    actions.import_outcomes([(2, row("id0"))], mapping=MAPPING, now=SOON, by=None)

    opportunity.refresh_from_db()
    assert (opportunity.state, opportunity.key, opportunity.value) == ("won", "import:id0", Decimal(100))
    assert Opportunity.objects.count() == 1


def test_import_outcomes_takes_leads_that_were_not_judged_yet(db: None) -> None:
    lead = make_lead(external="id0")

    actions.import_outcomes([(2, row("id0"))], mapping=MAPPING, now=NOW, by=None)

    assert list(Verdict.objects.filter(lead=lead).order_by("id").values_list("stage", flat=True)) == [
        Stage.CAPTURED, Stage.WON,
    ]  # fmt: skip


def test_import_outcomes_asks_as_often_for_many_as_for_one(db: None) -> None:
    counts = []
    for size in (1, 10):
        rows = []
        for n in range(size):
            make_lead(f"Lead {n}", external=f"id{size}-{n}")
            rows.append((n, row(f"id{size}-{n}")))
        with CaptureQueriesContext(connection) as queries:
            assert actions.import_outcomes(rows, mapping=MAPPING, now=NOW, by=None).accepted == size
        counts.append(len(queries))
    assert counts[0] == counts[1]
