"""The demo's colleagues: inside sales calls, field sales accepts and sells, by the same actions as the pages use.

Enters: the tasks that are due. Leaves: calls, answers, outcomes, sales. Called by `history.py`.
"""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from leadstern.accounts.models import User
from leadstern.core.calendar import business_calendar
from leadstern.demo.company import Company
from leadstern.demo.plan import Arrival
from leadstern.leads.models import Identity
from leadstern.leads.terms import IdentityKind
from leadstern.sales.actions import (
    accept_lead,
    change_opportunity,
    disqualify_lead,
    lose_opportunity,
    qualify_lead,
    record_answers,
    record_call,
    recycle_lead,
    reject_lead,
    snooze_task,
    win_opportunity,
)
from leadstern.sales.logic import AnswerInput, next_attempts
from leadstern.sales.models import Task
from leadstern.sales.queries import attempts_since_reached, open_opportunity
from leadstern.sales.terms import (
    AnswerState,
    CallResult,
    DisqualifyReason,
    LossReason,
    Question,
    RecycleReason,
    RejectReason,
    TaskKind,
)

SORTED_OUT = {
    "student": DisqualifyReason.STUDENT,
    "applicant": DisqualifyReason.APPLICANT,
    "competitor": DisqualifyReason.COMPETITOR,
    "far": DisqualifyReason.OUTSIDE_REGION,
}
WORDS = {
    Question.NEED: "Anlage für das eigene Dach, Zeichnung liegt vor",
    Question.BUDGET: "Rahmen ist besprochen, Bank hat zugesagt",
    Question.AUTHORITY: "entscheidet selbst",
    Question.TIMING: "Montage im nächsten Quartal",
}
VALUES = {"Photovoltaik": 21_000, "Wärmepumpe": 28_500, "Photovoltaik und Wärmepumpe": 46_000}


class Colleagues:
    """Inside and field sales. `plan` tells what each person on the phone is like."""

    def __init__(self, company: Company, plan: Mapping[str, Arrival], chance: random.Random) -> None:
        self.company, self.plan, self.chance = company, plan, chance

    def work(self, *, now: datetime, is_last_day: bool) -> None:
        """Everybody does what is due; on the last day only part of it, so that the queue shows something."""
        for key in ("ben", "lina", "carla", "jonas"):
            user = self.company.people[key]
            tasks = list(self._due(user, now=now))
            for task in tasks[: len(tasks) // 3] if is_last_day else tasks:
                self._do(task, user, now=now)

    def _due(self, user: User, *, now: datetime) -> list[Task]:
        open_ones = Task.objects.filter(owner=user, done_at__isnull=True, due_at__lte=now + timedelta(hours=5))
        return list(open_ones.select_related("lead").order_by("due_at", "id"))

    def _do(self, task: Task, user: User, *, now: datetime) -> None:
        arrival = self._who(task)
        if arrival is None or not Task.objects.filter(pk=task.pk, done_at__isnull=True).exists():
            return
        if task.kind == TaskKind.HAND_OVER:
            self._decide(task, user, now=now)
        elif task.kind == TaskKind.FOLLOW_UP and open_opportunity(task.lead_id):
            self._follow_up(task, arrival, user, now=now)
        elif task.kind != TaskKind.REPAIR:
            self._call(task, arrival, user, now=now)

    def _who(self, task: Task) -> Arrival | None:
        mails = Identity.objects.filter(lead_id=task.lead_id, kind=IdentityKind.EMAIL).order_by("id")
        return next((self.plan[mail] for mail in mails.values_list("value", flat=True) if mail in self.plan), None)

    def _call(self, task: Task, arrival: Arrival, user: User, *, now: datetime) -> None:
        if self.chance.random() < 0.3:
            self._miss(task, user, now=now)
            return
        if reason := SORTED_OUT.get(arrival.person.kind):
            record_call(task.lead, result=CallResult.REACHED, by=user, now=now)
            disqualify_lead(task.lead, reason=reason, by=user, now=now)
            return
        self._talk(task, arrival, user, now=now)

    def _miss(self, task: Task, user: User, *, now: datetime) -> None:
        attempts = attempts_since_reached(task.lead_id) + 1
        again_at = next_attempts(attempts, now=now, calendar=business_calendar())[0]
        record_call(task.lead, result=CallResult.NOT_REACHED, by=user, now=now, again_at=again_at)
        if attempts >= 5:
            self._recycle(task, RecycleReason.NOT_REACHED, user, now=now)

    def _talk(self, task: Task, arrival: Arrival, user: User, *, now: datetime) -> None:
        mood = arrival.drive + self.chance.gauss(0, 0.12)
        if mood > 0.52:
            record_call(task.lead, result=CallResult.REACHED, by=user, now=now, note="Gespräch geführt")
            self._answer(task, arrival, list(Question), user, now=now)
            qualify_lead(task.lead, by=user, now=now)
        elif mood > 0.42:
            again_at = next_attempts(3, now=now, calendar=business_calendar())[0]
            record_call(
                task.lead, result=CallResult.REACHED, by=user, now=now, again_at=again_at, note="Klärt das Budget"
            )
            self._answer(task, arrival, [Question.NEED, Question.TIMING], user, now=now)
        elif mood > 0.25:
            record_call(task.lead, result=CallResult.REACHED, by=user, now=now)
            self._recycle(task, self.chance.choice([RecycleReason.LATER, RecycleReason.STILL_INFORMING]), user, now=now)
        else:
            record_call(task.lead, result=CallResult.REACHED, by=user, now=now)
            disqualify_lead(task.lead, reason=DisqualifyReason.NO_NEED, by=user, now=now)

    def _answer(self, task: Task, arrival: Arrival, about: list[Question], user: User, *, now: datetime) -> None:
        answers = {question: AnswerInput(AnswerState.YES, WORDS[question]) for question in about}
        said_by = f"{arrival.person.first_name} {arrival.person.last_name}"
        record_answers(task.lead, answers, said_by=said_by, by=user, now=now)

    def _recycle(self, task: Task, reason: RecycleReason, user: User, *, now: datetime) -> None:
        return_at = now + timedelta(days=self.chance.randint(30, 120))
        recycle_lead(task.lead, reason=reason, return_at=return_at, by=user, now=now)

    def _decide(self, task: Task, user: User, *, now: datetime) -> None:
        if self.chance.random() < 0.1:
            reject_lead(task.lead, reason=RejectReason.MISSING_INFORMATION, by=user, now=now, note="Heizlast fehlt")
            return
        opportunity = accept_lead(task.lead, by=user, now=now)
        value = VALUES.get(task.lead.interest, 24_000) * self.chance.randint(80, 140) // 100
        expected = (now + timedelta(days=45)).date()
        change_opportunity(
            opportunity, value=Decimal(value), next_step="Vor-Ort-Termin", expected_at=expected, by=user, now=now
        )

    def _follow_up(self, task: Task, arrival: Arrival, user: User, *, now: datetime) -> None:
        opportunity = open_opportunity(task.lead_id)
        if opportunity is None:
            return
        if now - opportunity.opened_at < timedelta(days=10 + self.chance.randint(0, 40)):
            snooze_task(task, until=now + timedelta(days=self.chance.randint(4, 12)), by=user, now=now)
        elif self.chance.random() < 0.2 + arrival.drive / 2:
            win_opportunity(opportunity, value=opportunity.value, by=user, now=now)
        else:
            reason = self.chance.choice(list(LossReason))
            lose_opportunity(opportunity, reason=reason, note="", by=user, now=now)
