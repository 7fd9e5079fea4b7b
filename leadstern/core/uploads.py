"""Refuses large uploads before a byte is read: Django would write them to disk for any address, signed in or not.

Enters: requests. Leaves: the page that says so (413), or the request itself. Called by Django as middleware. Bodies
that are no uploads Django itself refuses by their length (DATA_UPLOAD_MAX_MEMORY_SIZE).
"""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request, override

from leadstern.core.pages import bad_request

Handler = Callable[[HttpRequest], HttpResponse]


def limit_uploads(get_response: Handler) -> Handler:
    """Middleware. Only the addresses of settings.UPLOADS take files of up to LEADSTERN_MAX_IMPORT_MB."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.content_type != "multipart/form-data" or _length(request) <= _allowed(request.path):
            return get_response(request)
        with override(get_language_from_request(request)):
            answer = bad_request(request, RequestDataTooBig())
        answer.status_code = 413
        answer["Connection"] = "close"
        return answer

    return middleware


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdigit() else 0


def _allowed(path: str) -> int:
    form: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return settings.OWN["LEADSTERN_MAX_IMPORT_MB"] * 1024**2 + form if path.startswith(settings.UPLOADS) else form
