"""Quick entry of a lead: through the same door as all. Enters: a colleague's form; leaves: a waiting row."""

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from leadstern.accounts.access import person, requires
from leadstern.accounts.terms import Right
from leadstern.capture.actions import accept_submission, receive
from leadstern.capture.channels.manual.forms import QuickEntryForm
from leadstern.capture.terms import CaptureChannel, SubmissionState
from leadstern.core.time import now


@requires(Right.EDIT_LEADS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_lead(request: HttpRequest) -> HttpResponse:
    """The form, and what it sends. Sent twice (double click, back button) it is one submission."""
    if request.method != "POST":
        return render(request, "capture/manual.html", {"form": QuickEntryForm(initial={"key": secrets.token_hex(16)})})
    form = QuickEntryForm(request.POST)
    if not form.is_valid():
        return render(request, "capture/manual.html", {"form": form}, status=422)
    moment, user = now(), person(request)
    raw = {name: value for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    submission = receive(
        channel=CaptureChannel.MANUAL, key=f"manual:{user.pk}:{form.cleaned_data['key']}", raw=raw,
        origin={"channel": "manual"}, captured_at=moment, now=moment, entered_by=user,
    )  # fmt: skip
    if submission.state == SubmissionState.RECEIVED:
        known = {name: value for name, value in form.cleaned_data.items() if value and name != "key"}
        accept_submission(submission, details={"language": get_language() or "de", **known}, now=moment)
    return redirect(reverse("capture:submission", args=[submission.pk]) + "?then=lead")
