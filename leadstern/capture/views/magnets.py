"""Files to give away: the list and the upload. Right: BUILD_FORMS."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from leadstern.accounts.access import person, requires
from leadstern.accounts.terms import Right
from leadstern.capture.actions import add_magnet
from leadstern.capture.forms import MagnetForm
from leadstern.capture.queries import magnets
from leadstern.core.errors import Invalid
from leadstern.core.mistakes import mark
from leadstern.core.time import now


@requires(Right.BUILD_FORMS)
@require_http_methods(["GET", "HEAD", "POST"])
def magnet_list(request: HttpRequest) -> HttpResponse:
    """All files; a POST adds one."""
    form = MagnetForm(request.POST, request.FILES) if request.method == "POST" else MagnetForm()
    if request.method == "POST" and form.is_valid() and _added(request, form):
        messages.success(request, _("The file can be given away now: choose it for a download form."))
        return redirect("capture:magnets")
    context = {"form": form, "magnets": magnets()[:500]}
    return render(request, "capture/magnets.html", context, status=422 if form.errors else 200)


def _added(request: HttpRequest, form: MagnetForm) -> bool:
    upload = form.cleaned_data["file"]
    try:
        add_magnet(
            form.cleaned_data["title"], filename=upload.name, chunks=upload.chunks(), by=person(request), now=now()
        )
    except Invalid as error:
        mark(form, error)
        return False
    return True
