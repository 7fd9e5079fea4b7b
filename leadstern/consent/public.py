"""The page behind the link of a confirmation mail. Enters: a stranger with a secret link. Leaves: a consent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from leadstern.accounts.access import public
from leadstern.consent.actions import confirm_consent
from leadstern.consent.logic import ip_prefix
from leadstern.consent.models import LedgerEntry
from leadstern.consent.queries import request_for_token
from leadstern.consent.terms import Event
from leadstern.core.time import now


@public
@csrf_exempt  # the secret in the address is what entitles; no cookie or session plays a part
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET only shows the page, because mail scanners open every link; the button (POST) confirms."""
    found = request_for_token(token)
    language = found.wording.language if found and found.wording else translation.get_language() or "de"
    with translation.override(language):
        if found is None:
            return render(request, "consent/confirm.html", {"state": "unknown"}, status=404)
        state = _state(found)
        if request.method == "POST" and state == "open":
            confirm_consent(token, evidence=_evidence(request), now=now())
            state = "now"
        status = 410 if state == "expired" else 200
        return render(request, "consent/confirm.html", {"state": state, "entry": found}, status=status)


def _state(entry: LedgerEntry) -> str:
    """A used link tells neither an address nor that the consent still holds: its mail may have been passed on, the
    consent withdrawn, the person erased."""
    if entry.answers.filter(event=Event.CONFIRMED).exists():
        return "used"
    return "open" if entry.expires_at and entry.expires_at > now() else "expired"


def _evidence(request: HttpRequest) -> dict[str, str]:
    return {
        "method": "button",
        "user_agent": request.headers.get("User-Agent", "")[:300],
        "ip_prefix": ip_prefix(request.META.get("REMOTE_ADDR", "")),
    }
