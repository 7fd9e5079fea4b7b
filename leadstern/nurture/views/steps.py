"""The steps of a sequence: the editor of one, their order. Enters: marketing. Leaves: a changed draft."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leadstern.accounts.access import person, requires
from leadstern.accounts.terms import Right
from leadstern.core.errors import Invalid, Refused
from leadstern.core.mistakes import mark
from leadstern.core.time import now
from leadstern.nurture import actions, queries
from leadstern.nurture.forms import StepForm
from leadstern.nurture.models import Sequence


@requires(Right.EDIT_SEQUENCES)
def step(request: HttpRequest, sequence_id: int, index: int | None = None) -> HttpResponse:
    """One step: its waiting time and its mail in both languages. Without an index: a new one at the end."""
    found = get_object_or_404(Sequence, pk=sequence_id)
    version = queries.shown_version(found)
    steps = version.steps if version else []
    if index is not None and index >= len(steps):
        raise Http404
    form = StepForm.of(steps[index] if index is not None else None, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _step_saved(request, form, found, index):
        return redirect("nurture:sequence", sequence_id=found.pk)
    number = (index if index is not None else len(steps)) + 1
    shown = {"form": form, "sequence": found, "number": number, "is_new": index is None}
    return render(request, "nurture/step.html", shown, status=422 if form.errors else 200)


def _step_saved(request: HttpRequest, form: StepForm, found: Sequence, index: int | None) -> bool:
    try:
        actions.save_step(found, index=index, step=form.step(), by=person(request), now=now())
    except (Refused, Invalid) as error:
        mark(form, error)
        return False
    messages.success(request, _("The step is saved in the draft. It holds once the sequence is published."))
    return True


@requires(Right.EDIT_SEQUENCES)
@require_POST
def change_step(request: HttpRequest, sequence_id: int, index: int, verb: str) -> HttpResponse:
    """Moves a step up or down, or takes it out."""
    found = get_object_or_404(Sequence, pk=sequence_id)
    try:
        if verb == "remove":
            actions.remove_step(found, index=index, by=person(request), now=now())
        elif verb in ("up", "down"):
            actions.move_step(found, index=index, down=verb == "down", by=person(request), now=now())
        else:
            raise Http404
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("nurture:sequence", sequence_id=found.pk)
