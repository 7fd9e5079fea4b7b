"""Every page by axe (WCAG 2.2 AA), under the policy, without a word on the console, and as wide as the screen.

In German and light, and in English and dark; the contrasts each time in the other colours, too; at 360 and 1920 pixels.
What is found on a page is told at once.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, Page, Response, ViewportSize

from leadstern.accounts.terms import Role
from leadstern.core.registry import pages
from tests.e2e.conftest import AGENT, Installation
from tests.e2e.test_path import LEAST_SECONDS

AXE = Axe()
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
CONTRASTS = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
Scheme = Literal["light", "dark"]
Variant = tuple[str, Scheme]
OTHER: dict[Scheme, Scheme] = {"light": "dark", "dark": "light"}
GERMAN: Variant = ("de", "light")
ENGLISH: Variant = ("en", "dark")
VARIANTS = (GERMAN, ENGLISH)
PHONE: ViewportSize = {"width": 360, "height": 740}
WIDE: ViewportSize = {"width": 1920, "height": 1080}
DESK: ViewportSize = {"width": 1440, "height": 900}

# Where to begin, then the links to follow, by the end of their address.
WAYS: dict[str, tuple[str, ...]] = {
    "lead": ("/leads/", r"/leads/\d+/"),
    "lead, edit": ("/leads/", r"/leads/\d+/", r"/leads/\d+/edit/"),
    "lead, changes": ("/leads/", r"/leads/\d+/", r"/leads/\d+/\?show=changes.*"),
    "lead, what is stored": ("/leads/", r"/leads/\d+/", r"/leads/\d+/person/"),
    "lead, by hand": ("/leads/new/",),
    "leads of a stage": ("/leads/?stage=won",),
    "leads of the agreement": ("/leads/?agreement=called",),
    "no lead found": ("/leads/?q=niemand-heisst-so",),
    "submission": ("/capture/submissions/", r"/capture/submissions/\d+/"),
    "form builder": ("/capture/forms/", r"/capture/forms/\d+/"),
    "form, embed": ("/capture/forms/1/embed/",),
    "form, new": ("/capture/forms/new/",),
    "import": ("/capture/imports/1/",),
    "import, columns": ("/capture/imports/2/columns/",),
    "site": ("/capture/sites/", r"/capture/sites/\d+/"),
    "site, edit": ("/capture/sites/1/edit/",),
    "segment, new": ("/score/segments/new/",),
    "segment": ("/score/segments/", r"/score/segments/\d+/"),
    "segment, edit": ("/score/segments/", r"/score/segments/\d+/", r"/score/segments/\d+/edit/"),
    "model draft": ("/score/model/draft/",),
    "rule": ("/score/model/draft/fit/add/",),
    "rule, there already": ("/score/model/draft/", r"/score/model/draft/\w+/(?!add)[\w-]+/"),
    "thresholds": ("/score/model/draft/thresholds/",),
    "definition draft": ("/score/definition/draft/",),
    "criterion, there already": ("/score/definition/draft/", r"/score/definition/draft/criteria/(?!add)[\w-]+/"),
    "criterion": ("/score/definition/draft/criteria/add/",),
    "criteria needed": ("/score/definition/draft/needed/",),
    "sequence": ("/nurture/sequences/", r"/nurture/sequences/\d+/"),
    "sequence, new": ("/nurture/sequences/new/",),
    "sequence, new step": ("/nurture/sequences/1/steps/new/",),
    "sequence, step": ("/nurture/sequences/1/steps/0/",),
    "sequence, preview": ("/nurture/sequences/1/preview/",),
    "sequence, people": ("/nurture/sequences/1/people/?state=finished",),
    "left out": ("/nurture/left-out/no_consent/",),
    "mail": ("/nurture/mailbox/", r"/nurture/mailbox/\d+/"),
    "region": ("/route/regions/", r"/route/regions/\d+/"),
    "region, new": ("/route/regions/new/",),
    "opportunity": ("/sell/opportunities/?state=won", r"/sell/opportunities/\d+/"),
    "opportunities of a state": ("/sell/opportunities/?state=lost",),
    "leads behind a number": ("/reports/funnel/", r"/reports/leads/.*"),
    "person": ("/setup/people/", r"/setup/people/\d+/"),
    "person, new": ("/setup/people/new/",),
    "second factor": ("/account/2fa/",),
    "authenticator app": ("/account/2fa/totp/activate/",),
    "passkeys": ("/account/2fa/webauthn/",),
    "passkey, new": ("/account/2fa/webauthn/add/",),
    "password once more": ("/account/reauthenticate/",),
    "password": ("/account/password/change/",),
    "sign out": ("/account/logout/",),
    "wording": ("/setup/wordings/", r"/setup/wordings/\w+/\w+/"),
    "consent requests": ("/setup/wordings/requests/open/",),
    "not there": ("/leads/999999/",),
}
OFFERED = {page.key: (reverse(page.url_name),) for page in pages}
# In English and dark the same templates stand; the offered pages and these show all the kinds of parts there are.
ALSO_ENGLISH = ("lead", "form builder", "definition draft", "sequence", "opportunity", "import, columns", "not there")
ON_THE_DESK = [
    *((GERMAN, name) for name in {**OFFERED, **WAYS}),
    *((ENGLISH, name) for name in (*OFFERED, *ALSO_ENGLISH)),
]


@dataclass
class Looked:
    """A browser that hears every word on the console. `answer` is the last page's."""

    page: Page
    address: str
    scheme: Scheme
    words: list[str] = field(default_factory=list)
    answer: Response | None = None

    def open(self, path: str) -> None:
        self.answer = self.page.goto(path if path.startswith("http") else self.address + path)

    def problems(self, *, status: int = 200) -> dict[str, Any]:
        """All that is wrong with the page as it is now."""
        heard, self.words[:] = list(self.words), []
        found = {
            "status": self.answer.status if self.answer and self.answer.status != status else None,
            "wider than a phone": self.sticks_out(PHONE),
            "wider than a wide screen": self.sticks_out(WIDE),
            "axe": [_told(one) for one in AXE.run(self.page, options=RULES).response["violations"]],
            "the other colours": self.contrasts(OTHER[self.scheme]),
            "console": [words for words in heard if not (status != 200 and f"{status}" in words)],
        }
        return {name: what for name, what in found.items() if what}

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
        found = [_told(one) for one in AXE.run(self.page, options=CONTRASTS).response["violations"]]
        self.page.emulate_media(color_scheme=self.scheme)
        return found


def _told(violation: dict[str, Any]) -> str:
    nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:4])
    return f"{violation['id']} ({violation['help']}): {nodes}"


def _looked(browser: Browser, variant: Variant, address: str) -> Looked:
    language, scheme = variant
    context = browser.new_context(
        locale=language, viewport=DESK, color_scheme=scheme, user_agent=AGENT, reduced_motion="reduce"
    )
    context.set_default_timeout(10_000)
    looked = Looked(context.new_page(), address, scheme)
    looked.page.on(
        "console", lambda said: looked.words.append(said.text) if said.type in ("error", "warning") else None
    )
    looked.page.on("pageerror", lambda error: looked.words.append(str(error)))
    return looked


@pytest.fixture(scope="module")
def everybody(installation: Installation) -> dict[str, str]:
    """Language to password of somebody with all roles."""
    roles = [part for role in Role.values for part in ("--role", role)]
    add = installation.running.command
    return {
        language: add("user", "add", f"alles-{language}@example.com", "--language", language, *roles)["password"]
        for language, _scheme in VARIANTS
    }


@pytest.fixture(scope="module")
def finished_import(installation: Installation) -> None:
    """Import number 1, with a line that was refused."""
    file = installation.running.home / "leads.csv"
    file.write_text("Wer;Post\nKim;kim@import.example\nNiemand;kein Postfach\n", encoding="utf-8")
    answer = installation.running.command("import", "leads", str(file), "--map", "name=Wer", "--map", "email=Post")
    assert (answer["accepted"], answer["rejected"]) == (1, 1)


@pytest.fixture(scope="module")
def links(installation: Installation) -> dict[str, str]:
    found: dict[str, str] = installation.running.module("tests.e2e.links")
    return found


@pytest.fixture(scope="module")
def desks(
    browser: Browser, installation: Installation, everybody: dict[str, str], finished_import: None
) -> Iterator[dict[Variant, Looked]]:
    """Somebody with all roles, signed in, in each variant."""
    opened = {variant: _looked(browser, variant, installation.address) for variant in VARIANTS}
    for (language, _scheme), looked in opened.items():
        looked.open("/account/login/")
        looked.page.fill("input[name=login]", f"alles-{language}@example.com")
        looked.page.fill("input[name=password]", everybody[language])
        looked.page.press("input[name=password]", "Enter")
        looked.page.wait_for_url(lambda url: "/account/" not in url)
    begin_drafts(opened[GERMAN].page, installation)
    for looked in opened.values():
        looked.words.clear()
    yield opened
    for looked in opened.values():
        looked.page.context.close()


@pytest.fixture(scope="module", params=VARIANTS, ids="-".join)
def outside(request: pytest.FixtureRequest, browser: Browser, installation: Installation) -> Iterator[Looked]:
    """A stranger."""
    looked = _looked(browser, request.param, installation.address)
    yield looked
    looked.page.context.close()


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


@pytest.mark.parametrize(("variant", "name"), ON_THE_DESK, ids=[f"{where[0]}-{name}" for where, name in ON_THE_DESK])
def test_a_page_of_the_desk(desks: dict[Variant, Looked], variant: Variant, name: str) -> None:
    desk = desks[variant]
    first, *links = (OFFERED | WAYS)[name]
    desk.open(first)
    for link in links:
        desk.open(_first_link(desk.page, link))
    assert desk.problems(status=404 if name == "not there" else 200) == {}


def _first_link(page: Page, pattern: str) -> str:
    found: list[str] = page.locator("main a[href]").evaluate_all("links => links.map(link => link.href)")
    fitting = [link for link in found if re.fullmatch(r"https?://[^/]+" + pattern, link)]
    assert fitting, (page.url, pattern, found)
    return fitting[0]


def open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("a")


def open_keys(page: Page) -> None:
    page.keyboard.press("?")


def send_with_mistakes(page: Page) -> None:
    page.goto(page.url.partition("/leads/")[0] + "/setup/people/new/")
    page.locator("form.form").evaluate("form => form.noValidate = true")
    page.locator("form.form button[type=submit]").click()
    page.locator(".error-summary").wait_for()


def ask_before_ending(page: Page) -> None:
    page.goto(page.url.partition("/leads/")[0] + "/setup/people/2/")
    page.locator("[data-confirm]").first.click()


@pytest.mark.parametrize("do", [open_palette, open_keys, send_with_mistakes, ask_before_ending])
def test_the_desk_while_something_is_open(desks: dict[Variant, Looked], do: Callable[[Page], None]) -> None:
    found = {}
    for variant, desk in desks.items():
        desk.open("/leads/")
        do(desk.page)
        desk.words.clear()  # a form with mistakes is answered with 422, which the browser notes
        found[variant] = desk.problems()
    assert found == {GERMAN: {}, ENGLISH: {}}


PUBLIC = {
    "form": "/f/kontakt/",
    "download form": "/f/ratgeber/",
    "thanks": "/f/kontakt/done/",
    "sign in": "/account/login/",
    "password forgotten": "/account/password/reset/",
    "password link sent": "/account/password/reset/done/",
    "password link run out": "/account/password/reset/key/1-x/",
    "second factor": "/account/2fa/authenticate/",
    "link sent again": "/d/sent/",
}


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page(outside: Looked, name: str) -> None:
    outside.open(PUBLIC[name])
    assert outside.problems() == {}


def test_an_unknown_form_and_an_unknown_page(outside: Looked) -> None:
    found = {}
    for path in ("/f/gibt-es-nicht/", "/gibt-es-nicht/"):
        outside.open(path)
        found[path] = outside.problems(status=404)
    assert found == {"/f/gibt-es-nicht/": {}, "/gibt-es-nicht/": {}}


def test_a_page_of_another_role(browser: Browser, installation: Installation, signed_in: Callable[[str], Any]) -> None:
    looked = _looked(browser, GERMAN, installation.address)
    looked.page.context.add_cookies(signed_in("ben")["cookies"])
    looked.open("/setup/system/")
    assert looked.problems(status=403) == {}
    looked.page.context.close()


@pytest.mark.parametrize("kind", ["c", "d", "u"])
def test_a_page_behind_a_personal_link(outside: Looked, links: dict[str, str], kind: str) -> None:
    outside.open(links[kind])
    found = {"known": outside.problems(status=_status(outside))}
    outside.open(f"/{kind}/unbekannt/")
    found["unknown"] = outside.problems(status=404)
    assert found == {"known": {}, "unknown": {}}


def _status(looked: Looked) -> int:
    """A link may have run out in the demo's year: said with 410, and as accessible."""
    assert looked.answer is not None
    return looked.answer.status if looked.answer.status == 410 else 200


def test_a_form_with_mistakes_marked_by_script_and_by_server(outside: Looked) -> None:
    outside.open("/f/kontakt/")
    outside.page.locator("form.ls-form button[type=submit]").click()
    outside.page.locator("[aria-invalid=true]").first.wait_for()
    found = {"script": outside.problems()}
    outside.page.wait_for_timeout(LEAST_SECONDS * 1000)
    outside.page.evaluate("document.querySelector('form.ls-form').submit()")
    outside.page.locator("[data-ls-focus]").wait_for()
    outside.words.clear()
    assert found | {"server": outside.problems()} == {"script": {}, "server": {}}


def test_the_question_for_those_without_script(outside: Looked) -> None:
    outside.open("/f/ratgeber/")
    outside.page.locator("[name=email]").fill("axe@ohne.example")
    outside.page.wait_for_timeout(LEAST_SECONDS * 1000)
    outside.page.evaluate("document.querySelector('form.ls-form').submit()")
    outside.page.locator("#answer").fill("99")
    outside.page.locator("form.ls-form button").click()
    outside.page.locator(".ls-summary").wait_for()
    assert outside.problems() == {}


def test_the_form_on_somebody_elses_website(outside: Looked, installation: Installation) -> None:
    outside.open(f"{installation.website}/kontakt")
    outside.page.locator("form.ls-form").wait_for()
    assert outside.problems() == {}
