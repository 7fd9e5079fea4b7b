"""What the condition editor does in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

AsPerson = Callable[..., Page]


@pytest.fixture
def editor(as_person: AsPerson) -> Page:
    page = as_person("anna")
    page.goto("/".join(page.url.split("/")[:3]) + "/score/segments/new/")
    return page


def test_the_page_keeps_its_title_when_the_preview_comes(editor: Page) -> None:
    before = editor.title()
    editor.fill("textarea[name=condition]", 'lead.country = "DE"')
    expect(editor.locator("#id_condition_answer table")).to_be_visible()
    assert editor.title() == before


def test_the_mistake_of_a_failed_save_goes_with_the_next_preview(editor: Page) -> None:
    editor.fill("input[name=name]", "Deutschland")
    editor.fill("textarea[name=condition]", "lead.country =")
    editor.locator("main form button.primary").click()
    expect(editor.locator(".error-summary")).to_be_visible()
    editor.fill("textarea[name=condition]", 'lead.country = "DE"')
    expect(editor.locator("#id_condition_answer table")).to_be_visible()
    expect(editor.locator(".field .errorlist")).to_have_count(0)
    assert editor.locator("textarea[name=condition]").get_attribute("aria-invalid") is None


def test_an_empty_condition_keeps_its_mistake(editor: Page) -> None:
    editor.evaluate("document.querySelector('form.form').noValidate = true")
    editor.locator("main form button.primary").click()
    expect(editor.locator(".error-summary")).to_be_visible()
    editor.wait_for_load_state("networkidle")
    expect(editor.locator(".field .errorlist")).to_have_count(2)
    assert editor.locator("textarea[name=condition]").get_attribute("aria-invalid") == "true"
