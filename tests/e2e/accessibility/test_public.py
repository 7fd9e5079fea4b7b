"""Pages for strangers by axe: forms in all their states, personal links open, used and run out, the way in."""

import shutil

import pytest

from tests.e2e.accessibility.looking import GERMAN, Looked, Variant
from tests.e2e.accessibility.places import PUBLIC, UNKNOWN_LINKS
from tests.e2e.conftest import Installation
from tests.e2e.test_path import LEAST_SECONDS, link_in_mail


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page(outside: Looked, name: str) -> None:
    outside.open(PUBLIC[name])
    assert outside.problems() == {}


def test_a_form_with_mistakes_marked_by_script_and_by_server(outside: Looked) -> None:
    outside.open("/f/kontakt/")
    outside.page.locator("form.ls-form button[type=submit]").click()
    outside.page.locator("[aria-invalid=true]").first.wait_for()
    found = {"script": outside.problems()}
    outside.page.wait_for_timeout(LEAST_SECONDS * 1000)
    outside.follow("document.querySelector('form.ls-form').submit()")
    outside.page.locator("[data-ls-focus]").wait_for()
    assert found | {"server": outside.problems(status=422)} == {"script": {}, "server": {}}


def test_the_question_for_those_without_script(outside: Looked) -> None:
    outside.open("/f/ratgeber/")
    outside.page.locator("[name=email]").fill("axe@ohne.example")
    outside.page.wait_for_timeout(LEAST_SECONDS * 1000)
    outside.follow("document.querySelector('form.ls-form').submit()")
    found = {"asked": outside.problems(at="capture:human")}
    outside.page.locator("#answer").fill("99")
    outside.press("form.ls-form button")
    outside.page.locator(".ls-summary").wait_for()
    assert found | {"asked again": outside.problems()} == {"asked": {}, "asked again": {}}


def test_the_form_on_somebody_elses_website(outside: Looked, installation: Installation) -> None:
    outside.open(f"{installation.website}/kontakt")
    outside.page.locator("form.ls-form").wait_for()
    assert outside.problems() == {}


def test_a_form_before_while_and_after_it_is_open(outside: Looked, desks: dict[Variant, Looked]) -> None:
    desk, key = desks[GERMAN], f"messe-{outside.scheme}"
    desk.open("/capture/forms/new/")
    desk.page.fill("input[name=name]", f"Messe {outside.scheme}")
    desk.page.fill("input[name=key]", key)
    desk.press("form.form button.primary")
    builder, found = desk.page.url, {}
    outside.open(f"/f/{key}/")
    found["not published"] = outside.problems(status=404)
    desk.press("button[name=do][value=publish]")
    for page in ("", "done/"):
        outside.open(f"/f/{key}/{page}")
        found[f"open {page}"] = outside.problems()
    desk.open(builder)
    desk.page.locator("button[name=closed]").click()
    desk.press("#confirm [data-yes]")
    outside.open(f"/f/{key}/")
    found["closed"] = outside.problems(status=410)
    desk.open(builder)
    found["builder of a closed form"] = desk.problems()
    assert len(found) == 5
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize("link", ["c open", "d open", "u open", "c used", "c expired"])
def test_a_page_behind_a_personal_link(outside: Looked, links: dict[str, str], link: str) -> None:
    outside.open(links[link])
    assert outside.problems(status=410 if "expired" in link else 200) == {}


@pytest.mark.parametrize("kind", UNKNOWN_LINKS)
def test_a_page_behind_an_unknown_link(outside: Looked, kind: str) -> None:
    outside.open(UNKNOWN_LINKS[kind])
    assert outside.problems(status=404) == {}


@pytest.mark.parametrize("kind", ["c", "u"])
def test_a_link_that_is_used_and_opened_again(outside: Looked, links: dict[str, str], kind: str) -> None:
    """The second variant meets a link that the first has used."""
    outside.open(links[f"{kind} open"])
    found, headings = {}, set()
    if outside.page.locator("main form").count():
        outside.press("main form button")
        found["used"] = outside.problems()
    for time in ("again", "once more"):
        outside.open(links[f"{kind} open"])
        assert not outside.page.locator("main form").count()
        headings.add(outside.page.locator("h1").inner_text())
        found[time] = outside.problems()
    assert len(headings) == 1
    assert {name: what for name, what in found.items() if what} == {}


def test_a_link_whose_file_is_gone(outside: Looked, links: dict[str, str], installation: Installation) -> None:
    files, away = installation.running.home / "files", installation.running.home / "away"
    outside.open(links["d open"])
    shutil.move(files, away)
    try:
        outside.press("main form button")
    finally:
        shutil.move(away, files)
    assert outside.problems(status=503) == {}


def test_an_expired_link_asked_for_again(outside: Looked, links: dict[str, str]) -> None:
    outside.open(links["d expired"])
    found = {"expired": outside.problems(status=410)}
    outside.press("main form button")
    assert found | {"sent": outside.problems(at="capture:download_sent")} == {"expired": {}, "sent": {}}


@pytest.mark.parametrize("page", ["login", "password/reset"])
def test_the_way_in_with_mistakes(outside: Looked, page: str) -> None:
    outside.open(f"/account/{page}/")
    outside.follow("const form = document.querySelector('main form'); form.noValidate = true; form.submit()")
    assert outside.page.locator("[role=alert]").count()
    assert outside.problems() == {}


def test_a_forgotten_password_from_the_mail_to_the_new_one(
    outside: Looked, desks: dict[Variant, Looked], installation: Installation
) -> None:
    outside.open("/account/password/reset/")
    outside.page.fill("input[name=email]", "alles-en@example.com")
    outside.press("main form button")
    outside.page.goto(
        link_in_mail(desks[GERMAN].page, installation, "", "alles-en@example.com", "/password/reset/key/")
    )
    found = {"asked": outside.problems(at="account_reset_password_from_key")}
    outside.page.fill("input[name=password1]", "kurz")
    outside.page.fill("input[name=password2]", "anders")
    outside.press("main form button")
    assert outside.page.locator("[role=alert]").count()
    assert found | {"too short": outside.problems()} == {"asked": {}, "too short": {}}
