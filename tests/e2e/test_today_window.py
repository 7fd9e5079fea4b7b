"""What only a browser shows of lists and details: where they scroll, and what long words do to them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

AsPerson = Callable[..., Page]
PHONE = {"width": 360, "height": 740}
SCREEN = {"width": 1440, "height": 900}
LONG = "ABC" * 400


def beyond(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def address(page: Page, path: str) -> str:
    return "/".join(page.url.split("/")[:3]) + path


def open_first_lead(page: Page) -> None:
    page.goto(address(page, "/leads/"))
    page.goto(page.locator("tbody th a").first.evaluate("link => link.href"))


def test_a_long_list_scrolls_inside_its_window(as_person: AsPerson) -> None:
    """Words for screen readers in rows far below must not lengthen the page: it would scroll into a blank."""
    page = as_person("carla", viewport=SCREEN)
    page.goto(address(page, "/today/"))
    page.locator(".split-list > li").first.evaluate(
        """row => {
            row.querySelector("a").append(Object.assign(document.createElement("span"), {
                className: "visually-hidden", textContent: "over time" }));
            for (let n = 0; n < 60; n += 1) row.parentElement.append(row.cloneNode(true));
        }"""
    )
    assert page.evaluate("document.querySelector('.split-list').scrollHeight") > 2000
    assert page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0


@pytest.mark.parametrize("window", [PHONE, SCREEN], ids=["360", "1440"])
def test_a_message_without_spaces_stays_in_its_column(as_person: AsPerson, window: dict[str, int]) -> None:
    page = as_person("anna", viewport=window)
    open_first_lead(page)
    page.locator(".timeline li > div").first.evaluate(
        "(place, text) => place.append(Object.assign(document.createElement('blockquote'), { textContent: text }))",
        LONG,
    )
    page.locator("h1").evaluate("(heading, text) => { heading.textContent = text }", LONG)
    assert beyond(page) <= 0


@pytest.mark.parametrize("window", [PHONE, SCREEN], ids=["360", "1440"])
def test_a_name_without_spaces_stays_in_the_detail(as_person: AsPerson, window: dict[str, int]) -> None:
    page = as_person("carla", viewport=window)
    page.goto(address(page, "/today/"))
    page.locator(".split-detail h2 a").evaluate("(link, text) => { link.textContent = text }", LONG[:80])
    page.locator(".split-list strong").first.evaluate("(name, text) => { name.textContent = text }", LONG[:80])
    assert beyond(page) <= 0
    assert page.evaluate("(d => d.scrollWidth - d.clientWidth)(document.querySelector('.split-detail'))") <= 0


@pytest.mark.parametrize(("window", "most"), [(PHONE, 170), (SCREEN, 420)], ids=["360", "1440"])
def test_a_name_without_spaces_leaves_room_for_the_other_columns(
    as_person: AsPerson, window: dict[str, int], most: int
) -> None:
    page = as_person("anna", viewport=window)
    page.goto(address(page, "/leads/"))
    page.locator("tbody th a").first.evaluate("(link, text) => { link.textContent = text }", LONG[:80])
    assert page.locator("tbody th").first.evaluate("cell => cell.offsetWidth") < most


def test_an_opened_outcome_stays_in_its_place(as_person: AsPerson) -> None:
    page = as_person("carla", viewport=SCREEN)
    page.goto(address(page, "/today/"))
    button = page.locator(".outcomes summary").first
    before = button.bounding_box()
    button.click()
    assert page.locator(".outcomes details[open] > form").is_visible()
    assert page.locator(".outcomes form:visible").count() == 1
    assert button.bounding_box() == before
