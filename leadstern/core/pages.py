"""The error pages: what happened, what is safe, what to do. Called by Django.

They read neither the session nor the database: they must appear when these are the cause.
"""

import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language

log = logging.getLogger(__name__)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's security mark is missing or too old: nothing was changed."""
    return _page("csrf", 403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request is broken or larger than allowed."""
    return _page("400", 400)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Signed in, but without the right."""
    return _page("403", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such page, or an object this person may not see."""
    return _page("404", 404)


def failed(request: HttpRequest) -> HttpResponse:
    """A fault of ours. The number on the page stands in the log, next to the traceback that Django writes."""
    number = secrets.token_hex(4)
    log.error("error number %s: %s %s", number, request.method, request.path)
    return _page("500", 500, number=number)


def _page(name: str, status: int, **context: str) -> HttpResponse:
    language = get_language() or "de"
    return HttpResponse(
        render_to_string(f"core/errors/{name}.html", {"LANGUAGE_CODE": language, **context}), status=status
    )
