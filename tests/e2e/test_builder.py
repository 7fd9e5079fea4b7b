"""Where the keyboard is in the form builder: in the new field, on the list of mistakes, at the mistake."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

AsPerson = Callable[..., Page]


def test_new_field_and_mistakes_have_the_keyboard(as_person: AsPerson) -> None:
    page = as_person("anna")
    page.goto("/".join(page.url.split("/")[:3]) + "/capture/forms/new/")
    page.get_by_label("Name", exact=True).fill("Dachcheck")
    page.get_by_label("Schlüssel in der Adresse").fill("dachcheck")
    page.get_by_role("button", name="Formular bauen").click()
    page.get_by_role("button", name="Feld hinzufügen").click()
    label = page.locator("#f5-label-de")
    expect(label).to_be_focused()
    page.get_by_role("button", name="Veröffentlichen").first.click()
    told = page.get_by_role("alert")
    expect(told).to_be_focused()
    expect(told).to_be_in_viewport()
    told.get_by_role("link", name="Feld 6").click()
    expect(label).to_be_focused()
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
