"""A real marketing funnel by the four commands of the ordinary import; skipped where the files are not at hand.

A small made-up funnel goes the same way always.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.own_database import ask
from tests.running import Running, fresh

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "olist"
LEADS = FOLDER / "olist_marketing_qualified_leads_dataset.csv"
DEALS = FOLDER / "olist_closed_deals_dataset.csv"
IMPORT_LEADS = (
    "--stage", "marketing_qualified", "--map", "external_id=mql_id", "--map", "captured_at=first_contact_date",
    "--map", "landing_page=landing_page_id", "--map", "source=origin",
)  # fmt: skip
IMPORT_OUTCOMES = (
    "--map", "external_id=mql_id", "--map", "won_at=won_date", "--map", "segment=business_segment",
    "--map", "value=declared_monthly_revenue",
)  # fmt: skip
SMALL_LEADS = """\
mql_id,first_contact_date,landing_page_id,origin
a1,2026-01-05,p1,paid_search
a2,2026-01-20,p1,paid_search
a3,2026-02-03,p2,paid_search
a4,2026-02-04,p2,email
a5,2026-02-28,p2,
"""
SMALL_DEALS = """\
mql_id,won_date,business_segment,declared_monthly_revenue
a1,2026-02-01 10:00:00,pet,0.0
a4,2026-03-01 10:00:00,toys,1500.5
"""


@pytest.fixture
def installation(prepared: Running, tmp_path: Path) -> Iterator[Running]:
    with fresh(tmp_path / "home", like=prepared) as running:
        yield running


@pytest.fixture
def small(tmp_path: Path) -> tuple[Path, Path]:
    leads, deals = tmp_path / "leads.csv", tmp_path / "deals.csv"
    leads.write_text(SMALL_LEADS, encoding="utf-8")
    deals.write_text(SMALL_DEALS, encoding="utf-8")
    return leads, deals


def counted(answer: dict[str, Any]) -> tuple[int, int, int]:
    return answer["accepted"], answer["repeated"], answer["rejected"]


def rows(report: dict[str, Any]) -> dict[str | None, tuple[int, int]]:
    return {row["key"]: (row["n"], row["won"]) for row in report["rows"]}


def content(running: Running) -> dict[str, int]:
    """How many rows the tables hold that an import may write to."""
    tables = (
        "capture_importrun", "capture_submission", "leads_lead", "leads_activity", "sales_opportunity", "sales_outcome",
        "qualification_verdict", "audit_entry",
    )  # fmt: skip
    found = {name: ask(running.home, running.database, f"SELECT count(*) FROM {name}") for name in tables}
    return found | {"files": len([*(running.home / "files").rglob("*.csv")])}


def test_a_small_funnel_comes_out_by_the_four_commands(installation: Running, small: tuple[Path, Path]) -> None:
    leads, deals = map(str, small)
    assert counted(installation.command("import", "leads", leads, *IMPORT_LEADS)) == (5, 0, 0)
    assert counted(installation.command("import", "outcomes", deals, *IMPORT_OUTCOMES)) == (2, 0, 0)
    by_source = installation.command("report", "mql-to-close", "--by", "source")
    by_month = installation.command("report", "mql-to-close", "--by", "month")
    assert rows(by_source) == {"paid_search": (3, 1), "email": (1, 1), None: (1, 0)}
    assert rows(by_month) == {"2026-01": (2, 1), "2026-02": (3, 1)}
    for report in (by_source, by_month):
        total = report["total"]
        assert (total["n"], total["won"], total["rate"]) == (5, 2, 0.4)
        for row in (*report["rows"], total):
            assert 0 <= row["low"] <= row["rate"] <= row["high"] <= 1
            assert row["low"] < row["high"]
    assert (round(by_source["total"]["low"], 3), round(by_source["total"]["high"], 3)) == (0.118, 0.769)


def test_the_same_files_again_change_nothing(installation: Running, small: tuple[Path, Path]) -> None:
    leads, deals = map(str, small)
    installation.command("import", "leads", leads, *IMPORT_LEADS)
    installation.command("import", "outcomes", deals, *IMPORT_OUTCOMES)
    before = content(installation)
    assert counted(installation.command("import", "leads", leads, *IMPORT_LEADS)) == (0, 5, 0)
    assert counted(installation.command("import", "outcomes", deals, *IMPORT_OUTCOMES)) == (0, 2, 0)
    after = content(installation)
    told_of_the_run = {"capture_importrun", "audit_entry", "files"}
    assert {name: n for name, n in after.items() if name not in told_of_the_run} == {
        name: n for name, n in before.items() if name not in told_of_the_run
    }


def test_a_dry_run_says_what_would_happen_and_changes_nothing(installation: Running, small: tuple[Path, Path]) -> None:
    leads, deals = map(str, small)
    empty = content(installation)
    checked = installation.command("import", "leads", leads, *IMPORT_LEADS, "--dry-run")
    assert (counted(checked), checked["dry_run"]) == ((5, 0, 0), True)
    assert content(installation) == empty
    installation.command("import", "leads", leads, *IMPORT_LEADS)
    before = content(installation)
    checked = installation.command("import", "outcomes", deals, *IMPORT_OUTCOMES, "--dry-run")
    assert (counted(checked), checked["dry_run"]) == ((2, 0, 0), True)
    assert counted(installation.command("import", "leads", leads, *IMPORT_LEADS, "--dry-run")) == (0, 5, 0)
    assert content(installation) == before


def _expected_by(column: str, *, cut: int | None = None) -> dict[str | None, tuple[int, int]]:
    """Counted from the files alone: (n, won) by a column of the first file."""
    with DEALS.open(encoding="utf-8") as stream:
        won = {row["mql_id"] for row in csv.DictReader(stream)}
    found: dict[str | None, tuple[int, int]] = {}
    with LEADS.open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            key = row[column][:cut] or None
            n, bought = found.get(key, (0, 0))
            found[key] = (n + 1, bought + (row["mql_id"] in won))
    return found


@pytest.mark.skipif(not LEADS.exists(), reason="the real funnel's files are not at hand")
def test_the_real_funnel_comes_out_exactly_and_only_once(installation: Running) -> None:
    for new in (True, False):
        leads = installation.command("import", "leads", str(LEADS), *IMPORT_LEADS)
        outcomes = installation.command("import", "outcomes", str(DEALS), *IMPORT_OUTCOMES)
        assert counted(leads) == ((8000, 0, 0) if new else (0, 8000, 0))
        assert counted(outcomes) == ((842, 0, 0) if new else (0, 842, 0))
        by_source = installation.command("report", "mql-to-close", "--by", "source")
        by_month = installation.command("report", "mql-to-close", "--by", "month")
        total = by_source["total"]
        assert (total["n"], total["won"], total["rate"]) == (8000, 842, 0.10525)
        assert (round(total["low"], 4), round(total["high"], 4)) == (0.0987, 0.1122)
        assert rows(by_source) == _expected_by("origin")
        assert rows(by_month) == _expected_by("first_contact_date", cut=7)
