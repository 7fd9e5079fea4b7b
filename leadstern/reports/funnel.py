"""Where do we lose leads? From visit to customer, for the persons captured in a period (a cohort).

Enters: period. Leaves: a `Funnel`. Called by its page, the drill-down and the command line.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, QuerySet, Value, When

from leadstern.capture.models import Submission
from leadstern.capture.terms import Reason, SubmissionState
from leadstern.leads.models import Lead
from leadstern.qualification.terms import Stage
from leadstern.reports.logic import share
from leadstern.reports.persons import has_reached, persons, within
from leadstern.reports.terms import Period, Share
from leadstern.visitors.models import Hit

PATH = (Stage.MARKETING_QUALIFIED, Stage.PHONE_QUALIFIED, Stage.SALES_ACCEPTED, Stage.WON)
LEADS, VISITS = "captured", "visits"


@dataclass(frozen=True)
class Step:
    """One step of the path. `of_previous` and `of_leads` are None where they would compare visits with persons."""

    key: str
    n: int
    of_previous: Share | None
    of_leads: Share | None


@dataclass(frozen=True)
class Excluded:
    """What is not in the funnel, counted: bots' visits, joined duplicates, and submissions that became nobody."""

    bots: int
    merged: int
    spam: int
    tests: int
    parked: int
    unfinished: int


@dataclass(frozen=True)
class Funnel:
    """`submissions`: how many enquiries the persons of the period sent in it; a person may send several."""

    period: Period
    steps: tuple[Step, ...]
    submissions: int
    excluded: Excluded

    def as_json(self) -> dict[str, Any]:
        """Rows in path order; `rate` is the share of the step before, `of_leads` that of all leads."""
        rows = [{"key": step.key, **_numbers(step)} for step in self.steps]
        leads, won = self.steps[1], self.steps[-1]
        whole = share(leads.n, won.n)
        total = {"n": whole.n, "won": whole.won, "rate": whole.rate, "low": whole.low, "high": whole.high}
        return {
            "total": total,
            "rows": rows,
            "notes": {"submissions": self.submissions, "excluded": vars(self.excluded)},
        }


def funnel(*, period: Period) -> Funnel:
    """Four queries. A lead that stands in a later stage has passed the earlier ones, so that no step grows again."""
    counted = cohort(period).aggregate(n=Count("pk"), **{f"n_{stage}": _number(stage) for stage in PATH})
    people, bots = visits(period)
    steps = [Step(VISITS, people, None, None), Step(LEADS, counted["n"], None, None)]
    for stage in PATH:
        n = counted[f"n_{stage}"]
        steps.append(Step(stage.value, n, share(steps[-1].n, n), share(counted["n"], n)))
    submissions, excluded = _left_out(period, bots)
    return Funnel(period, tuple(steps), submissions, excluded)


def cohort(period: Period) -> QuerySet[Lead]:
    """The persons captured in the period, each step marked as `reached_<stage>`."""
    reached = {f"reached_{stage}": has_reached(*PATH[place:]) for place, stage in enumerate(PATH)}
    return within(persons(), "captured_at", period).annotate(**reached)


def visits(period: Period) -> tuple[int, int]:
    """Visits of people, and of bots."""
    entries = within(Hit.objects.filter(is_entry=True), "at", period)
    counted = entries.aggregate(all=Count("pk"), people=Count(Case(When(bot="", then=Value(1)))))
    return counted["people"], counted["all"] - counted["people"]


def _number(stage: Stage) -> Count:
    return Count(Case(When(**{f"reached_{stage}": True}, then=Value(1))))


def _left_out(period: Period, bots: int) -> tuple[int, Excluded]:
    kind = Case(When(state_reason=Reason.TEST, then=Value("test")), default="state")
    sent = within(Submission.objects.all(), "captured_at", period).annotate(kind=kind)
    counted = dict(sent.values_list("kind").annotate(number=Count("pk")).order_by())
    merged = within(Lead.objects.filter(merged_into__isnull=False), "captured_at", period).count()
    waiting = (SubmissionState.RECEIVED, SubmissionState.INVALID, SubmissionState.HELD, SubmissionState.WAITING)
    excluded = Excluded(
        bots,
        merged,
        counted.get(SubmissionState.SPAM, 0),
        counted.get("test", 0),
        counted.get(SubmissionState.PARKED, 0),
        sum(counted.get(state, 0) for state in waiting),
    )
    return counted.get(SubmissionState.TAKEN, 0), excluded


def _numbers(step: Step) -> dict[str, Any]:
    previous, of_leads = step.of_previous, step.of_leads
    return {
        "n": step.n,
        "rate": previous.rate if previous else None,
        "low": previous.low if previous else None,
        "high": previous.high if previous else None,
        "of_leads": of_leads.rate if of_leads else None,
    }
