"""A whole Leadstern with the demo company and its website, and a real browser in front of it."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.running import Running, free_port

PASSWORD = "sonnwerk-demo-2026"
LEADS = 60
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


@dataclass(frozen=True)
class Installation:
    """Where Leadstern and the demo company's website answer."""

    running: Running
    website: str

    @property
    def address(self) -> str:
        return self.running.address


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def installation(prepared: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    home: Path = tmp_path_factory.mktemp("installation") / "home"
    shutil.copytree(prepared.home, home)
    site = free_port()
    running = Running(home, arguments=("--demo", "--demo-port", str(site)))
    _begin_beyond_a_thousand(home)
    running.command("demo", "--leads", str(LEADS), "--days", "60", "--demo-port", str(site))
    running.module("tests.e2e.certain")
    running.start()
    try:
        running.wait_until_up(f"http://127.0.0.1:{site}/")
        yield Installation(running, f"http://127.0.0.1:{site}")
    finally:
        running.stop()


def _begin_beyond_a_thousand(home: Path) -> None:
    """As after a year: a number that is written for people (3.002) leads nowhere, which small numbers hide."""
    with closing(sqlite3.connect(home / "leadstern.sqlite3", isolation_level=None)) as file:
        rows = [(table, 3000) for table in ("leads_lead", "leads_identity", "capture_submission", "sales_opportunity")]
        file.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", rows)


@pytest.fixture
def stranger(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`stranger(java_script_enabled=False)`: a browser nobody knows, German, with nothing stored."""
    contexts: list[BrowserContext] = []

    def opened(**options: Any) -> Page:
        given: dict[str, Any] = {"locale": "de-DE", "user_agent": AGENT, "viewport": {"width": 1280, "height": 900}}
        contexts.append(browser.new_context(**given | options))
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def signed_in(browser: Browser, installation: Installation) -> Callable[[str], Any]:
    """`signed_in("ben")`: what the browser of that colleague holds once they have used the sign-in form."""

    @cache
    def sign_in(key: str) -> Any:
        context = browser.new_context(locale="de-DE")
        page = context.new_page()
        page.goto(f"{installation.address}/account/login/")
        page.fill("input[name=login]", f"{key}@sonnwerk.example")
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/account/" not in url)
        held = context.storage_state()
        context.close()
        return held

    return sign_in


@pytest.fixture
def as_person(
    browser: Browser, installation: Installation, signed_in: Callable[[str], Any]
) -> Iterator[Callable[..., Page]]:
    """`as_person("ben")`: a page on which that colleague is signed in and sees their first page."""
    contexts: list[BrowserContext] = []

    def opened(key: str, **options: Any) -> Page:
        given: dict[str, Any] = {"locale": "de-DE", "viewport": {"width": 1440, "height": 900}}
        context = browser.new_context(storage_state=signed_in(key), **given | options)
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.goto(installation.address)
        return page

    yield opened
    for context in contexts:
        context.close()
