"""Pages of the people: who is in a sequence and where, who is parked, who is left out. Enters: marketing."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leadstern.accounts.access import person, requires
from leadstern.accounts.terms import Right
from leadstern.core.errors import Refused
from leadstern.core.tables import slice_by_key
from leadstern.core.time import now
from leadstern.nurture import actions, queries
from leadstern.nurture.models import Enrollment, Sequence
from leadstern.nurture.terms import EnrollmentState, Reason


@requires(Right.EDIT_SEQUENCES)
@require_safe
def people(request: HttpRequest, sequence_id: int) -> HttpResponse:
    """Who is in a sequence, at which step, since when; parked and stopped ones with the reason."""
    found = get_object_or_404(Sequence, pk=sequence_id)
    state = request.GET.get("state", EnrollmentState.ACTIVE)
    if state not in EnrollmentState.values:
        raise Http404
    rows = queries.people(found, state=state)
    shown = {
        "sequence": found,
        "state": EnrollmentState(state),
        "states": list(EnrollmentState),
        "slice": slice_by_key(rows, order=("-id",), cursor=request.GET.get("cursor", "")),
    }
    return render(request, "nurture/people.html", shown)


@requires(Right.EDIT_SEQUENCES)
@require_POST
def change(request: HttpRequest, enrollment_id: int, verb: str) -> HttpResponse:
    """Takes one lead out, or has a parked one looked at again at once."""
    enrollment = get_object_or_404(Enrollment.objects.select_related("version"), pk=enrollment_id)
    verbs = {
        "stop": (actions.stop_enrollment, _("The lead is out of the sequence.")),
        "resume": (actions.resume_enrollment, _("The lead is looked at again within seconds.")),
    }
    if verb not in verbs:
        raise Http404
    act, sentence = verbs[verb]
    try:
        act(enrollment, by=person(request), now=now())
        messages.success(request, sentence)
    except Refused as refused:
        messages.error(request, str(refused))
    response = redirect("nurture:people", sequence_id=enrollment.version.sequence_id)
    response["Location"] += f"?state={enrollment.state}"
    return response


@requires(Right.EDIT_SEQUENCES)
@require_safe
def left_out(request: HttpRequest, reason: str) -> HttpResponse:
    """The leads that are not nurtured for one reason."""
    if reason not in Reason.values:
        raise Http404
    rows = slice_by_key(queries.left_out(reason), order=("-id",), cursor=request.GET.get("cursor", ""))
    return render(request, "nurture/left_out.html", {"reason": Reason(reason), "slice": rows})
