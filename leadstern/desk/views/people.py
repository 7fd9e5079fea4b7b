"""The people pages: who works here, in which role, in which team. For those who may manage users."""

from allauth.account.forms import ResetPasswordForm
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leadstern.accounts.access import person, requires
from leadstern.accounts.forms import PersonForm, RolesForm, TeamForm
from leadstern.accounts.models import User
from leadstern.accounts.queries import people, teams
from leadstern.accounts.terms import Right, Role
from leadstern.core.errors import Refused
from leadstern.core.time import now
from leadstern.desk.people import add_person, add_team, change_person, end_access, give_access


@requires(Right.MANAGE_USERS)
def people_list(request: HttpRequest) -> HttpResponse:
    """Everyone with role, team and last sign-in, and the teams."""
    context = {"people": people(), "teams": teams(), "form": TeamForm()}
    return render(request, "desk/people.html", context)


@requires(Right.MANAGE_USERS)
def person_new(request: HttpRequest) -> HttpResponse:
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        details = dict(form.cleaned_data)
        roles = [Role(role) for role in details.pop("roles")]
        try:
            user = add_person(details, roles=roles, by=person(request), now=now())
        except Refused as refused:
            form.add_error("email", str(refused))
        else:
            _send_password_link(request, user)
            return redirect("desk:people")
    return render(request, "desk/person_new.html", {"form": form}, status=422 if form.is_bound else 200)


@requires(Right.MANAGE_USERS)
def person_edit(request: HttpRequest, user_id: int) -> HttpResponse:
    """Roles and team of one person; ending and giving access are buttons on the same page."""
    shown = get_object_or_404(User, pk=user_id)
    form = RolesForm(request.POST or None, instance=shown)
    if request.method == "POST" and form.is_valid():
        roles = [Role(role) for role in form.cleaned_data["roles"]]
        fresh = get_object_or_404(User, pk=user_id)
        try:
            change_person(fresh, team=form.cleaned_data["team"], roles=roles, by=person(request), now=now())
        except Refused as refused:
            form.add_error("roles", str(refused))
        else:
            messages.success(request, _("%(name)s: roles and team have been saved.") % {"name": fresh.name})
            return redirect("desk:people")
    status = 422 if form.is_bound else 200
    return render(request, "desk/person.html", {"form": form, "shown": shown}, status=status)


@require_POST
@requires(Right.MANAGE_USERS)
def person_access(request: HttpRequest, user_id: int) -> HttpResponse:
    """`access=end` or `access=give`."""
    shown = get_object_or_404(User, pk=user_id)
    act = give_access if request.POST.get("access") == "give" else end_access
    try:
        act(shown, by=person(request), now=now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = _("%(name)s may sign in.") if shown.is_active else _("%(name)s cannot sign in any more.")
        messages.success(request, said % {"name": shown.name})
    return redirect("desk:person", user_id)


@require_POST
@requires(Right.MANAGE_USERS)
def person_password(request: HttpRequest, user_id: int) -> HttpResponse:
    """Sends the link to set a password once more."""
    _send_password_link(request, get_object_or_404(User, pk=user_id, is_active=True))
    return redirect("desk:person", user_id)


@require_POST
@requires(Right.MANAGE_USERS)
def team_new(request: HttpRequest) -> HttpResponse:
    form = TeamForm(request.POST)
    if form.is_valid():
        try:
            add_team(name=form.cleaned_data["name"], by=person(request), now=now())
        except Refused as refused:
            form.add_error("name", str(refused))
        else:
            return redirect("desk:people")
    return render(request, "desk/people.html", {"people": people(), "teams": teams(), "form": form}, status=422)


def _send_password_link(request: HttpRequest, user: User) -> None:
    """By allauth's reset, in the language of the person who gets it. The account stays when the mail cannot go out."""
    form = ResetPasswordForm({"email": user.email})
    try:
        with translation.override(user.language):
            if form.is_valid():
                form.save(request)
    except Refused as refused:
        messages.warning(request, _("The mail to set the password could not be sent: %(why)s") % {"why": refused})
        return
    sent = _("A link to set the password is on its way to %(email)s.") % {"email": user.email}
    messages.success(request, sent)
