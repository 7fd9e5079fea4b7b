"""One lead on one page: who it is, what happened, what it is worth, what comes next; and what people change there."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leadstern.accounts.access import person, requires
from leadstern.accounts.terms import Right
from leadstern.core.errors import Invalid, Refused
from leadstern.core.time import now
from leadstern.desk.forms import NoteForm
from leadstern.desk.lead_page import lead_page
from leadstern.leads.actions import (
    add_activity,
    add_contact_point,
    change_lead,
    correct_contact_point,
    remove_contact_point,
)
from leadstern.leads.forms import ContactPointForm, LeadForm
from leadstern.leads.models import Identity
from leadstern.leads.terms import ActivityKind, IdentityKind
from leadstern.routing.access import lead_for
from leadstern.routing.forms import AssignForm

GROUPS = {
    "people": (ActivityKind.CALL, ActivityKind.NOTE, ActivityKind.SUBMISSION, ActivityKind.ENTERED),
    "web": (ActivityKind.PAGE, ActivityKind.CLICK, ActivityKind.REQUEST, ActivityKind.DOWNLOAD),
    "mail": (ActivityKind.MAIL_SENT, ActivityKind.MAIL_CLICK, ActivityKind.MAIL_BOUNCE, ActivityKind.UNSUBSCRIBED),
    "stages": (ActivityKind.STAGE, ActivityKind.OWNER, ActivityKind.CONSENT, ActivityKind.IMPORTED),
}
CHANGES = "changes"


@requires(Right.SEE_LEADS)
def lead(request: HttpRequest, lead_id: int) -> HttpResponse:
    user = person(request)
    found = lead_for(user, lead_id)
    if found.pk != lead_id:
        return redirect("desk:lead", found.pk, permanent=True)
    shown = request.GET.get("show", "")
    kinds = GROUPS.get(shown, ())
    before, is_changes = request.GET.get("before", ""), shown == CHANGES
    page = lead_page(found, user=user, kinds=kinds, before=before, now=now(), is_changes=is_changes)
    may_edit = user.has_right(Right.EDIT_LEADS)
    context = {
        "page": page,
        "lead": found,
        "shown": shown if is_changes or shown in GROUPS else "",
        "may_edit": may_edit,
        "may_work": user.has_right(Right.WORK_QUEUE) and any(task.owner_id == user.pk for task in page.tasks),
        "may_answer_privacy": user.has_right(Right.ANSWER_PRIVACY),
        "assign_form": AssignForm() if user.has_right(Right.ASSIGN) else None,
        "note_form": NoteForm() if may_edit else None,
        "point_form": ContactPointForm() if may_edit else None,
    }
    return render(request, "desk/lead.html", context)


@requires(Right.EDIT_LEADS)
def edit(request: HttpRequest, lead_id: int) -> HttpResponse:
    user = person(request)
    found = lead_for(user, lead_id)
    form = LeadForm(request.POST if request.method == "POST" else None, lead=found)
    if request.method == "POST" and form.is_valid():
        changed = change_lead(found, changes=form.changes(), by=user, now=now())
        messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
        return redirect("desk:lead", found.pk)
    return render(request, "desk/lead_edit.html", {"form": form, "lead": found}, status=422 if form.is_bound else 200)


@require_POST
@requires(Right.EDIT_LEADS)
def note(request: HttpRequest, lead_id: int) -> HttpResponse:
    user = person(request)
    found, form = lead_for(user, lead_id), NoteForm(request.POST)
    if form.is_valid():
        text = form.cleaned_data["text"]
        data = {"text": text}
        add_activity(found, kind=ActivityKind.NOTE, at=now(), content=text[:500], by=user, data=data, counts=False)
    else:
        messages.error(request, _("The note is empty or too long; nothing was saved."))
    return redirect("desk:lead", found.pk)


@require_POST
@requires(Right.EDIT_LEADS)
def point_add(request: HttpRequest, lead_id: int) -> HttpResponse:
    user = person(request)
    found, form = lead_for(user, lead_id), ContactPointForm(request.POST)
    try:
        if form.is_valid():
            kind = IdentityKind(form.cleaned_data["kind"])
            add_contact_point(found, kind=kind, value=form.cleaned_data["value"], by=user, now=now())
    except (Invalid, Refused) as error:
        messages.error(request, str(error))
    return redirect("desk:lead", found.pk)


@require_POST
@requires(Right.EDIT_LEADS)
def point_change(request: HttpRequest, lead_id: int, point_id: int) -> HttpResponse:
    """Corrects a contact point, or removes it when the field is left empty."""
    user = person(request)
    found = lead_for(user, lead_id)
    point = get_object_or_404(Identity, pk=point_id, lead=found)
    if point.kind not in (IdentityKind.EMAIL, IdentityKind.PHONE):
        raise PermissionDenied
    value = request.POST.get("value", "")[:254].strip()
    try:
        if value:
            correct_contact_point(point, value=value, by=user, now=now())
        else:
            remove_contact_point(point, by=user, now=now())
    except (Invalid, Refused) as error:
        messages.error(request, str(error))
    return redirect("desk:lead", found.pk)
