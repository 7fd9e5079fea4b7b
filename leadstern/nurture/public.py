"""The way out of every mail. Enters: a reader or their mail program, without sign-in. Leaves: a withdrawn consent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from leadstern.accounts.access import public
from leadstern.consent.logic import ip_prefix
from leadstern.core.errors import Refused
from leadstern.core.time import now
from leadstern.nurture import actions
from leadstern.nurture.queries import is_out, read_way_out


@public
@csrf_exempt  # RFC 8058: mail programs post here without cookies; the signed address is what entitles
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows one button and changes nothing, because mail scanners open every link; POST unsubscribes."""
    try:
        way_out = read_way_out(token)
    except Refused:
        return render(request, "nurture/unsubscribe.html", {"state": "unknown"}, status=404)
    if request.method == "POST":
        actions.unsubscribe(token, evidence=_evidence(request), now=now())
    state = "out" if request.method == "POST" or is_out(way_out) else "in"
    return render(request, "nurture/unsubscribe.html", {"state": state, "address": way_out.address})


def _evidence(request: HttpRequest) -> dict[str, str]:
    is_one_click = request.POST.get("List-Unsubscribe") == "One-Click"
    return {
        "method": "one_click" if is_one_click else "button",
        "user_agent": request.headers.get("User-Agent", "")[:300],
        "ip_prefix": ip_prefix(request.META.get("REMOTE_ADDR", "")),
    }
