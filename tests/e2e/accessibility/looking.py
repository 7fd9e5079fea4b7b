"""A browser that finds everything wrong with a page: axe (WCAG 2.2 AA), contrasts, widths, the console, the status.

Enters: a browser and an address. Leaves: the problems of each page it is told to open. Used by the tests beside it.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve
from playwright.sync_api import Browser, Page, Response, ViewportSize

from tests.e2e.conftest import AGENT

AXE = Axe().axe_script
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
CONTRASTS = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
NO_CONTRASTS = {"rules": {"color-contrast": {"enabled": False}}}
Scheme = Literal["light", "dark"]
Variant = tuple[str, Scheme]
GERMAN: Variant = ("de", "light")
ENGLISH: Variant = ("en", "dark")
VARIANTS = (GERMAN, ENGLISH)
CONTRASTS_IN: dict[Scheme, tuple[Scheme, ...]] = {"light": ("light", "dark"), "dark": ("dark",)}
PHONE: ViewportSize = {"width": 360, "height": 740}
WIDE: ViewportSize = {"width": 1920, "height": 1080}
DESK: ViewportSize = {"width": 1440, "height": 900}
PATIENT = 40_000  # milliseconds: longer than the server waits for a locked database
# The field's form is sent with that in the field, past the browser's own checks; file fields stay empty.
SEND = """([name, value]) => {
  const field = document.querySelector(`main form[method=post] [name="${name}"]`);
  for (const one of field.form.querySelectorAll(`[name="${name}"]`)) {
    if (one.type === "checkbox") one.checked = false;
    else { if (one.type !== "file" && one.tagName === "INPUT") one.type = "text"; one.value = value; }
  }
  field.form.noValidate = true;
  (field.form.querySelector("button.primary") || field.form.querySelector("button")).click();
}"""


@dataclass
class Looked:
    """A browser that hears every word on the console. `answer` is the last page's."""

    page: Page
    address: str
    scheme: Scheme
    contrasts_in: tuple[Scheme, ...]
    words: list[str] = field(default_factory=list)
    answer: Response | None = None

    def open(self, path: str) -> None:
        """The page of that address itself: one that leads elsewhere would be another page than the test names."""
        self.answer = self.page.goto(path if path.startswith("http") else self.address + path, timeout=PATIENT)
        assert self.answer is None or self.answer.request.redirected_from is None, (path, self.page.url)

    def go(self, first: str, *links: str) -> None:
        """The way to a page: where to begin, then the first link whose address ends so, and so on."""
        self.open(first)
        for pattern in links:
            found: list[str] = self.page.locator("main a[href]").evaluate_all("all => all.map(link => link.href)")
            fitting = [link for link in found if re.fullmatch(r"https?://[^/]+" + pattern, link)]
            assert fitting, (self.page.url, pattern, found)
            self.open(fitting[0])

    def press(self, button: str) -> None:
        """Presses a button or a link; the page that comes is the one to look at."""
        self.follow(f"document.querySelector({button!r}).click()")

    def follow(self, script: str) -> None:
        """Runs what leads to another page."""
        with self.following(script):
            pass

    @contextmanager
    def following(self, script: str) -> Iterator[None]:
        """The same, while the block does something else: the other page is there at its end."""
        with self.page.expect_navigation(timeout=PATIENT) as came:
            self.page.evaluate(script)
            yield
        self.answer = came.value

    def send(self, name: str, value: str) -> None:
        """Sends the form that has this field, with that in it."""
        self.page.wait_for_load_state("networkidle")  # the editor of conditions asks while it loads
        self.follow(f"({SEND})({json.dumps([name, value])})")

    def problems(self, *, status: int = 200, at: str = "") -> dict[str, Any]:
        """All that is wrong with the page as it is now. `at`: the name of the address that it must have."""
        heard = list(self.words)
        found = {
            "status": self.answer.status if self.answer and self.answer.status != status else None,
            "elsewhere": self.page.url if at and resolve(urlsplit(self.page.url).path).view_name != at else None,
            "wider than a phone": self.sticks_out(PHONE),
            "wider than a wide screen": self.sticks_out(WIDE),
            "axe": self.violations(RULES | NO_CONTRASTS),
            "contrasts": [words for scheme in self.contrasts_in for words in self.contrasts(scheme)],
            "console": [words for words in heard if not (status != 200 and f"{status}" in words)],
        }
        self.words.clear()  # also what looking itself has caused: axe applies styles that a policy may forbid
        return {name: what for name, what in found.items() if what}

    def violations(self, options: dict[str, Any]) -> list[str]:
        """What axe finds; a page that has it already is not given it again."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        found = self.page.evaluate("async options => (await axe.run(options)).violations", options)
        return [_told(one) for one in found]

    def sticks_out(self, size: ViewportSize) -> list[str]:
        """What is wider than a page of that size; nothing when the page does not scroll sideways."""
        self.page.set_viewport_size(size)
        found: list[str] = self.page.evaluate(
            "width => document.documentElement.scrollWidth <= width ? [] : [...document.querySelectorAll('body *')]"
            ".filter(one => one.getBoundingClientRect().right > width + 1 && !one.closest('.table-scroll'))"
            ".map(one => one.outerHTML.slice(0, 120)).slice(0, 5)",
            size["width"],
        )
        self.page.set_viewport_size(DESK)
        return found

    def contrasts(self, scheme: Scheme) -> list[str]:
        """What cannot be read well in these colours."""
        self.page.emulate_media(color_scheme=scheme)
        found = self.violations(CONTRASTS)
        self.page.emulate_media(color_scheme=self.scheme)
        return found


def _told(violation: dict[str, Any]) -> str:
    nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:4])
    return f"{violation['id']} ({violation['help']}): {nodes}"


def looked(browser: Browser, variant: Variant, address: str) -> Looked:
    """A stranger's browser."""
    language, scheme = variant
    context = browser.new_context(
        locale=language, viewport=DESK, color_scheme=scheme, user_agent=AGENT, reduced_motion="reduce"
    )
    context.set_default_timeout(10_000)
    opened = Looked(context.new_page(), address, scheme, CONTRASTS_IN[scheme])
    opened.page.on(
        "console", lambda said: opened.words.append(said.text) if said.type in ("error", "warning") else None
    )
    opened.page.on("pageerror", lambda error: opened.words.append(str(error)))
    return opened


def sign_in(opened: Looked, email: str, password: str) -> None:
    """Name and password; what comes then is the page to look at."""
    opened.open("/account/login/")
    opened.page.fill("input[name=login]", email)
    opened.page.fill("input[name=password]", password)
    opened.press("main form button[type=submit]")
