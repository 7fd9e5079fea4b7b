"""The page of expenses, and the way from a submission to its lead. The page of a lead combines stages: see `desk`."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leadstern.accounts.access import person, requires
from leadstern.accounts.terms import Right
from leadstern.core.errors import Invalid
from leadstern.core.mistakes import mark
from leadstern.core.tables import slice_by_key
from leadstern.core.time import now
from leadstern.leads.actions import delete_spend, record_spend
from leadstern.leads.forms import SpendForm
from leadstern.leads.models import Activity, Spend
from leadstern.leads.queries import pairs_of_leads, spends

ORDER = ("-month", "source", "campaign", "id")


@requires(Right.RECORD_SPEND)
def spend_list(request: HttpRequest) -> HttpResponse:
    """Records an amount and lists what was recorded, newest month first."""
    form = SpendForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _record(request, form):
        return redirect("leads:spend")
    page = slice_by_key(spends(), order=ORDER, cursor=request.GET.get("cursor", ""))
    pairs = pairs_of_leads({spend.source for spend in page.rows})
    lonely = {spend.pk for spend in page.rows if (spend.source, spend.campaign) not in pairs}
    context: dict[str, Any] = {"form": form, "slice": page, "lonely": lonely}
    return render(request, "leads/spend.html", context, status=422 if form.is_bound else 200)


def _record(request: HttpRequest, form: SpendForm) -> bool:
    try:
        record_spend(**form.cleaned_data, by=person(request), now=now())
    except Invalid as error:
        mark(form, error)
        return False
    messages.success(request, _("The amount is recorded."))
    return True


@require_POST
@requires(Right.RECORD_SPEND)
def remove_spend(request: HttpRequest, spend_id: int) -> HttpResponse:
    delete_spend(get_object_or_404(Spend, pk=spend_id), by=person(request), now=now())
    messages.success(request, _("The amount is taken away."))
    return redirect("leads:spend")


@requires(Right.SEE_LEADS)
def for_submission(request: HttpRequest, submission_id: int) -> HttpResponse:
    """Leads on to the lead a submission became; 404 as long as it has not been taken."""
    activity = Activity.objects.filter(key=f"submission:{submission_id}").first()
    if activity is None:
        raise Http404
    return redirect("desk:lead", activity.lead_id)
