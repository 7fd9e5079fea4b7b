"""Intervals, months and costs, counted by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadstern.reports.logic import Spent, Won, cost_rows, is_unfinished, next_month, share
from leadstern.reports.terms import Period, Share

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


@pytest.mark.parametrize(
    ("n", "won", "low", "high"),
    [
        (10, 0, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (8000, 842, 0.0987, 0.1122),
        (20, 1, 0.0089, 0.2361),
        (1, 0, 0.0, 0.7935),
    ],
)
def test_share_gives_the_wilson_interval(n: int, won: int, low: float, high: float) -> None:
    found = share(n, won)
    assert found.rate == won / n
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)


def test_share_of_nothing_is_unknown() -> None:
    assert share(0, 0) == Share(0, 0, None, None, None)


@given(st.integers(1, 10**6), st.data())
def test_the_rate_always_lies_in_its_interval(n: int, data: st.DataObject) -> None:
    found = share(n, data.draw(st.integers(0, n)))
    assert found.low is not None
    assert found.rate is not None
    assert found.high is not None
    assert 0 <= found.low <= found.rate <= found.high <= 1


def test_next_month_crosses_the_year() -> None:
    assert [next_month(date(2026, 11, 30)), next_month(date(2026, 12, 1))] == [date(2026, 12, 1), date(2027, 1, 1)]


def test_a_cohort_is_finished_ninety_days_after_its_month() -> None:
    assert is_unfinished(JANUARY, datetime(2026, 5, 1, 21, 59, tzinfo=UTC))
    assert not is_unfinished(JANUARY, datetime(2026, 5, 1, 23, 0, tzinfo=UTC))


def test_whole_months_widen_a_period() -> None:
    assert Period(date(2026, 1, 15), date(2026, 2, 3)).whole_months == Period(JANUARY, date(2026, 2, 28))
    assert Period().whole_months == Period()


SPENT = [
    Spent("search", "", JANUARY, Decimal("100.00")),
    Spent("search", "solar", JANUARY, Decimal("50.00")),
    Spent("search", "", FEBRUARY, Decimal("10.00")),
]
WON = [
    Won("search", "solar", JANUARY, 2, 1, 0),
    Won("search", "heat", JANUARY, 3, 2, 1),
    Won("search", "", FEBRUARY, 1, 0, 0),
    Won("social", "solar", JANUARY, 7, 7, 7),
    Won(None, "", JANUARY, 4, 0, 0),
]


def test_cost_by_source_leaves_out_leads_nobody_paid_for() -> None:
    rows, total, unpaid = cost_rows(SPENT, WON, by="source")
    assert [(row.key, row.amount, row.leads, row.mqls, row.customers) for row in rows] == [
        ("search", Decimal("160.00"), 6, 3, 1)
    ]
    assert (total.per_lead, total.per_mql, total.per_customer) == (
        Decimal("26.67"),
        Decimal("53.33"),
        Decimal("160.00"),
    )
    assert unpaid == 11


def test_cost_by_campaign_takes_the_nearest_amount() -> None:
    rows, _total, _unpaid = cost_rows(SPENT, WON, by="campaign")
    assert [(row.source, row.key, row.amount, row.leads, row.customers) for row in rows] == [
        ("search", "", Decimal("110.00"), 4, 1),
        ("search", "solar", Decimal("50.00"), 2, 0),
    ]
    assert rows[1].per_customer is None


def test_cost_by_month_rises_in_time() -> None:
    rows, _total, _unpaid = cost_rows(SPENT, WON, by="month")
    assert [(row.key, row.amount, row.leads) for row in rows] == [
        ("2026-01", Decimal("150.00"), 5),
        ("2026-02", Decimal("10.00"), 1),
    ]


def test_the_money_of_one_month_is_not_shared_with_the_leads_of_others() -> None:
    later = [Won("search", "", month, 5, 0, 0) for month in (JANUARY, FEBRUARY, date(2026, 3, 1))]
    rows, total, unpaid = cost_rows([Spent("search", "", JANUARY, Decimal("100.00"))], later, by="month")
    assert [(row.key, row.per_lead) for row in rows] == [("2026-01", Decimal("20.00"))]
    assert (total.per_lead, unpaid) == (Decimal("20.00"), 10)


def test_cost_of_nothing_is_nothing() -> None:
    rows, total, unpaid = cost_rows([], [], by="source")
    assert rows == []
    assert (total.amount, total.per_lead, unpaid) == (Decimal(), None, 0)
