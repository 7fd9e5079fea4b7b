"""Every page of the desk by axe (WCAG 2.2 AA), under the policy, silent on the console, and as wide as the screen.

In German and light, and in English and dark; the contrasts of each page in both colours; at 360 and 1920 pixels.
What is found on a page is told at once.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.accessibility.looking import ENGLISH, GERMAN, Looked, Variant
from tests.e2e.accessibility.places import OFFERED, ON_THE_DESK, STATUS, WAYS


@pytest.mark.parametrize(("variant", "name"), ON_THE_DESK, ids=[f"{where[0]}-{name}" for where, name in ON_THE_DESK])
def test_a_page_of_the_desk(desks: dict[Variant, Looked], variant: Variant, name: str) -> None:
    desk = desks[variant]
    desk.go(*(OFFERED | WAYS)[name])
    assert desk.problems(status=STATUS.get(name, 200)) == {}


def open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("a")


def open_keys(page: Page) -> None:
    page.keyboard.press("?")


def ask_before_ending(page: Page) -> None:
    page.goto(page.url.partition("/leads/")[0] + "/setup/people/2/")
    page.locator("[data-confirm]").first.click()


def ask_what_cannot_be_read(page: Page) -> None:
    page.goto(page.url.partition("/leads/")[0] + "/score/segments/new/")
    page.fill("textarea[name=condition]", "lead.country = ")
    page.locator("#id_condition_answer .error").wait_for()


def ask_for_leads(page: Page) -> None:
    page.goto(page.url.partition("/leads/")[0] + "/score/segments/new/")
    page.fill("textarea[name=condition]", 'lead.country = "DE"')
    page.locator("#id_condition_answer a").first.wait_for()


@pytest.mark.parametrize("do", [open_palette, open_keys, ask_before_ending, ask_what_cannot_be_read, ask_for_leads])
def test_the_desk_while_something_is_open(desks: dict[Variant, Looked], do: Callable[[Page], None]) -> None:
    found = {}
    for variant, desk in desks.items():
        desk.open("/leads/")
        do(desk.page)
        found[variant] = desk.problems()
    assert found == {GERMAN: {}, ENGLISH: {}}


def test_a_page_of_another_role(colleague: Callable[[str], Looked]) -> None:
    ben = colleague("ben")
    ben.open("/setup/system/")
    assert ben.problems(status=403) == {}


@pytest.mark.parametrize("key", ["ben", "carla"])
def test_the_queue_of_somebody_who_has_leads(colleague: Callable[[str], Looked], key: str) -> None:
    desk = colleague(key)
    desk.open("/today/")
    assert desk.page.locator("#detail h2").count()
    found = {"first": desk.problems()}
    for place in range(desk.page.locator(".outcomes details").count()):
        desk.page.locator(".outcomes summary").nth(place).click()
        found[f"{place}"] = desk.problems()
    assert {name: what for name, what in found.items() if what} == {}
    assert len(found) > 3


def test_an_import_that_is_checked(desks: dict[Variant, Looked]) -> None:
    desk = desks[GERMAN]
    desk.open("/capture/imports/2/columns/")
    desk.page.select_option("[name=column_1]", "email")
    desk.press("main form button.primary")
    assert desk.problems(at="capture:import_check") == {}
