"""The language follows the person: the signed-in user's own, else what the browser asks for."""

from collections.abc import Callable
from functools import partial
from typing import NoReturn

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject


def language(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Activates the language for the request and says it in Content-Language."""

    def middleware(request: HttpRequest) -> HttpResponse:
        code = _chosen(request) or translation.get_language_from_request(request)
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = get_response(request)
            response.headers.setdefault("Content-Language", code)
        return response

    return middleware


def _chosen(request: HttpRequest) -> str | None:
    """The person's own language; None also while there is no database to look the person up.

    Pages for strangers must be reached then, too: they keep what was entered. Whoever needs the person fails at once
    instead of waiting for the database again.
    """
    try:
        user = getattr(request, "user", None)
        chosen = user.language if user is not None and user.is_authenticated else None
    except (OperationalError, InterfaceError) as error:
        request.user = SimpleLazyObject(partial(_fail, error))  # type: ignore[assignment]
        chosen = None
    return chosen


def _fail(error: Exception) -> NoReturn:
    raise error
