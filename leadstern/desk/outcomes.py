"""What people do on the page "Today": every button is a POST that writes once, then the next lead follows.

Enters: small forms. Leaves: a redirect, or the page again with what has to be corrected.
"""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.forms import BaseForm, Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leadstern.accounts.access import person, requires
from leadstern.accounts.models import User
from leadstern.accounts.terms import Right
from leadstern.core.errors import Invalid, Refused
from leadstern.core.mistakes import mark
from leadstern.core.time import now as this_moment
from leadstern.desk.outcome_forms import next_proposals
from leadstern.desk.today import show
from leadstern.leads.models import Lead
from leadstern.qualification.queries import stage_labels
from leadstern.qualification.terms import Stage
from leadstern.routing.access import lead_for
from leadstern.sales import actions
from leadstern.sales.forms import (
    AnswersForm,
    DisqualifyForm,
    NotReachedForm,
    ReachedForm,
    RecycleForm,
    RejectForm,
    SnoozeForm,
)
from leadstern.sales.models import Outcome
from leadstern.sales.queries import guide, open_task
from leadstern.sales.terms import CallResult, DisqualifyReason

Do = Callable[[Lead, dict[str, Any], User, datetime], object]


def _answer(request: HttpRequest, lead_id: int, name: str, form: BaseForm, do: Do, *, done: str) -> HttpResponse:
    """Checks, does, and goes on with the next lead; mistakes open the form again."""
    user = person(request)
    lead = lead_for(user, lead_id)
    if not form.is_valid():
        return show(request, lead_id=lead.pk, mistaken={name: form}, status=422)
    try:
        do(lead, form.cleaned_data, user, this_moment())
    except Invalid as error:
        mark(form, error)
        return show(request, lead_id=lead.pk, mistaken={name: form}, status=422)
    except Refused as error:
        messages.error(request, str(error))
        return _onward(request, lead.pk)
    messages.success(request, done % {"lead": lead})
    return _onward(request, None)


def _onward(request: HttpRequest, stay: int | None) -> HttpResponseRedirect:
    """Back to where the button stood when that is ours, else to the next lead of the queue (or to `stay`)."""
    back = request.POST.get("back", "")
    if back and url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return HttpResponseRedirect(back)
    following = str(stay) if stay is not None else request.POST.get("next", "")
    query = f"?lead={following}" if following.isascii() and following.isdigit() else ""
    return HttpResponseRedirect(reverse("desk:today") + query)


@requires(Right.WORK_QUEUE)
@require_POST
def reached(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Somebody answered. With a time to call again the next lead follows, without one this lead stays."""

    def do(lead: Lead, data: dict[str, Any], by: User, now: datetime) -> object:
        return actions.record_call(
            lead,
            result=CallResult.REACHED,
            note=data["note"],
            again_at=data["again_at"],
            key=data["key"],
            by=by,
            now=now,
        )

    form = ReachedForm(request.POST, auto_id="reached_%s")
    answer = _answer(request, lead_id, "reached", form, do, done=_("Noted: %(lead)s was reached."))
    is_done = isinstance(answer, HttpResponseRedirect) and form.is_valid()
    if is_done and not form.cleaned_data["again_at"] and not request.POST.get("back"):
        return _onward(request, lead_id)
    return answer


@requires(Right.WORK_QUEUE)
@require_POST
def not_reached(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Nobody answered: a callback is planned."""

    def do(lead: Lead, data: dict[str, Any], by: User, now: datetime) -> object:
        return actions.record_call(
            lead,
            result=CallResult.NOT_REACHED,
            note=data["note"],
            again_at=data["again_at"],
            key=data["key"],
            by=by,
            now=now,
        )

    proposals = next_proposals(lead_id, now=this_moment())
    form = NotReachedForm(request.POST, auto_id="not_reached_%s", proposals=proposals)
    return _answer(request, lead_id, "not_reached", form, do, done=_("Noted: %(lead)s was not reached."))


@requires(Right.WORK_QUEUE)
@require_POST
def later(request: HttpRequest, lead_id: int) -> HttpResponse:
    """The person's task with this lead is put off."""

    def do(lead: Lead, data: dict[str, Any], by: User, now: datetime) -> object:
        task = open_task(lead.pk, user=by)
        if task is None:
            raise Refused(_("There is nothing to do with this lead any more."))
        return actions.snooze_task(task, until=data["until"], by=by, now=now)

    form = SnoozeForm(request.POST, auto_id="later_%s")
    return _answer(request, lead_id, "later", form, do, done=_("%(lead)s comes again at the time you chose."))


@requires(Right.QUALIFY)
@require_POST
def answers(request: HttpRequest, lead_id: int) -> HttpResponse:
    """What was said to the four questions; with the button "qualify" the lead becomes an SQL at once."""
    lead = lead_for(person(request), lead_id)
    form = AnswersForm(request.POST, auto_id="answers_%s", guide=guide(lead.pk))

    def do(lead: Lead, data: dict[str, Any], by: User, now: datetime) -> object:
        actions.record_answers(lead, form.answers(), said_by=data["said_by"], by=by, now=now)
        return actions.qualify_lead(lead, by=by, now=now) if is_qualifying else None

    is_qualifying = "qualify" in request.POST
    done = _("%(lead)s is qualified and goes to field sales.") if is_qualifying else _("Answers saved.")
    answer = _answer(request, lead_id, "answers", form, do, done=done)
    is_staying = isinstance(answer, HttpResponseRedirect) and not is_qualifying and not request.POST.get("back")
    return _onward(request, lead_id) if is_staying else answer


@requires(Right.QUALIFY)
@require_POST
def recycle(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Back to nurturing until a day."""

    def do(lead: Lead, data: dict[str, Any], by: User, now: datetime) -> object:
        morning = timezone.make_aware(datetime.combine(data["return_at"], time(6)))
        return actions.recycle_lead(lead, reason=data["reason"], return_at=morning, note=data["note"], by=by, now=now)

    form = RecycleForm(request.POST, auto_id="recycle_%s")
    return _answer(request, lead_id, "recycle", form, do, done=_("%(lead)s is back in nurturing."))


@requires(Right.QUALIFY)
@require_POST
def disqualify(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Sorted out."""

    def do(lead: Lead, data: dict[str, Any], by: User, now: datetime) -> object:
        return actions.disqualify_lead(lead, reason=data["reason"], note=data["note"], by=by, now=now)

    form = DisqualifyForm(request.POST, auto_id="disqualify_%s")
    return _answer(request, lead_id, "disqualify", form, do, done=_("%(lead)s is sorted out."))


@requires(Right.SELL)
@require_POST
def accept(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Field sales takes the lead; it stays chosen with its first step."""

    def do(lead: Lead, data: dict[str, Any], by: User, now: datetime) -> object:
        return actions.accept_lead(lead, by=by, now=now)

    answer = _answer(request, lead_id, "accept", Form(request.POST), do, done=_("%(lead)s is yours."))
    return answer if request.POST.get("back") else _onward(request, lead_id)


@requires(Right.SELL)
@require_POST
def give_back(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Field sales returns the lead to inside sales."""

    def do(lead: Lead, data: dict[str, Any], by: User, now: datetime) -> object:
        return actions.reject_lead(lead, reason=data["reason"], note=data["note"], by=by, now=now)

    form = RejectForm(request.POST, auto_id="return_%s")
    return _answer(request, lead_id, "return", form, do, done=_("%(lead)s goes back to inside sales."))


@requires(Right.WORK_QUEUE)
@require_POST
def take_back(request: HttpRequest, lead_id: int) -> HttpResponse:
    """The decision named in `decision` was a mistake; the lead is chosen again. A second click is told."""
    user = person(request)
    lead = lead_for(user, lead_id)
    given = request.POST.get("decision", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
    outcome = get_object_or_404(Outcome, pk=number, lead=lead)
    try:
        correction = actions.take_back(outcome, by=user, now=this_moment())
    except Refused as error:
        messages.error(request, str(error))
        return _onward(request, lead.pk)
    label = stage_labels(user.language)[Stage(correction.stage)]
    messages.success(request, _("Taken back: %(lead)s – %(stage)s.") % {"lead": lead, "stage": label})
    if outcome.reason == DisqualifyReason.NO_CONTACT_WISHED:
        messages.warning(request, _("Withdrawn consents stay withdrawn: only the person can give them again."))
    return _onward(request, lead.pk)
