"""Answers to requests of persons: all we know as a page and as JSON, and erasure."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from leadstern.accounts.access import person, requires
from leadstern.accounts.terms import Right
from leadstern.audit.actions import record
from leadstern.core.errors import Refused
from leadstern.core.time import now
from leadstern.leads.models import Lead
from leadstern.outbox.queries import default_sender
from leadstern.privacy.actions import erase_person
from leadstern.privacy.queries import collected, in_words


@require_GET
@requires(Right.ANSWER_PRIVACY)
def show(request: HttpRequest, lead_id: int) -> HttpResponse:
    """To be read and printed; `?all` unfolds the long lists, which paper needs."""
    lead = get_object_or_404(Lead, pk=lead_id)
    context = {
        "lead": lead,
        "parts": in_words(lead.pk),
        "sender": default_sender(),
        "at": now(),
        "is_unfolded": "all" in request.GET,
    }
    return render(request, "privacy/person.html", context)


@require_GET
@requires(Right.ANSWER_PRIVACY)
def export(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Machine-readable (GDPR Art. 20)."""
    lead = get_object_or_404(Lead, pk=lead_id)
    record("person.exported", lead, by=person(request), now=now())
    response = JsonResponse(collected(lead.pk), json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="person-{lead.pk}.json"'
    return response


@require_http_methods(["POST"])
@requires(Right.ANSWER_PRIVACY)
def erase(request: HttpRequest, lead_id: int) -> HttpResponse:
    lead = get_object_or_404(Lead, pk=lead_id, erased_at__isnull=True)
    try:
        erase_person(lead, by=person(request), now=now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("privacy:person", lead.pk)
    messages.success(request, _("The person has been erased. Figures in reports stay as they were."))
    return redirect("desk:leads")
