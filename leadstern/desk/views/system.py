"""Set-up pages of the whole: is the installation well, and who changed what."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from leadstern.accounts.access import requires
from leadstern.accounts.terms import Right
from leadstern.audit.models import Entry
from leadstern.core.tables import slice_by_key
from leadstern.core.time import now
from leadstern.desk.trail import trail_lines
from leadstern.journey.health import findings


@requires(Right.MANAGE_SYSTEM)
def system(request: HttpRequest) -> HttpResponse:
    """The doctor's findings."""
    return render(request, "desk/system.html", {"findings": findings(now=now())})


@requires(Right.SEE_AUDIT)
def audit(request: HttpRequest) -> HttpResponse:
    entries = Entry.objects.select_related("actor")
    page = slice_by_key(entries, order=("-id",), cursor=request.GET.get("cursor", ""))
    lines = trail_lines(page.rows)
    return render(request, "desk/audit.html", {"slice": page, "lines": lines})
