"""Each report against small cases counted by hand, with a constant number of queries."""

from datetime import date
from typing import Any

import pytest

from leadstern.capture.models import Submission
from leadstern.core.errors import Refused
from leadstern.reports import catalogue
from leadstern.reports.cost import cost
from leadstern.reports.funnel import funnel
from leadstern.reports.mql_to_close import mql_to_close
from leadstern.reports.terms import Period
from leadstern.visitors.models import Hit, Site
from tests.conftest import NOW
from tests.reports.make import ACCEPTED, MQL, SQL, WON, at, lead, spend

pytestmark = pytest.mark.django_db
EVER = Period()


def some_mqls() -> None:
    lead("2026-01-10", {MQL: "2026-01-11", ACCEPTED: "2026-01-20", WON: "2026-02-01"}, source="search")
    lead("2026-01-10", {MQL: "2026-02-11"}, source="search")
    lead("2026-01-10", {MQL: "2026-10-01", WON: "2026-09-01"}, source="social")
    lead("2026-01-10", {MQL: "2026-10-01"}, source=None)
    lead("2026-01-10", {SQL: "2026-01-12"}, source="search")
    lead("2026-01-10", {}, source="search")


def test_mql_to_close_by_source_counts_persons() -> None:
    some_mqls()
    found = mql_to_close(by="source", period=EVER, now=NOW).as_json()
    assert [(row["key"], row["n"], row["won"]) for row in found["rows"]] == [
        ("search", 2, 1), ("social", 1, 1), (None, 1, 0)
    ]  # fmt: skip
    assert (found["total"]["n"], found["total"]["won"], found["total"]["rate"]) == (4, 2, 0.5)
    assert set(found["rows"][0]) == {"key", "n", "won", "rate", "low", "high"}
    assert found["notes"]["won_before_mql"] == 1


def test_mql_to_close_by_month_marks_young_cohorts() -> None:
    some_mqls()
    found = mql_to_close(by="month", period=EVER, now=NOW)
    assert [(row.key, row.share.n, row.share.won, row.is_unfinished) for row in found.rows] == [
        ("2026-01", 1, 1, False), ("2026-02", 1, 0, False), ("2026-10", 2, 1, True)
    ]  # fmt: skip


def test_becoming_mql_twice_counts_once_by_the_first_time() -> None:
    twice = lead("2026-01-10", {MQL: "2026-03-01"}, source="search")
    twice.verdicts.create(stage=MQL, cause="person", at=at("2026-01-12"), recorded_at=NOW, is_current=False)
    found = mql_to_close(by="month", period=EVER, now=NOW)
    assert [(row.key, row.share.n) for row in found.rows] == [("2026-01", 1)]


def test_a_month_begins_at_midnight_in_berlin() -> None:
    early = lead("2026-01-10", source="search")
    early.verdicts.create(stage=MQL, cause="person", at=at("2026-02-01", 0), recorded_at=NOW, is_current=False)
    found = mql_to_close(by="month", period=Period(date(2026, 2, 1), date(2026, 2, 1)), now=NOW)
    assert [(row.key, row.share.n) for row in found.rows] == [("2026-02", 1)]


def test_a_joined_lead_is_not_counted_twice() -> None:
    kept = lead("2026-01-10", {MQL: "2026-01-11"}, source="search")
    lead("2026-01-10", {MQL: "2026-01-11"}, source="search", merged_into=kept)
    assert mql_to_close(by="source", period=EVER, now=NOW).total.share.n == 1
    found = funnel(period=EVER)
    assert (found.steps[1].n, found.excluded.merged) == (1, 1)


def hit(day: str, **values: Any) -> Hit:
    site, _ = Site.objects.get_or_create(key="demo", defaults={"name": "Demo", "created_at": NOW})
    return Hit(site=site, at=at(day), path="/", **values)


def submission(key: str, state: str, reason: str = "") -> Submission:
    return Submission(
        key=key, channel="form", raw={}, captured_at=at("2026-01-10"), received_at=NOW, state=state, state_reason=reason
    )


def test_the_funnel_counts_visits_persons_and_what_it_leaves_out() -> None:
    Hit.objects.bulk_create(
        [hit("2026-01-10", is_entry=True), hit("2026-01-11", is_entry=True), hit("2026-01-11"),
         hit("2026-01-12", is_entry=True, bot="Crawler"), hit("2025-12-31", is_entry=True)]
    )  # fmt: skip
    Submission.objects.bulk_create(
        [submission("a", "taken"), submission("b", "taken"), submission("c", "spam"), submission("d", "parked", "test"),
         submission("e", "parked", "no_proof"), submission("f", "held")]
    )  # fmt: skip
    lead("2026-01-10", {MQL: "2026-01-11", SQL: "2026-01-12", ACCEPTED: "2026-01-13", WON: "2026-03-01"})
    lead("2026-01-31", {SQL: "2026-02-12"})
    lead("2026-01-31", {MQL: "2026-02-12"})
    lead("2026-01-31")
    lead("2026-02-01", {WON: "2026-02-12"})
    found = funnel(period=Period(date(2026, 1, 1), date(2026, 1, 31)))
    assert [(step.key, step.n) for step in found.steps] == [
        ("visits", 2), ("captured", 4), ("marketing_qualified", 3), ("phone_qualified", 2), ("sales_accepted", 1),
        ("won", 1),
    ]  # fmt: skip
    assert found.steps[1].of_previous is None
    assert found.steps[3].of_previous is not None
    assert found.steps[3].of_previous.rate == 2 / 3
    assert found.submissions == 2
    assert vars(found.excluded) == {"bots": 1, "merged": 0, "spam": 1, "tests": 1, "parked": 1, "unfinished": 1}


def test_cost_divides_by_the_leads_the_money_was_for() -> None:
    spend("2026-01-01", "search", "100.00")
    spend("2026-01-01", "search", "30.00", campaign="solar")
    spend("2026-02-01", "fair", "500.00")
    lead("2026-01-10", {MQL: "2026-01-11", WON: "2026-02-01"}, source="search")
    lead("2026-01-31", {MQL: "2026-01-11"}, source="search", campaign="solar")
    lead("2026-01-10", source="social")
    found = cost(by="source", period=EVER).as_json()
    rows = [(row["key"], row["amount"], row["leads"], row["per_lead"], row["per_customer"]) for row in found["rows"]]
    assert rows == [
        ("fair", 500.0, 0, None, None), ("search", 130.0, 2, 65.0, 130.0)
    ]  # fmt: skip
    assert found["notes"] == {"leads_without_spend": 1}
    by_campaign = cost(by="campaign", period=Period(date(2026, 1, 20), date(2026, 1, 25))).as_json()
    assert [(row["source"], row["key"], row["leads"]) for row in by_campaign["rows"]] == [
        ("search", "", 1), ("search", "solar", 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "by", "queries"),
    [("funnel", "", 4), ("mql-to-close", "source", 2), ("mql-to-close", "month", 2), ("cost", "month", 2)],
)
def test_reports_ask_the_same_number_of_questions_at_any_size(
    name: str, by: str, queries: int, django_assert_num_queries: Any
) -> None:
    for _ in range(2):
        some_mqls()
        spend(f"2026-0{_ + 1}-01", "search", "10")
        with django_assert_num_queries(queries):
            catalogue.run(name, by=by, now=NOW)


@pytest.mark.parametrize("name", ["funnel", "mql-to-close", "cost"])
def test_an_empty_database_gives_empty_reports(name: str) -> None:
    found = catalogue.run(name, now=NOW)
    assert not [row for row in found["rows"] if row.get("n")]
    assert not found["total"].get("n")


@pytest.mark.parametrize(("name", "by"), [("revenue", ""), ("funnel", "source"), ("cost", "id; DROP TABLE")])
def test_an_unknown_report_or_grouping_is_refused_by_name(name: str, by: str) -> None:
    with pytest.raises(Refused) as caught:
        catalogue.run(name, by=by, now=NOW)
    assert (by or name) in str(caught.value)


def test_future_dates_do_not_break_a_report() -> None:
    lead("2030-01-10", {MQL: "2031-01-11"}, source="search")
    assert mql_to_close(by="month", period=EVER, now=NOW).rows[0].is_unfinished
