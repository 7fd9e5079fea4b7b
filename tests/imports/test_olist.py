"""A real marketing funnel by the ordinary import comes out exactly; skipped where the files are not at hand."""

import csv
from pathlib import Path

import pytest

from leadstern.capture.channels.file_import.actions import begin_run, start_run
from leadstern.capture.channels.file_import.reader import read_rows
from leadstern.journey.actions import walk_until_done
from leadstern.journey.defaults import ensure_defaults
from leadstern.reports import catalogue
from leadstern.sales.actions import import_outcomes
from tests.conftest import NOW

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "olist"
LEADS = FOLDER / "olist_marketing_qualified_leads_dataset.csv"
DEALS = FOLDER / "olist_closed_deals_dataset.csv"
LEAD_MAP = {
    "external_id": "mql_id",
    "captured_at": "first_contact_date",
    "landing_page": "landing_page_id",
    "source": "origin",
}
DEAL_MAP = {
    "external_id": "mql_id",
    "won_at": "won_date",
    "segment": "business_segment",
    "value": "declared_monthly_revenue",
}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not LEADS.exists(), reason="the real funnel's files are not at hand"),
]


def _bring_in() -> None:
    run = start_run(
        LEADS, filename=LEADS.name, mapping=LEAD_MAP, options={"stage": "marketing_qualified"}, by=None, now=NOW
    )
    begin_run(run, by=None, now=NOW)
    walk_until_done(now=NOW, limit=2000)
    import_outcomes(read_rows(DEALS), mapping=DEAL_MAP, now=NOW, by=None)
    walk_until_done(now=NOW, limit=2000)


def _expected_by(column: str, *, cut: int | None = None) -> dict[str | None, tuple[int, int]]:
    """Counted from the files alone: (n, won) by a column of the first file."""
    with DEALS.open(encoding="utf-8") as stream:
        won = {row["mql_id"] for row in csv.DictReader(stream)}
    counted: dict[str | None, tuple[int, int]] = {}
    with LEADS.open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            key = row[column][:cut] or None
            n, bought = counted.get(key, (0, 0))
            counted[key] = (n + 1, bought + (row["mql_id"] in won))
    return counted


def test_the_real_funnel_comes_out_exactly_and_only_once() -> None:
    ensure_defaults(now=NOW)
    for _time in range(2):
        _bring_in()
        by_source = catalogue.run("mql-to-close", by="source", now=NOW)
        by_month = catalogue.run("mql-to-close", by="month", now=NOW)
        assert (by_source["total"]["n"], by_source["total"]["won"], by_source["total"]["rate"]) == (8000, 842, 0.10525)
        assert {row["key"]: (row["n"], row["won"]) for row in by_source["rows"]} == _expected_by("origin")
        found = {row["key"]: (row["n"], row["won"]) for row in by_month["rows"]}
        assert found == _expected_by("first_contact_date", cut=7)
