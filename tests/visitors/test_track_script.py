"""The script in a real Chromium, on pages of another origin under a strict content security policy."""

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from leadstern.visitors import public
from tests.visitors.server import FOREIGN, FOREIGN_PORT, KEY, Database, Server

SCRIPT = Path(public.__file__).parent / "embed" / "track.js"
PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
STORED = """async () => ({
    local: Object.keys(localStorage), session: Object.keys(sessionStorage), cookie: document.cookie,
    databases: (await indexedDB.databases()).map(found => found.name), caches: await caches.keys(),
})"""
NOTHING = {"local": [], "session": [], "cookie": "", "databases": [], "caches": []}


class ForeignPages(BaseHTTPRequestHandler):
    """A customer's website: every path is the same page, with the snippet, under a strict policy."""

    leadstern = ""

    def do_GET(self) -> None:
        body = f"""<!doctype html><title>Solar</title>
            <script defer src="{self.leadstern}/e/track.js" data-site="{KEY}"></script>
            <a id="cta" href="#top" data-leadstern-cta="angebot">Angebot</a>
            <a id="file" href="/dateien/preise.pdf" download>Preise</a>
            <a id="next" href="/naechste">weiter</a>""".encode()
        self.send_response(200)
        policy = f"default-src 'none'; script-src {self.leadstern}; connect-src {self.leadstern}"
        self.send_header("Content-Security-Policy", policy)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base class names it so
        """Says nothing."""


@pytest.fixture(scope="module")
def foreign(running: Server) -> Iterator[str]:
    ForeignPages.leadstern = f"http://127.0.0.1:{running.port}"
    pages = ThreadingHTTPServer(("127.0.0.1", FOREIGN_PORT), ForeignPages)
    thread = threading.Thread(target=pages.serve_forever, daemon=True)
    thread.start()
    yield FOREIGN
    pages.shutdown()
    pages.server_close()


@pytest.fixture
def context(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    made = browser.new_context(user_agent=PERSON)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab in which nothing may go wrong: every error the console shows fails the test."""
    made = context.new_page()
    mistakes: list[str] = []
    made.on("pageerror", lambda error: mistakes.append(str(error)))
    made.on("console", lambda message: mistakes.append(message.text) if message.type == "error" else None)
    yield made
    assert [text for text in mistakes if "favicon" not in text] == []


def _hits(database: Database, number: int) -> list[tuple[Any, ...]]:
    """Path, kind, label, whether an entry, and the visitor (without hyphens) of all hits, once there are `number`."""
    deadline = time.monotonic() + 10
    rows: list[Any] = []
    while time.monotonic() < deadline and len(rows) < number:
        time.sleep(0.1)
        rows = database.query("SELECT path, kind, label, is_entry, visitor_key FROM visitors_hit ORDER BY id")
    return [(*row[:3], bool(row[3]), str(row[4] or "").replace("-", "")) for row in rows]


def _wait(is_so: Callable[[], bool]) -> None:
    """Until it is so. Playwright's own waiting needs eval, which the strict policy of the page forbids."""
    deadline = time.monotonic() + 10
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert is_so()


def test_the_script_is_small_enough_for_any_website() -> None:
    assert len(gzip.compress(SCRIPT.read_bytes(), 9)) <= 3000


@pytest.mark.browser
class TestInChromium:
    def test_before_consent_nothing_is_stored_on_the_device(
        self, page: Page, context: BrowserContext, foreign: str, database: Database
    ) -> None:
        page.goto(f"{foreign}/preise?email=kim@example.com#kim")
        assert _hits(database, 1) == [("/preise", "page", "", True, "")]
        page.click("#cta")
        _hits(database, 2)
        assert page.evaluate(STORED) == NOTHING
        assert context.cookies() == []
        assert "visitor" not in page.evaluate("leadstern.context()")

    def test_there_is_one_global_only(self, page: Page, foreign: str, database: Database) -> None:
        page.goto(foreign)
        _hits(database, 1)  # one under way would arrive in the next test
        added = page.evaluate(
            """async () => {
                const frame = document.body.appendChild(document.createElement("iframe"));
                const usual = new Set(Object.getOwnPropertyNames(frame.contentWindow));
                return Object.getOwnPropertyNames(window).filter(name => !usual.has(name) && !/^[0-9]|__/.test(name));
            }"""
        )
        assert [name for name in added if name not in {"cta", "file", "next"}] == ["leadstern"]

    def test_after_consent_the_browser_is_recognised_until_it_is_withdrawn(
        self, page: Page, foreign: str, database: Database
    ) -> None:
        page.goto(foreign)
        _hits(database, 1)
        assert page.evaluate('leadstern.consent(true, "Ja, wiedererkennen")') is True
        _wait(lambda: not page.evaluate('localStorage.getItem("leadstern")').endswith("!"))
        key = UUID(page.evaluate("leadstern.context().visitor"))
        assert key.version == 4
        assert database.query("SELECT consent_text, withdrawn_at FROM visitors_visitor") == [
            ("Ja, wiedererkennen", None)
        ]
        page.goto(f"{foreign}/zweite")
        assert _hits(database, 3)[2] == ("/zweite", "page", "", False, key.hex)

        assert page.evaluate("leadstern.consent(false)") is False
        assert page.evaluate(STORED) == NOTHING
        page.goto(f"{foreign}/dritte")
        assert _hits(database, 4)[3] == ("/dritte", "page", "", False, "")
        assert database.query("SELECT count(*) FROM visitors_visitor WHERE withdrawn_at IS NULL") == [(0,)]

    def test_who_agrees_on_the_page_they_came_to_is_known_to_have_come_that_way(
        self, page: Page, foreign: str, database: Database
    ) -> None:
        page.goto(f"{foreign}/solar?utm_source=google&utm_medium=cpc&utm_campaign=herbst")
        _hits(database, 1)
        page.evaluate("leadstern.consent(true)")
        first, landing = _hits(database, 2)
        key = UUID(page.evaluate("leadstern.context().visitor")).hex
        assert (first, landing) == (("/solar", "page", "", True, ""), ("/solar", "landing", "", False, key))
        way = "SELECT channel, source, medium, campaign FROM visitors_hit WHERE kind = 'landing'"
        assert database.query(way) == [("paid_search", "google", "cpc", "herbst")]

    def test_who_agrees_on_a_later_page_is_only_known_from_there(
        self, page: Page, foreign: str, database: Database
    ) -> None:
        page.goto(f"{foreign}/solar?utm_source=google")
        page.click("#next")
        _hits(database, 2)
        page.evaluate("leadstern.consent(true)")
        assert [row[1] for row in _hits(database, 3)] == ["page"] * 3

    @pytest.mark.parametrize("signal", ["globalPrivacyControl: true", 'doNotTrack: "1"'])
    def test_who_objects_is_never_recognised(self, page: Page, foreign: str, database: Database, signal: str) -> None:
        name, value = signal.split(": ")
        page.add_init_script(f'Object.defineProperty(navigator, "{name}", {{ value: {value} }})')
        page.goto(foreign)
        assert page.evaluate("leadstern.consent(true)") is False
        assert page.evaluate(STORED) == NOTHING
        assert _hits(database, 1)[0][4] == ""
        assert database.query("SELECT count(*) FROM visitors_visitor") == [(0,)]

    def test_a_single_page_application_reports_each_page_once(
        self, page: Page, foreign: str, database: Database
    ) -> None:
        page.goto(f"{foreign}/app?utm_source=xing&utm_medium=social&utm_campaign=Start")
        page.evaluate('history.pushState({}, "", "/app/eins"); history.pushState({}, "", "/app/eins?tab=2")')
        page.evaluate('history.replaceState({}, "", "/app/eins?tab=3")')
        page.evaluate("history.go(-2)")
        rows = _hits(database, 3)
        assert sorted(row[0] for row in rows) == ["/app", "/app", "/app/eins"]
        assert [row[3] for row in rows].count(True) == 1
        found = database.query("SELECT DISTINCT channel, source, medium, campaign FROM visitors_hit")
        assert found == [("social", "xing", "social", "Start")]
        assert page.evaluate("leadstern.context().campaign") == "Start"

    def test_clicks_and_downloads_are_reported_even_when_the_page_is_left(
        self, page: Page, foreign: str, database: Database
    ) -> None:
        page.goto(foreign)
        _hits(database, 1)
        page.click("#cta")
        with page.expect_download():
            page.click("#file")
        page.evaluate('document.getElementById("next").dataset.leadsternCta = "weiter"')
        page.click("#next")
        rows = sorted(row[1:4] for row in _hits(database, 5))
        assert rows == [
            ("click", "angebot", False),
            ("click", "weiter", False),
            ("download", "preise.pdf", False),
            ("page", "", False),
            ("page", "", True),
        ]

    def test_a_page_loaded_again_is_no_new_visit(self, page: Page, foreign: str, database: Database) -> None:
        page.goto(foreign, referer="https://www.google.de/")
        _hits(database, 1)
        page.reload()
        assert [row[3] for row in _hits(database, 2)] == [True, False]
        assert database.query("SELECT DISTINCT channel FROM visitors_hit") == [("organic_search",)]

    def test_a_browser_driven_by_a_program_is_a_bot(self, browser: Browser, foreign: str, database: Database) -> None:
        context = browser.new_context()
        context.new_page().goto(foreign)
        _hits(database, 1)
        assert database.query("SELECT bot FROM visitors_hit") == [("headless browser",)]
        context.close()
