"""Strangers' pages beside the forms: the embed script and style sheet, and personal download links.

A GET of a download link shows a page with a button (mail scanners open every link); only the POST hands out the file.
"""

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadstern.accounts.access import public
from leadstern.capture.actions import record_download
from leadstern.capture.channels.form.follow_up import renew_link
from leadstern.capture.models import DownloadGrant
from leadstern.capture.queries import grant_by_secret
from leadstern.core.errors import Refused
from leadstern.core.time import now

_SOURCES = Path(__file__).resolve().parent / "embed"
_TYPES = {"form.js": "text/javascript; charset=utf-8", "form.css": "text/css; charset=utf-8"}


@public
@require_safe
@cache_control(public=True, max_age=3600)
def embed(request: HttpRequest, name: str) -> HttpResponse:
    """form.js or form.css (the address allows no other name): the built file where there is one, else the source."""
    built = settings.PACKAGE / "static" / "embed" / name
    path = built if built.is_file() else _SOURCES / name
    response = HttpResponse(path.read_bytes(), content_type=_TYPES[name])
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Access-Control-Allow-Origin"] = "*"
    return response


# The secret in the address is the permission; the page is opened from a mail, often in a browser without our cookie.
@public
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def download(request: HttpRequest, secret: str) -> HttpResponseBase:
    """GET: what it is and a button. POST: the file, and a Download row."""
    grant = grant_by_secret(secret)
    if grant is None:
        return _page(request, "unknown", status=404)
    with translation.override(grant.submission.origin.get("language") or translation.get_language()):
        if grant.expires_at <= now():
            return _page(request, "expired", grant, secret, status=410)
        if request.method != "POST":
            return _page(request, "ready", grant, secret)
        return _hand_out(request, grant, secret)


@public
@csrf_exempt
@never_cache
@require_POST
def renew_download(request: HttpRequest, secret: str) -> HttpResponse:
    """Sends a new link to the same address; never shows it here."""
    grant = grant_by_secret(secret)
    if grant is None:
        return _page(request, "unknown", status=404)
    with translation.override(grant.submission.origin.get("language") or translation.get_language()):
        try:
            renew_link(grant, now=now())
        except Refused:
            return _page(request, "unsent", grant, secret, status=503)
        return HttpResponseRedirect(reverse("capture:download_sent"), status=303)


@public
@require_safe
def download_sent(request: HttpRequest) -> HttpResponse:
    """After asking anew."""
    return _page(request, "sent")


def _hand_out(request: HttpRequest, grant: DownloadGrant, secret: str) -> HttpResponseBase:
    try:
        file = (settings.FILES / grant.magnet.path).open("rb")
    except OSError:
        return _page(request, "missing", grant, secret, status=503)
    record_download(grant, now=now())
    response = FileResponse(
        file, as_attachment=True, filename=grant.magnet.filename, content_type=grant.magnet.content_type
    )
    response["Content-Security-Policy"] = "sandbox"
    return response


def _page(
    request: HttpRequest, state: str, grant: DownloadGrant | None = None, secret: str = "", *, status: int = 200
) -> HttpResponse:
    magnet = grant.magnet if grant else None
    context = {"state": state, "magnet": magnet, "secret": secret, "expires_at": grant.expires_at if grant else None}
    return render(request, "capture/download.html", context, status=status)
