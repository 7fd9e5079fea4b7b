"""Pages for sales under way: board, list, one sale with its next step and its end."""

from collections.abc import Mapping
from datetime import date

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leadstern.accounts.access import person, requires
from leadstern.accounts.models import User
from leadstern.accounts.terms import Right
from leadstern.core.errors import Invalid, Refused
from leadstern.core.mistakes import mark
from leadstern.core.time import now
from leadstern.sales import actions
from leadstern.sales.access import opportunity_for
from leadstern.sales.forms import LoseForm, OpportunityForm, WinForm
from leadstern.sales.models import Opportunity, Outcome
from leadstern.sales.queries import OpportunityFilter, board, decision_about, opportunity_page, visible_opportunities


@requires(Right.SELL)
def opportunities(request: HttpRequest) -> HttpResponse:
    """The board: open, won, lost, with number and value of each; with `?state=` all of one state in slices."""
    wanted = _filter(request)
    if wanted is not None:
        return _list(request, wanted)
    found = board(visible_opportunities(person(request)), now=now())
    return render(request, "sales/opportunities.html", {"board": found})


def _filter(request: HttpRequest) -> OpportunityFilter | None:
    """What the address asks for; None: the board."""
    state, since = request.GET.get("state", ""), request.GET.get("since", "")
    if state not in Opportunity.State.values:
        return None
    try:
        day = date.fromisoformat(since) if since else None
    except ValueError:
        day = None
    return OpportunityFilter(Opportunity.State(state), is_own=request.GET.get("owner") == "me", since=day)


def _list(request: HttpRequest, wanted: OpportunityFilter) -> HttpResponse:
    user = person(request)
    page = opportunity_page(user, wanted, cursor=request.GET.get("cursor", ""), now=now())
    context = {"page": page, "slice": page.slice, "wanted": wanted, "states": list(Opportunity.State)}
    return render(request, "sales/opportunity_list.html", context)


@requires(Right.SELL)
def opportunity(request: HttpRequest, opportunity_id: int) -> HttpResponse:
    """One sale."""
    return _show(request, opportunity_for(person(request), opportunity_id))


@requires(Right.SELL)
def opportunity_of(request: HttpRequest, lead_id: int) -> HttpResponse:
    """The newest sale with a lead."""
    found = visible_opportunities(person(request)).filter(lead_id=lead_id).order_by("-id").first()
    if found is None:
        raise Http404
    return redirect("sales:opportunity", found.pk)


def _show(
    request: HttpRequest,
    found: Opportunity,
    *,
    mistaken: Mapping[str, BaseForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    known = {"value": found.value, "next_step": found.next_step, "expected_at": found.expected_at}
    forms: dict[str, BaseForm] = {
        "change": OpportunityForm(initial=known, auto_id="change_%s"),
        "win": WinForm(initial={"value": found.value}, auto_id="win_%s"),
        "lose": LoseForm(auto_id="lose_%s"),
    }
    context = {
        "opportunity": found,
        "forms": forms | dict(mistaken or {}),
        "mistaken": next(iter(mistaken or {}), ""),
        "decision": _closing(found, user=person(request)),
    }
    return render(request, "sales/opportunity.html", context, status=status)


def _closing(found: Opportunity, *, user: User) -> Outcome | None:
    """The decision that closed the sale, when the person can take it back."""
    if found.state == Opportunity.State.OPEN:
        return None
    decision = decision_about(found.lead_id, user=user, now=now())
    return decision if decision is not None and decision.opportunity_id == found.pk else None


@requires(Right.SELL)
@require_POST
def opportunity_change(request: HttpRequest, opportunity_id: int) -> HttpResponse:
    """Value, next step, expected day."""
    found = opportunity_for(person(request), opportunity_id)
    form = OpportunityForm(request.POST, auto_id="change_%s")
    if not form.is_valid():
        return _show(request, found, mistaken={"change": form}, status=422)
    try:
        actions.change_opportunity(found, by=person(request), now=now(), **form.cleaned_data)
        messages.success(request, _("Saved."))
    except Invalid as error:
        mark(form, error)
        return _show(request, found, mistaken={"change": form}, status=422)
    except Refused as error:
        messages.error(request, str(error))
    return redirect("sales:opportunity", found.pk)


@requires(Right.SELL)
@require_POST
def opportunity_win(request: HttpRequest, opportunity_id: int) -> HttpResponse:
    """Won."""
    found = opportunity_for(person(request), opportunity_id)
    form = WinForm(request.POST, auto_id="win_%s")
    if not form.is_valid():
        return _show(request, found, mistaken={"win": form}, status=422)
    try:
        actions.win_opportunity(found, value=form.cleaned_data["value"], by=person(request), now=now())
        messages.success(request, _("Won. Congratulations."))
    except Refused as error:
        messages.error(request, str(error))
    return redirect("sales:opportunity", found.pk)


@requires(Right.SELL)
@require_POST
def opportunity_lose(request: HttpRequest, opportunity_id: int) -> HttpResponse:
    """Lost, with the reason."""
    found = opportunity_for(person(request), opportunity_id)
    form = LoseForm(request.POST, auto_id="lose_%s")
    if not form.is_valid():
        return _show(request, found, mistaken={"lose": form}, status=422)
    try:
        actions.lose_opportunity(found, by=person(request), now=now(), **form.cleaned_data)
        messages.success(request, _("Noted as lost."))
    except (Refused, Invalid) as error:
        messages.error(request, str(error))
    return redirect("sales:opportunity", found.pk)
