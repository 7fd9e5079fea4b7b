"""The first page after signing in, by role: sales goes to its queue, the others see where the leads are."""

from dataclasses import dataclass
from datetime import timedelta
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
from leadstern.leads.queries import live_leads
from leadstern.qualification.models import Verdict
from leadstern.qualification.queries import stage_labels
from leadstern.routing.models import Assignment
from leadstern.sales.models import Task

SALES = {Role.INSIDE_SALES, Role.FIELD_SALES}
WEEK = timedelta(days=7)


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
    return {"arrivals": _arrivals(user), "stages": _stages(user), "care": _care()}


def _arrivals(user: User) -> list[Figure]:
    """What came in during the last seven days, and what became of it."""
    since = Submission.objects.filter(received_at__gte=now() - WEEK)
    inbox = reverse("capture:submissions") if user.has_right(Right.SEE_ALL_LEADS) else ""
    states = (
        (SubmissionState.TAKEN, _("became a lead or joined one")),
        (SubmissionState.WAITING, _("wait to be taken")),
        (SubmissionState.HELD, _("await proof of a human")),
        (SubmissionState.PARKED, _("parked: a person has to look")),
        (SubmissionState.SPAM, _("spam")),
    )
    return [
        Figure(capped_count(since.filter(state=state)), words, inbox and f"{inbox}?{urlencode({'state': state})}")
        for state, words in states
    ]


def _stages(user: User) -> list[Figure]:
    """Where the leads are now."""
    leads = reverse("desk:leads")
    return [
        Figure(
            capped_count(Verdict.objects.filter(is_current=True, stage=stage)),
            label,
            f"{leads}?{urlencode({'stage': stage.value})}",
        )
        for stage, label in stage_labels(user.language).items()
    ]


def _care() -> list[Figure]:
    """Who looks after what: open tasks, those over time, and MQLs that nobody owns."""
    late = Task.objects.filter(done_at__isnull=True, due_at__lt=now())
    owned = Assignment.objects.filter(ended_at__isnull=True)
    alone = Verdict.objects.filter(is_current=True, stage="marketing_qualified").exclude(
        lead_id__in=owned.values("lead_id")
    )
    return [
        Figure(capped_count(Task.objects.filter(done_at__isnull=True)), _("open tasks")),
        Figure(capped_count(late), _("of them over time"), is_late=late.exists()),
        Figure(capped_count(alone), _("MQLs without an owner"), is_late=alone.exists()),
    ]
