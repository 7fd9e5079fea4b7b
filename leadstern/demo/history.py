"""Plays the demo company's year through the real actions: people come, colleagues call, sell and lose.

Enters: the company, the plan, the end of the year. Leaves: what the product makes of it. Called by `actions.py`.
Nothing is written to a table from here.
"""

import random
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta
from decimal import Decimal

from leadstern.core.calendar import business_calendar, next_opening
from leadstern.core.time import clock_at
from leadstern.demo.colleagues import Colleagues
from leadstern.demo.company import Company
from leadstern.demo.plan import SEED, SOURCES, anonymous_visits, arrivals, moments
from leadstern.demo.visitors import Visitors
from leadstern.journey.actions import walk_until_done
from leadstern.leads.actions import record_spend


class History:
    """One year, moment by moment: at each of `moments` people come, the worker walks, colleagues do what is due."""

    def __init__(self, company: Company, *, first: datetime, last: datetime, leads: int) -> None:
        self.company, self.first, self.last = company, first, last
        self.chance = random.Random(SEED + 1)  # noqa: S311 -- a play needs no secrets
        self.moments = list(moments(first, last))
        self.plan = arrivals(self.moments, count=leads)
        self.visitors = Visitors(company, self.chance)
        by_mail = {arrival.person.email: arrival for found in self.plan.values() for arrival in found}
        self.colleagues = Colleagues(company, by_mail, self.chance)

    def play(self, *, tell: Callable[[datetime], None]) -> None:
        """The whole year; `tell` hears of each moment. At its end open work remains, as in any office."""
        with closing(self.visitors.hits):
            for moment in self.moments:
                tell(moment)
                with clock_at(moment):
                    self._happen(moment)
        walk_until_done(now=self.last, limit=1000)
        self._spend()

    def _happen(self, moment: datetime) -> None:
        due = self.plan.get(moment, [])
        self.visitors.browse(due, anonymous_visits(moment, self.chance))
        for arrival in due:
            self.visitors.enquire(arrival)
        walk_until_done(now=moment, limit=1000)
        self.visitors.read_mails(now=moment)
        if next_opening(moment, business_calendar()) == moment:
            self.colleagues.work(now=moment, is_last_day=self.last - moment < timedelta(hours=20))

    def _spend(self) -> None:
        """What the campaigns cost, month by month."""
        month = self.first.date().replace(day=1)
        while month <= self.last.date():
            for source in SOURCES:
                if source.cost:
                    self._record(month, source.source, source.campaign, source.cost)
            month = (month + timedelta(days=32)).replace(day=1)

    def _record(self, month: date, source: str, campaign: str, cost: int) -> None:
        more = self.chance.randint(-15, 15) * cost // 100
        record_spend(
            month=month,
            source=source,
            campaign=campaign,
            amount=Decimal(cost + more),
            by=self.company.people["anna"],
            now=self.last,
        )
