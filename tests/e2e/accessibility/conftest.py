"""Who looks at pages: somebody with all roles in each variant, and a stranger."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from leadstern.accounts.terms import Role
from tests.e2e.accessibility.looking import ENGLISH, GERMAN, VARIANTS, Looked, Variant, looked, sign_in
from tests.e2e.conftest import Installation


@pytest.fixture(scope="session")
def everybody(installation: Installation) -> dict[str, str]:
    """Language to password of somebody with all roles."""
    roles = [part for role in Role.values for part in ("--role", role)]
    add = installation.running.command
    return {
        language: add("user", "add", f"alles-{language}@example.com", "--language", language, *roles)["password"]
        for language, _scheme in VARIANTS
    }


@pytest.fixture(scope="session")
def finished_import(installation: Installation) -> None:
    """Import number 1, with a line that was refused."""
    file = installation.running.home / "leads.csv"
    file.write_text("Wer;Post\nKim;kim@import.example\nNiemand;kein Postfach\n", encoding="utf-8")
    answer = installation.running.command("import", "leads", str(file), "--map", "name=Wer", "--map", "email=Post")
    assert (answer["accepted"], answer["rejected"]) == (1, 1)


@pytest.fixture(scope="session")
def links(installation: Installation) -> dict[str, str]:
    found: dict[str, str] = installation.running.module("tests.e2e.accessibility.links")
    return found


@pytest.fixture(scope="session")
def desks(
    browser: Browser, installation: Installation, everybody: dict[str, str], finished_import: None
) -> Iterator[dict[Variant, Looked]]:
    """Somebody with all roles, signed in, in each variant."""
    opened = {variant: looked(browser, variant, installation.address) for variant in VARIANTS}
    for (language, _scheme), desk in opened.items():
        sign_in(desk, f"alles-{language}@example.com", everybody[language])
    begin_drafts(opened[GERMAN].page, installation)
    opened[ENGLISH].contrasts_in = ()  # the German one opens the same pages, in both colours
    for desk in opened.values():
        desk.words.clear()
    yield opened
    for desk in opened.values():
        desk.page.context.close()


@pytest.fixture(scope="module", params=VARIANTS, ids="-".join)
def outside(request: pytest.FixtureRequest, browser: Browser, installation: Installation) -> Iterator[Looked]:
    """A stranger."""
    stranger = looked(browser, request.param, installation.address)
    yield stranger
    stranger.page.context.close()


@pytest.fixture
def colleague(
    browser: Browser, installation: Installation, signed_in: Callable[[str], Any]
) -> Iterator[Callable[[str], Looked]]:
    """`colleague("ben")`: the browser of somebody who has only their own role, and their own leads."""
    desks: list[Looked] = []

    def opened(key: str) -> Looked:
        desks.append(looked(browser, GERMAN, installation.address))
        desks[-1].page.context.add_cookies(signed_in(key)["cookies"])
        return desks[-1]

    yield opened
    for desk in desks:
        desk.page.context.close()


def begin_drafts(page: Page, installation: Installation) -> None:
    """A draft of the model, one of the definition, and an import whose columns are not named yet."""
    for place in ("/score/model/", "/score/definition/"):
        page.goto(installation.address + place)
        begin = page.locator("form[action$='draft/start/'] button")
        if begin.count():
            begin.first.click()
    page.goto(f"{installation.address}/score/segments/new/")
    page.fill("input[name=name]", "Aus Deutschland")
    page.fill("textarea[name=condition]", 'lead.country = "DE"')
    page.locator("form.form button[type=submit].primary").click()
    page.goto(f"{installation.address}/capture/imports/")
    file: Any = {"name": "leads.csv", "mimeType": "text/csv", "buffer": b"Wer;Post\nKim;kim@import.example\n"}
    page.locator("input[type=file]").set_input_files(file)
    page.locator("form[enctype='multipart/form-data'] button[type=submit]").click()
