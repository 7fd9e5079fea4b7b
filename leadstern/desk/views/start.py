"""The first page after signing in, by role: sales goes to its queue, the others see where the leads are."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from leadstern.accounts.access import person, requires
from leadstern.accounts.models import User
from leadstern.accounts.terms import Right, Role
from leadstern.capture.models import Submission
from leadstern.capture.terms import SubmissionState
from leadstern.core.counting import Count, capped_count
from leadstern.core.time import now
from leadstern.desk.headlines import headlines, hints
from leadstern.desk.queries import at_stage, with_task
from leadstern.leads.queries import live_leads
from leadstern.qualification.queries import stage_labels
from leadstern.qualification.terms import Stage

SALES = {Role.INSIDE_SALES, Role.FIELD_SALES}
DAYS = 7


@dataclass(frozen=True)
class Figure:
    """A number with its words and the page that shows what is behind it."""

    count: Count
    words: Any
    url: str = ""
    is_late: bool = False


@requires(Right.SIGNED_IN)
def start(request: HttpRequest) -> HttpResponse:
    user = person(request)
    if user.roles() & SALES and Role.HEAD not in user.roles():
        return redirect("desk:today")
    context = {"is_empty": not live_leads().exists(), **_figures(user)} if user.has_right(Right.SEE_LEADS) else {}
    return render(request, "desk/start.html", context)


def _figures(user: User) -> dict[str, Any]:
    moment = now()
    return {
        "hints": hints(user),
        "headlines": headlines(user, now=moment),
        "arrivals": _arrivals(user, since=moment - timedelta(days=DAYS)),
        "stages": _stages(user),
        "care": _care(late_at=moment),
    }


def _arrivals(user: User, *, since: datetime) -> list[Figure]:
    """What came in during the last seven days, and what became of it."""
    recent = Submission.objects.filter(received_at__gte=since)
    inbox = reverse("capture:submissions") if user.has_right(Right.SEE_ALL_LEADS) else ""
    states = (
        (SubmissionState.TAKEN, _("became a lead or joined one")),
        (SubmissionState.WAITING, _("wait to be taken")),
        (SubmissionState.INVALID, _("the person was asked to correct")),
        (SubmissionState.HELD, _("await proof of a human")),
        (SubmissionState.PARKED, _("parked: a person has to look")),
        (SubmissionState.SPAM, _("spam")),
    )
    return [
        Figure(
            capped_count(recent.filter(state=state)),
            words,
            inbox and f"{inbox}?{urlencode({'state': state, 'days': DAYS})}",
        )
        for state, words in states
    ]


def _stages(user: User) -> list[Figure]:
    """Where the leads are now."""
    return [
        Figure(capped_count(at_stage(stage)), label, _leads(stage=stage.value))
        for stage, label in stage_labels(user.language).items()
    ]


def _care(*, late_at: datetime) -> list[Figure]:
    """Who looks after what: leads with open tasks, with tasks over time, and MQLs that nobody owns."""
    late = capped_count(with_task(late_at=late_at))
    alone = capped_count(at_stage(Stage.MARKETING_QUALIFIED, without_owner=True))
    return [
        Figure(capped_count(with_task()), _("leads with an open task"), _leads(task="open")),
        Figure(late, _("of them over time"), _leads(task="late"), is_late=bool(late)),
        Figure(
            alone,
            _("MQLs without an owner"),
            _leads(stage=Stage.MARKETING_QUALIFIED.value, owner="none"),
            is_late=bool(alone),
        ),
    ]


def _leads(**wanted: str) -> str:
    """The list of leads, narrowed to what a figure counts."""
    return f"{reverse('desk:leads')}?{urlencode(wanted)}"
