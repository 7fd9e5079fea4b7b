"""The error pages by axe, each provoked on a real server: refused, not there, too large, too often, gone, broken."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e.accessibility.looking import VARIANTS, Looked, Variant, looked
from tests.e2e.conftest import Installation
from tests.own_database import locked
from tests.running import Running, fresh

TRIES = 6  # one more than the sign-in library's limit for one address


@contextmanager
def without_sessions(home: Path) -> Iterator[None]:
    """The database has no table of sessions inside: as after an update that was broken off."""
    with closing(sqlite3.connect(home / "leadstern.sqlite3", timeout=20, isolation_level=None)) as file:
        file.execute("ALTER TABLE django_session RENAME TO away")
        try:
            yield
        finally:
            file.execute("ALTER TABLE away RENAME TO django_session")


@pytest.mark.parametrize("path", ["/f/gibt-es-nicht/", "/gibt-es-nicht/", "/account/email/"])
def test_not_there(outside: Looked, path: str) -> None:
    outside.open(path)
    assert outside.problems(status=404) == {}


def test_a_form_without_its_security_mark(outside: Looked) -> None:
    outside.open("/account/login/")
    outside.page.context.clear_cookies()
    outside.follow("document.querySelector('main form').submit()")
    assert outside.page.locator("h1").inner_text() in (
        "Bitte senden Sie das Formular noch einmal", "Please send the form once more"
    )  # fmt: skip
    assert outside.problems(status=403) == {}


def test_more_than_can_be_sent(outside: Looked) -> None:
    outside.open("/account/login/")
    outside.page.evaluate("document.querySelector('[name=login]').value = 'x'.repeat(2 ** 20)")
    outside.follow("document.querySelector('main form').submit()")
    assert outside.problems(status=400) == {}


def test_a_fault_of_ours(outside: Looked, installation: Installation) -> None:
    cookie: Any = {"name": "sessionid", "value": "a" * 32, "url": installation.address}
    outside.page.context.add_cookies([cookie])
    with without_sessions(installation.running.home):
        outside.open("/account/login/")
        number = outside.page.locator("main strong").inner_text()
        found = outside.problems(status=500)
    assert f"error number {number}" in installation.running.log()
    assert found == {}
    outside.page.context.clear_cookies()


def test_a_locked_database(desks: dict[Variant, Looked], installation: Installation) -> None:
    """A page that was asked for can be asked for again; what was sent may have to be sent again."""
    running = installation.running
    for desk in desks.values():
        desk.open("/setup/profile/")
        desk.page.fill("input[name=name]", "Alles Neu")
    with locked(running.home, running.database, "django_session"):
        together(desks.values(), "document.querySelector('main form button.primary').click()")
        found = {variant: desk.problems(status=503) for variant, desk in desks.items()}
    assert found == {variant: {} for variant in VARIANTS}


def together(all_of_them: Iterable[Looked], script: str) -> None:
    """All wait for the same lock at once."""
    with ExitStack() as stack:
        for one in all_of_them:
            stack.enter_context(one.following(script))


def test_a_form_that_a_locked_database_cannot_take(browser: Browser, installation: Installation) -> None:
    strangers = {variant: looked(browser, variant, installation.address) for variant in VARIANTS}
    for stranger in strangers.values():
        stranger.open("/f/kontakt/")
        stranger.page.locator("[name=email]").fill("axe@wartet.example")
    with locked(installation.running.home, installation.running.database, "capture_submission"):
        together(strangers.values(), "document.querySelector('form.ls-form').submit()")
        found = {variant: stranger.problems(status=503) for variant, stranger in strangers.items()}
    assert found == {variant: {} for variant in VARIANTS}
    for stranger in strangers.values():
        assert stranger.page.locator("input[type=hidden][value='axe@wartet.example']").count()
        stranger.page.context.close()


@pytest.fixture(scope="module")
def strict(prepared: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that counts attempts, as in production."""
    with fresh(tmp_path_factory.mktemp("strict") / "home", like=prepared) as running:
        running.extra["LEADSTERN_RATE_LIMITS"] = "true"
        yield running.start()


@pytest.mark.parametrize("variant", VARIANTS, ids="-".join)
def test_too_many_attempts(browser: Browser, strict: Running, variant: Variant) -> None:
    stranger = looked(browser, variant, strict.address)
    for _attempt in range(TRIES):
        stranger.open("/account/password/reset/")
        stranger.page.fill("input[name=email]", f"{variant[0]}@example.com")
        stranger.press("main form button")
    assert stranger.problems(status=429) == {}
    stranger.page.context.close()
