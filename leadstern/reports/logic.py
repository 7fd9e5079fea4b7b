"""The arithmetic of reports: shares, intervals, months, costs. Plain values in, frozen dataclasses out."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt

from leadstern.reports.terms import WINDOW, Share, midnight

Z = 1.959963984540054
"""Two-sided 95 % of the normal distribution."""
Pair = tuple[str | None, str]
"""A source and a campaign."""
Paid = tuple[str | None, str, date]
"""A source, a campaign and a month for which an amount is recorded."""


def share(n: int, won: int) -> Share:
    """The share with the score interval of E. B. Wilson, JASA 22 (1927): sound for small n and for 0 or n of n."""
    if n == 0:
        return Share(0, won, None, None, None)
    rate = won / n
    centre = (rate + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * sqrt(rate * (1 - rate) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    low = 0.0 if won == 0 else max(0.0, centre - half)
    high = 1.0 if won == n else min(1.0, centre + half)
    return Share(n, won, rate, low, high)


def next_month(month: date) -> date:
    """The first day of the month after `month` (any day of it)."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def is_unfinished(month: date, now: datetime) -> bool:
    """Whether the youngest of that month's cohort have had less than the observation window."""
    return midnight(next_month(month)) + WINDOW > now


@dataclass(frozen=True)
class Spent:
    """A recorded amount. `campaign` '' means: all of the source that has no amount of its own."""

    source: str
    campaign: str
    month: date
    amount: Decimal


@dataclass(frozen=True)
class Won:
    """How many leads of one source, campaign and month were captured, and what became of them."""

    source: str | None
    campaign: str
    month: date
    leads: int
    mqls: int
    customers: int


@dataclass(frozen=True)
class Cost:
    """What was spent for whom. An amount per head is None where there is no head (unknown, not zero)."""

    key: str | None
    source: str | None
    amount: Decimal
    leads: int
    mqls: int
    customers: int

    @property
    def per_lead(self) -> Decimal | None:
        return _per(self.amount, self.leads)

    @property
    def per_mql(self) -> Decimal | None:
        return _per(self.amount, self.mqls)

    @property
    def per_customer(self) -> Decimal | None:
        return _per(self.amount, self.customers)


def payer(group: Won, recorded: Collection[Paid]) -> Pair | None:
    """What pays for these leads: their own campaign's amount of that month, else their source's, else nothing."""
    for source, campaign in ((group.source, group.campaign), (group.source, "")):
        if source and (source, campaign, group.month) in recorded:
            return source, campaign
    return None


def cost_rows(spent: Iterable[Spent], won: Iterable[Won], *, by: str) -> tuple[list[Cost], Cost, int]:
    """Rows by "source", "campaign" or "month", their total, and the leads nobody recorded an amount for.

    Leads without recorded spend are left out of every cost: the money of one source, or of one month, divided by the
    leads of all would flatter. Order: months ascending, else the largest amount first.
    """
    spent = list(spent)
    recorded = {(one.source, one.campaign, one.month) for one in spent}
    amounts: dict[tuple[str, str | None], Decimal] = defaultdict(Decimal)
    counts: dict[tuple[str, str | None], list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in spent:
        amounts[_key(by, (one.source, one.campaign), one.month)] += one.amount
    unpaid = 0
    for group in won:
        pair = payer(group, recorded)
        if pair is None:
            unpaid += group.leads
            continue
        numbers = counts[_key(by, pair, group.month)]
        for place, number in enumerate((group.leads, group.mqls, group.customers)):
            numbers[place] += number
    rows = [Cost(key[0], key[1], amounts[key], *counts[key]) for key in set(amounts) | set(counts)]
    total = Cost(None, None, sum(amounts.values(), Decimal()), *(sum(column) for column in _columns(rows)))
    if by == "month":
        return sorted(rows, key=lambda row: row.key or ""), total, unpaid
    return sorted(rows, key=lambda row: (-row.amount, row.source or "", row.key or "")), total, unpaid


def _columns(rows: Iterable[Cost]) -> tuple[list[int], list[int], list[int]]:
    rows = list(rows)
    return [row.leads for row in rows], [row.mqls for row in rows], [row.customers for row in rows]


def _key(by: str, pair: Pair, month: date) -> tuple[str, str | None]:
    source, campaign = pair
    if by == "month":
        return f"{month:%Y-%m}", None
    return (campaign, source) if by == "campaign" else (source or "", source)


def _per(amount: Decimal, heads: int) -> Decimal | None:
    return (amount / heads).quantize(Decimal("0.01"), ROUND_HALF_UP) if heads else None
