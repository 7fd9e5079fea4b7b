"""May this person do this? Every staff view wears `@requires(Right.…)`; a test fails for one that does not."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from leadstern.accounts.models import User
from leadstern.accounts.terms import Right

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def requires(*rights: Right) -> Callable[[View[P]], View[P]]:
    """Sends strangers to the sign-in page and refuses (403) those without every one of `rights`."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not all(request.user.has_right(right) for right in rights):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.rights = rights  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: Any) -> Any:
    """Marks a view that strangers may use: forms, downloads, unsubscribing."""
    view.rights = ()
    return view


def person(request: HttpRequest) -> User:
    """The signed-in person, typed. Only behind `@requires`."""
    assert isinstance(request.user, User)
    return request.user
