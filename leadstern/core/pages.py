"""The error pages: what happened, what is safe, what to do. Called by Django.

They read neither the session nor the database: they must appear when these are the cause.
"""

import logging
import secrets
import sqlite3
import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_from_request, gettext, override

RETRY_AFTER = 10  # seconds
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
    """Something was raised that nobody caught: by a page, a template or what stands before them.

    When the database is gone or locked it says so (503). Anything else is a fault of ours: the number on the page
    stands in the log, next to the traceback that Django writes.
    """
    with override(_language(request)):
        if _is_database_away(sys.exception()):
            return _unavailable(request)
        number = secrets.token_hex(4)
        log.error("error number %s: %s %s", number, request.method, request.path)
        return _page("500", 500, number=number)


def _language(request: HttpRequest) -> str:
    """Asks no database: the language in the address, else the one the page was in, else the browser's."""
    asked = request.GET.get("language", "")
    known: str = getattr(request, "LANGUAGE_CODE", "") or get_language_from_request(request)
    return asked if asked in dict(settings.LANGUAGES) else known


def _is_database_away(error: BaseException | None) -> bool:
    """Whether a database that is gone, locked or full is at the bottom of it (a missing table is not: that is ours)."""
    while error is not None and not isinstance(error, OperationalError | InterfaceError):
        error = error.__cause__ or error.__context__
    cause = error.__cause__ if error else None
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorname", "SQLITE_ERROR") != "SQLITE_ERROR"
    return error is not None


def _unavailable(request: HttpRequest) -> HttpResponse:
    """Nothing is lost, try again: as a page, and as JSON for the scripts on other websites."""
    wants_json = request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    if wants_json or request.path.endswith(".json"):
        text = gettext("The database does not answer just now. Please try again in a moment.")
        response: HttpResponse = JsonResponse({"state": "unavailable", "text": text}, status=503)
    else:
        response = _page("503", 503, again=request.get_full_path() if request.method == "GET" else "")
    response["Retry-After"], response["Cache-Control"] = str(RETRY_AFTER), "no-store"
    return response


def _page(name: str, status: int, **context: str) -> HttpResponse:
    language = get_language() or "de"
    return HttpResponse(
        render_to_string(f"core/errors/{name}.html", {"LANGUAGE_CODE": language, **context}), status=status
    )
