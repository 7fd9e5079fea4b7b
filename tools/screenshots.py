"""Takes the pictures of README and handbook from the demo company; with --review every page in every variant.

Enters: Chromium, a port. Leaves: PNG files in docs/images (or the folder given). `make screenshots` calls it.
The demo company is made anew, so the pictures show the product as it is.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.running import Running
from tools.browser import ARGUMENTS, chromium

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "sonnwerk-demo-2026"


@dataclass(frozen=True)
class Shot:
    """One picture: who looks at what. `path` may hold {lead}: a lead from the person's queue."""

    name: str
    who: str
    path: str


DOCUMENTED = (
    Shot("heute", "ben", "/today/"),
    Shot("lead", "doris", "/leads/{lead}/"),
    Shot("definition", "anna", "/score/definition/"),
    Shot("form-builder", "anna", "/capture/forms/1/"),
    Shot("funnel", "doris", "/reports/funnel/"),
)
EVERY = (
    *DOCUMENTED,
    Shot("start", "doris", "/"),
    Shot("leads", "doris", "/leads/"),
    Shot("lead-edit", "doris", "/leads/{lead}/edit/"),
    Shot("manual", "ben", "/leads/new/"),
    Shot("today-carla", "carla", "/today/"),
    Shot("submissions", "anna", "/capture/submissions/"),
    Shot("forms", "anna", "/capture/forms/"),
    Shot("magnets", "anna", "/capture/magnets/"),
    Shot("embed", "anna", "/capture/forms/1/embed/"),
    Shot("sites", "anna", "/capture/sites/"),
    Shot("site", "anna", "/capture/sites/1/"),
    Shot("imports", "anna", "/capture/imports/"),
    Shot("spend", "anna", "/leads/spend/"),
    Shot("segments", "anna", "/score/segments/"),
    Shot("score", "anna", "/score/"),
    Shot("model", "anna", "/score/model/"),
    Shot("stages", "anna", "/setup/stages/"),
    Shot("sequences", "anna", "/nurture/sequences/"),
    Shot("sequence", "anna", "/nurture/sequences/1/"),
    Shot("mailbox", "anna", "/nurture/mailbox/"),
    Shot("regions", "doris", "/route/regions/"),
    Shot("region", "doris", "/route/regions/1/"),
    Shot("assignments", "doris", "/route/assignments/"),
    Shot("opportunities", "carla", "/sell/opportunities/"),
    Shot("mql-to-close", "doris", "/reports/mql-to-close/"),
    Shot("cost", "doris", "/reports/cost/"),
    Shot("profile", "ben", "/setup/profile/"),
    Shot("people", "emil", "/setup/people/"),
    Shot("system", "emil", "/setup/system/"),
    Shot("audit", "emil", "/setup/audit/"),
    Shot("outbox", "emil", "/setup/outbox/"),
    Shot("sender", "emil", "/setup/sender/"),
    Shot("wordings", "emil", "/setup/wordings/"),
)
PUBLIC = (
    Shot("form-public", "", "/f/kontakt/"),
    Shot("form-download", "", "/f/ratgeber/"),
    Shot("login", "", "/account/login/"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--review", metavar="FOLDER", help="every page, both languages, light and dark, narrow and wide"
    )
    parser.add_argument("--leads", default="400")
    parser.add_argument("--only", default="", help="names of pictures, separated by commas")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="leadstern-pictures-") as folder:
        running = Running(Path(folder))
        running.command("demo", "--leads", options.leads, "--days", "120")
        running.start()
        try:
            _photograph(running, options)
        finally:
            running.stop()
    return 0


def _photograph(running: Running, options: argparse.Namespace) -> None:
    target = Path(options.review) if options.review else ROOT / "docs" / "images"
    target.mkdir(parents=True, exist_ok=True)
    only = set(filter(None, options.only.split(",")))
    shots = [shot for shot in ((*EVERY, *PUBLIC) if options.review else DOCUMENTED) if not only or shot.name in only]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for scheme, language, width in _variants(is_review=bool(options.review)):
            for who in dict.fromkeys(shot.who for shot in shots):
                page = _signed_in(browser, running, who, scheme=scheme, language=language, width=width)
                for shot in (shot for shot in shots if shot.who == who):
                    path = target / f"{shot.name}-{language}-{scheme}{'' if width == 1440 else '-narrow'}.png"
                    _take(page, running, shot, path)
                page.context.close()
        browser.close()


def _variants(*, is_review: bool) -> Iterator[tuple[str, str, int]]:
    if not is_review:
        yield "light", "de", 1440
        yield "light", "en", 1440
        return
    yield "light", "de", 1440
    yield "dark", "en", 1440
    yield "light", "en", 360
    yield "dark", "de", 360


def _signed_in(browser: Browser, running: Running, who: str, *, scheme: str, language: str, width: int) -> Page:
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        locale=language,
        viewport={"width": width, "height": 900 if width > 500 else 780},
    )
    page = context.new_page()
    if who:
        _set_language(running, who, language)
        page.goto(f"{running.address}/account/login/")
        page.fill("input[name=login]", f"{who}@sonnwerk.example")
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_load_state()
    return page


def _set_language(running: Running, who: str, language: str) -> None:
    """The demo's people speak German; the pictures want both languages."""
    person = f"User.objects.filter(email='{who}@sonnwerk.example')"
    code = f"from leadstern.accounts.models import User; {person}.update(language='{language}')"
    environment = running.environment() | {"DJANGO_SETTINGS_MODULE": "leadstern.config.settings"}
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "--no-imports", "-c", code]
    subprocess.run(command, env={**os.environ, **environment}, check=True, stdout=subprocess.DEVNULL)


def _take(page: Page, running: Running, shot: Shot, path: Path) -> None:
    where = shot.path
    if "{lead}" in where:
        page.goto(f"{running.address}/leads/?stage=marketing_qualified")
        href = page.locator("tbody th a").first.get_attribute("href") or ""
        where = where.replace("/leads/{lead}/", href)
    response = page.goto(running.address + where)
    status = response.status if response else 0
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path, full_page=page.viewport_size is not None and page.viewport_size["width"] < 500)
    print(f"{status} {path.name}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
