"""The rail: only what the person may open, in path order, with the place where they are."""

import re
from collections.abc import Callable

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from leadstern.accounts.models import User
from leadstern.accounts.terms import Right
from leadstern.core.registry import pages
from leadstern.desk.navigation import SECTIONS, Section, frame, place, sections

SignIn = Callable[[User], Client]


def request_at(path: str, user: User) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = user
    return request


def rail(user: User, path: str = "/") -> list[Section]:
    rights = user.rights()
    return sections(rights, place(rights, path))


@pytest.mark.parametrize("name", ["anna", "ben", "carla", "doris", "emil", "fremd"])
def test_the_rail_shows_what_the_roles_give(name: str, request: pytest.FixtureRequest) -> None:
    user = request.getfixturevalue(name)
    shown = {link.url for section in rail(user) for link in section.links}
    assert shown == {reverse(page.url_name) for page in pages if user.has_right(Right(page.right))}


def test_the_rail_stands_in_path_order(emil: User) -> None:
    keys = [section.key for section in rail(emil)]
    assert keys == [key for key in SECTIONS if key in keys]
    assert keys[-1] == "setup"


def test_the_word_leads_to_the_page_of_its_own_address(anna: User) -> None:
    urls = {section.key: section.url for section in rail(anna)}
    assert urls["leads"] == "/leads/"


@pytest.mark.parametrize("path", ["/setup/people/", "/setup/people/3/", "/setup/people/new/"])
def test_a_page_below_an_offered_one_counts_as_there(emil: User, path: str) -> None:
    here = [link.url for section in rail(emil, path) for link in section.links if link.is_here]
    assert here == ["/setup/people/"]


def test_what_is_drawn_is_for_these_rights_this_language_and_this_place(
    sign_in: SignIn, anna: User, emil: User
) -> None:
    """It is remembered from page to page, and must not be somebody else's."""
    User.objects.filter(pk=emil.pk).update(language="en")
    asked = [(emil, "/setup/people/"), (anna, "/leads/"), (emil, "/setup/profile/"), (anna, "/setup/profile/")]
    for user, path in asked * 2:
        shown = sign_in(User.objects.get(pk=user.pk)).get(path).content.decode()
        drawn = shown.partition('class="rail"')[2].partition("</nav>")[0]
        assert set(re.findall(r'href="([^"]+)" +aria-current="page"', drawn)) == {path}
        assert ("Set up" in drawn, "Einrichten" in drawn) == (user == emil, user == anna)
        assert ("/setup/people/" in shown) == (user == emil)


def test_search_and_quick_entry_are_for_those_who_may(anna: User, fremd: User) -> None:
    assert frame(request_at("/", anna))["search_url"] == "/leads/"
    assert frame(request_at("/", anna))["entry_url"] == reverse("capture:manual")
    strangers = frame(request_at("/", fremd))
    assert (strangers["search_url"], strangers["entry_url"]) == ("", "")


def test_a_visitor_has_no_rail(client: Client, db: None) -> None:
    assert 'class="rail"' not in client.get("/account/login/").content.decode()
