"""The embed script on a foreign page under a strict policy, in a real browser: shown, corrected, proven, sent."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings
from playwright.sync_api import Browser, Page

from leadstern.capture.models import Submission
from leadstern.capture.terms import SubmissionState
from tests.capture.make import make_form, make_site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()
    connections.close_all()  # the driver's loop gives this thread a connection of its own


@pytest.fixture
def foreign_page(live_server: Any) -> Iterator[str]:
    """A website of somebody else, on another origin, that allows ours and nothing else."""
    ours = live_server.url
    policy = f"default-src 'none'; script-src {ours}; style-src {ours}; connect-src {ours}; form-action {ours}"
    html = (
        f'<!doctype html><html lang="de"><title>Dach</title><h1>Dach</h1>'
        f'<div data-leadstern-form="kontakt"></div><script src="{ours}/e/form.js" async></script>'
    )

    class Website(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Website)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.fill(f"[name={name}]", value)


def test_foreign_page_shows_corrects_and_sends(live_server: Any, foreign_page: str, page: Page) -> None:
    make_form(site=make_site(foreign_page))
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    with override_settings(BASE_URL=live_server.url):
        page.goto(f"{foreign_page}/dach")
        page.wait_for_selector(".ls-form")
        fill(page, email="kim@example.com", message="Ein Dach")
        page.click(".ls-button")
        assert page.evaluate("document.activeElement.name") == "name"
        assert page.get_attribute("[name=name]", "aria-invalid") == "true"
        fill(page, name="Kim Muster", phone="falsch")
        page.wait_for_timeout(3200)
        page.click(".ls-button")
        page.wait_for_selector(".ls-summary")
        assert page.evaluate("document.activeElement.className") == "ls-summary"
        fill(page, phone="0221 123456")
        page.click(".ls-button")
        page.wait_for_selector(".ls-done")
    assert not refused
    assert page.inner_text(".ls-done h2") == "Ihre Anfrage ist angekommen"
    row = Submission.objects.get(state=SubmissionState.WAITING)
    assert row.origin["page"] == f"{foreign_page}/dach"


def test_hosted_page_proves_in_the_background(live_server: Any, page: Page) -> None:
    make_form()
    page.goto(f"{live_server.url}/f/kontakt/?language=de")
    page.wait_for_timeout(3200)
    fill(page, name="Kim Muster", email="kim@example.com", message="Ein Dach")
    page.click(".ls-button")
    page.wait_for_url("**/done/**")
    assert Submission.objects.get().state == SubmissionState.WAITING
