"""Every staff page, read and sent, for every role and for strangers: the table of rights decides, and nothing else."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from leadstern.accounts.models import User
from leadstern.accounts.terms import RIGHTS, Right, Role
from tests.conftest import make_user

WAYS = ("get", "post")
REFUSED, WRONG_WAY = 403, 405


def _staff_pages() -> dict[str, tuple[str, tuple[Right, ...]]]:
    """Name -> (address, rights) of every guarded page."""
    found = {}
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and resolver.app_name and not str(resolver.pattern).startswith("account"):
            for pattern in resolver.url_patterns:
                assert isinstance(pattern, URLPattern), "an include inside a stage would hide its pages from this test"
                rights: tuple[Right, ...] = getattr(pattern.callback, "rights", ())
                if rights:
                    found[f"{resolver.app_name}:{pattern.name}"] = (_address(resolver.app_name, pattern), rights)
    return found


def _address(stage: str, pattern: URLPattern) -> str:
    values = {key: _fitting(kind) for key, kind in pattern.pattern.converters.items()}
    return reverse(f"{stage}:{pattern.name}", kwargs=values)


def _fitting(converter: Any) -> Any:
    """A value that the converter of an address takes."""
    tried = ("1", "de", "fit", "up")
    return next(converter.to_python(text) for text in tried if re.fullmatch(converter.regex, text))


PAGES = _staff_pages()


def _status(client: Client, way: str, address: str) -> int:
    """What the server answers. Whatever it wrote is taken back, so that no page meets what another has done."""
    with transaction.atomic():
        status = client.generic(way.upper(), address).status_code
        transaction.set_rollback(True)
    return status


@cache
def _taken() -> frozenset[tuple[str, str]]:
    """(name, way) for each way that a page takes at all, asked once by somebody who may do everything."""
    client = Client()
    client.force_login(make_user("Everything", *Role))
    return frozenset((name, way) for name in PAGES for way in WAYS if _status(client, way, PAGES[name][0]) != WRONG_WAY)


@pytest.fixture
def taken(db: None) -> frozenset[tuple[str, str]]:
    return _taken()


def test_all_roles_together_may_do_everything() -> None:
    """So that no page is left out below because nobody could open it."""
    assert frozenset().union(*RIGHTS.values()) == set(Right)


@pytest.mark.parametrize(("name", "address"), [(name, address) for name, (address, _rights) in PAGES.items()])
def test_strangers_are_sent_to_the_sign_in(db: None, name: str, address: str) -> None:
    answers = [Client().generic(way.upper(), address) for way in WAYS]
    answers = [answer for answer in answers if answer.status_code != WRONG_WAY]
    assert answers
    assert [(answer.status_code, answer["Location"].partition("?")[0]) for answer in answers] == [
        (302, "/account/login/")
    ] * len(answers)


@pytest.mark.parametrize("role", Role)
def test_a_role_may_read_and_send_exactly_what_its_rights_say(
    db: None, sign_in: Callable[[User], Client], taken: frozenset[tuple[str, str]], role: Role
) -> None:
    user = make_user("Someone", role)
    client = sign_in(user)
    refused = {(name, way) for name, way in taken if _status(client, way, PAGES[name][0]) == REFUSED}
    ought = {(name, way) for name, way in taken if not all(user.has_right(right) for right in PAGES[name][1])}
    assert refused == ought


def test_every_page_takes_something_and_what_writes_is_sent(taken: frozenset[tuple[str, str]]) -> None:
    """So that the test above asks every page, and those that write in the way that writes."""
    assert {name for name, _way in taken} == set(PAGES)
    sent = {name for name, way in taken if way == "post"}
    assert {"privacy:erase", "sales:opportunity_win", "scoring:publish"} <= sent


def test_nobody_without_a_role_opens_more_than_their_own_pages(
    fremd: User, sign_in: Callable[[User], Client], taken: frozenset[tuple[str, str]]
) -> None:
    client = sign_in(fremd)
    opened = {name for name, way in taken if _status(client, way, PAGES[name][0]) not in {REFUSED, WRONG_WAY}}
    assert opened == {name for name, (_address, rights) in PAGES.items() if set(rights) <= {Right.SIGNED_IN}}
