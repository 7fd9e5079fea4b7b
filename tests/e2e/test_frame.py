"""What the frame's behaviours do in a real browser: keys, palette, confirmation, menus."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

AsPerson = Callable[..., Page]


@pytest.fixture
def emil(as_person: AsPerson) -> Page:
    page = as_person("emil")
    page.goto(address(page, "/setup/people/"))
    return page


def address(page: Page, path: str) -> str:
    return "/".join(page.url.split("/")[:3]) + path


def test_j_and_k_move_in_the_list_and_enter_opens(emil: Page) -> None:
    emil.keyboard.press("j")
    emil.keyboard.press("j")
    emil.keyboard.press("k")
    expect(emil.locator("[data-row].is-at")).to_have_count(1)
    expect(emil.locator("[data-row]").first.locator("a")).to_be_focused()
    name = emil.locator("[data-row] a").first.inner_text()
    emil.keyboard.press("Enter")
    expect(emil.locator("h1")).to_have_text(name)


def test_a_key_in_a_field_is_only_a_letter(emil: Page) -> None:
    field = emil.get_by_label("Name des Teams")
    field.press_sequentially("njk?")
    expect(field).to_have_value("njk?")
    expect(emil.locator("dialog[open]")).to_have_count(0)


def test_a_key_does_nothing_in_a_part_that_is_being_loaded(emil: Page) -> None:
    """Whoever runs down a list and presses a key must never act on the line before."""
    new = emil.locator("[data-key=n]").first
    new.evaluate("link => link.parentElement.setAttribute('aria-busy', 'true')")
    emil.keyboard.press("n")
    emil.keyboard.press("j")
    expect(emil.locator("[data-row].is-at")).to_have_count(1)
    expect(emil.locator("h1")).to_have_text("Personen")
    new.evaluate("link => link.parentElement.removeAttribute('aria-busy')")
    emil.keyboard.press("n")
    expect(emil.locator("h1")).to_have_text("Neuer Lead")


def test_the_question_mark_lists_the_keys_of_the_page(emil: Page) -> None:
    emil.keyboard.press("?")
    dialog = emil.locator("#keys")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Nächste und vorige Zeile")
    emil.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_the_palette_finds_a_page_by_part_of_a_word_and_goes_there(emil: Page) -> None:
    emil.keyboard.press("Control+k")
    emil.keyboard.type("kennw")
    expect(emil.locator("#palette [role=option]:visible")).to_have_text(["Mein Profil"])
    emil.keyboard.press("Enter")
    expect(emil.locator("h1")).to_have_text("Mein Profil")


def test_the_palette_says_when_nothing_has_that_name(emil: Page) -> None:
    emil.get_by_role("button", name="Zu einer Seite gehen").or_(emil.get_by_text("Gehe zu")).first.click()
    emil.keyboard.type("zzzz")
    expect(emil.get_by_text("Nichts mit diesem Namen.")).to_be_visible()


def test_what_destroys_asks_first_and_no_means_no(emil: Page) -> None:
    emil.locator("[data-row] a", has_text="Anna").click()
    emil.get_by_role("button", name="Zugang beenden").click()
    dialog = emil.locator("#confirm")
    expect(dialog).to_contain_text("kann sich nicht mehr anmelden")
    dialog.get_by_role("button", name="Abbrechen").click()
    expect(emil.get_by_role("button", name="Zugang beenden")).to_be_focused()
    expect(emil.get_by_text("kein Zugang")).to_have_count(0)


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(emil: Page) -> None:
    emil.goto(address(emil, "/setup/people/new/"))
    emil.locator("form.form").evaluate("form => form.noValidate = true")
    emil.get_by_role("button", name="Anlegen und Link senden").click()
    expect(emil.locator(".error-summary")).to_be_focused()
    emil.locator(".error-summary a").first.click()
    expect(emil.locator("#id_name")).to_be_focused()


def test_keys_can_be_switched_off(emil: Page) -> None:
    emil.goto(address(emil, "/setup/profile/"))
    emil.get_by_label("Einzelne Tasten benutzen").uncheck()
    emil.get_by_role("button", name="Speichern").click()
    expect(emil.get_by_text("Ihr Profil ist gespeichert.")).to_be_visible()
    emil.keyboard.press("?")
    expect(emil.locator("dialog[open]")).to_have_count(0)
    emil.get_by_label("Einzelne Tasten benutzen").check()
    emil.get_by_role("button", name="Speichern").click()
    expect(emil.locator("body[data-shortcuts]")).to_have_count(1)
