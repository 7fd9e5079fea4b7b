"""Pages for regions, their members, the simulator, and who got which lead why."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leadstern.accounts.access import person, requires
from leadstern.accounts.models import User
from leadstern.accounts.terms import Right
from leadstern.core.errors import Refused
from leadstern.core.mistakes import mark
from leadstern.core.tables import slice_by_key
from leadstern.core.time import now
from leadstern.leads.queries import live_leads
from leadstern.routing import actions, queries
from leadstern.routing.forms import AssignForm, MemberForm, RegionForm, SimulatorForm
from leadstern.routing.logic import Choice, show_ranges
from leadstern.routing.models import Assignment, Member, Region
from leadstern.routing.terms import RegionRole

PAGE = 50


@dataclass(frozen=True)
class RegionRow:
    """A region as the list shows it: members in the order of their turn."""

    region: Region
    postcodes: str
    members: list[Member]

    @property
    def has_nobody(self) -> bool:
        return not any(member.user.is_active and not member.is_absent for member in self.members)


@dataclass(frozen=True)
class AssignmentRow:
    """An assignment with its reason in words."""

    assignment: Assignment
    reason: str


@requires(Right.EDIT_ROUTING)
def regions(request: HttpRequest) -> HttpResponse:
    """All regions with their members, and the simulator (a GET form: asking changes nothing)."""
    rows = [RegionRow(one, show_ranges(one.ranges), list(one.members.all())) for one in queries.regions_with_members()]
    asked = SimulatorForm(request.GET) if "role" in request.GET else SimulatorForm()
    context = {
        "rows": rows,
        "waiting": queries.waiting_count(),
        "simulator": asked,
        "answer": _simulate(asked) if asked.is_bound and asked.is_valid() else "",
    }
    return render(request, "routing/regions.html", context)


def _simulate(form: SimulatorForm) -> str:
    """The simulator's answer as a sentence."""
    data = form.cleaned_data
    role = RegionRole(data["role"])
    choice = queries.who_would_get(role=role, country=data["country"], postcode=data["postcode"])
    name = choice.member.name if choice.member else _reserve_name(role)
    if not name:
        return _("Nobody: the lead would wait. Add a fallback region with somebody in it.")
    why = queries.place_sentence(choice.reason, name=name, place=choice.place, region=_region_name(choice))
    return _("%(name)s. %(why)s.") % {"name": name, "why": why}


def _region_name(choice: Choice) -> str:
    return choice.region.name if choice.region else ""


def _reserve_name(role: RegionRole) -> str:
    names = User.objects.filter(pk__in=queries.reserves()[role]).order_by("name").values_list("name", flat=True)
    return _(" or ").join(names)


@requires(Right.EDIT_ROUTING)
def region_new(request: HttpRequest) -> HttpResponse:
    """A new region."""
    return _edit(request, Region())


@requires(Right.EDIT_ROUTING)
def region(request: HttpRequest, region_id: int) -> HttpResponse:
    """One region: its postcodes and its members."""
    return _edit(request, get_object_or_404(Region, pk=region_id))


def _edit(request: HttpRequest, instance: Region) -> HttpResponse:
    form = RegionForm(request.POST or None, instance=instance)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                saved = actions.save_region(form.instance, by=person(request), now=now())
            except Refused as error:
                mark(form, error)
            else:
                messages.success(request, _("Region saved."))
                return redirect("routing:region", saved.pk)
        status = 422
    members = Member.objects.filter(region=instance).select_related("user") if instance.pk else Member.objects.none()
    context = {
        "form": form,
        "region": instance,
        "members": members.order_by("last_at", "id"),
        "member_form": MemberForm(),
    }
    return render(request, "routing/region.html", context, status=status)


@requires(Right.EDIT_ROUTING)
@require_POST
def region_delete(request: HttpRequest, region_id: int) -> HttpResponse:
    """Removes a region."""
    actions.delete_region(get_object_or_404(Region, pk=region_id), by=person(request), now=now())
    messages.success(request, _("Region removed. Its leads keep their owners."))
    return redirect("routing:regions")


@requires(Right.EDIT_ROUTING)
@require_POST
def member_add(request: HttpRequest, region_id: int) -> HttpResponse:
    """Somebody takes part from now on."""
    found = get_object_or_404(Region, pk=region_id)
    form = MemberForm(request.POST)
    if form.is_valid():
        actions.add_member(found, user=form.cleaned_data["user"], by=person(request), now=now())
    else:
        messages.error(request, _("Please choose a person."))
    return redirect("routing:region", found.pk)


@requires(Right.EDIT_ROUTING)
@require_POST
def member_remove(request: HttpRequest, member_id: int) -> HttpResponse:
    """Somebody takes part no longer."""
    member = get_object_or_404(Member.objects.select_related("region"), pk=member_id)
    actions.remove_member(member, by=person(request), now=now())
    return redirect("routing:region", member.region_id)


@requires(Right.EDIT_ROUTING)
@require_POST
def member_absence(request: HttpRequest, member_id: int) -> HttpResponse:
    """Somebody is away, or back; in all regions."""
    member = get_object_or_404(Member.objects.select_related("user"), pk=member_id)
    actions.set_absence(member.user, is_absent=request.POST.get("absent") == "1", by=person(request), now=now())
    return redirect("routing:regions")


@requires(Right.EDIT_ROUTING)
def assignments(request: HttpRequest) -> HttpResponse:
    """Who got which lead, the newest first, with the reason."""
    found = slice_by_key(queries.newest_assignments(), order=("-id",), cursor=request.GET.get("cursor", ""), size=PAGE)
    rows = [AssignmentRow(one, queries.reason_sentence(one)) for one in found.rows]
    return render(request, "routing/assignments.html", {"slice": found, "rows": rows})


@requires(Right.ASSIGN)
@require_POST
def assign(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Gives a lead to somebody else in one step, with a reason; back to where the form stood."""
    lead = get_object_or_404(live_leads(), pk=lead_id)
    form = AssignForm(request.POST)
    if form.is_valid():
        try:
            assignment = actions.assign_lead(lead, by=person(request), now=now(), **form.cleaned_data)
            messages.success(request, _("%(name)s looks after this lead now.") % {"name": assignment.owner.name})
        except Refused as error:
            messages.error(request, str(error))
    else:
        messages.error(request, _("Please choose a person and say why."))
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return redirect(back)
    return redirect("routing:assignments")
