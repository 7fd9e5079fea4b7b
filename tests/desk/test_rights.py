"""Every staff page, for every role and for strangers: the table of rights decides, and nothing else."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from leadstern.accounts.models import User
from leadstern.accounts.terms import Right, Role
from tests.conftest import make_user


def _staff_pages() -> list[tuple[str, tuple[Right, ...]]]:
    """(view name, rights) of every guarded address."""
    found = []
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and resolver.app_name and not str(resolver.pattern).startswith("account"):
            found += [
                (f"{resolver.app_name}:{pattern.name}", pattern.callback.rights)
                for pattern in resolver.url_patterns
                if isinstance(pattern, URLPattern) and getattr(pattern.callback, "rights", ())
            ]
    return found


def _address(name: str) -> str:
    pattern = next(
        pattern
        for resolver in get_resolver().url_patterns
        if isinstance(resolver, URLResolver) and resolver.app_name == name.partition(":")[0]
        for pattern in resolver.url_patterns
        if isinstance(pattern, URLPattern) and pattern.name == name.partition(":")[2]
    )
    values = {key: _fitting(kind) for key, kind in pattern.pattern.converters.items()}
    return reverse(name, kwargs=values)


def _fitting(converter: Any) -> Any:
    """A value that the converter of an address takes."""
    tried = ("1", "de", "fit", "up")
    return next(converter.to_python(text) for text in tried if re.fullmatch(converter.regex, text))


PAGES = _staff_pages()


def _get(client: Client, name: str) -> HttpResponse:
    return client.get(_address(name))  # type: ignore[return-value]


@pytest.mark.parametrize(("name", "rights"), PAGES)
def test_strangers_are_sent_to_the_sign_in(db: None, name: str, rights: tuple[Right, ...]) -> None:
    answer = _get(Client(), name)
    assert (answer.status_code, "/account/login/" in answer.get("Location", "")) in {(302, True), (405, False)}


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_exactly_its_pages(db: None, sign_in: Callable[[User], Client], role: Role) -> None:
    user = make_user("Someone", role)
    client = sign_in(user)
    wrong = []
    for name, rights in PAGES:
        is_refused = _get(client, name).status_code == 403
        may_open = all(user.has_right(right) for right in rights)
        if is_refused == may_open and _get(client, name).status_code != 405:
            wrong.append(name)
    assert wrong == []


def test_nobody_without_a_role_opens_more_than_their_own_pages(fremd: User, sign_in: Callable[[User], Client]) -> None:
    client = sign_in(fremd)
    opened = {name for name, _rights in PAGES if _get(client, name).status_code == 200}
    assert opened <= {"desk:start", "accounts:profile"}
