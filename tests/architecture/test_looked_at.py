"""Every address that shows a page is opened by axe: what `tests/e2e/accessibility` names is held against all addresses.

The tests there prove that they are where they say: `open` follows no redirect, `problems(at=…)` compares the name.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from leadstern.accounts.models import User
from leadstern.accounts.terms import Role
from tests.conftest import make_user
from tests.e2e.accessibility.places import OFFERED, PUBLIC, UNKNOWN_LINKS, WAYS

BROWSER_TESTS = Path(__file__).resolve().parents[1] / "e2e" / "accessibility"
# What stands in a place-holder; other kinds take a text.
FILLED = {"int": "1", "score_group": "fit", "score_direction": "up"}
# An expression for an address, as tests write it, to an address that fits.
LIKE = ((r"\(\?![^)]*\)", ""), (r"\[\\w-\]\+", "x"), (r"\\w\+", "fit"), (r"\\d\+", "1"), (r"\.\*", ""), (r"\\\?", "?"))
NO_PAGE = {
    "files and answers to scripts": {
        "visitors:track_script", "capture:embed", "capture:embedded", "capture:challenge", "capture:import_issues",
        "reports:leads_csv", "privacy:export", "desk:lead_export", "mfa_download_recovery_codes",
    },
    "lead on to another page": {"leads:for_submission", "sales:opportunity_of"},
    "not offered: 404": {
        "account_email", "account_email_verification_sent", "account_confirm_email", "account_set_password",
        "account_confirm_login_code",
    },
}  # fmt: skip


def addresses(resolver: URLResolver, *, before: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """Name and address of everything, with something in each place-holder."""
    for each in resolver.url_patterns:
        place = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from addresses(each, before=place, space=f"{each.namespace}:" if each.namespace else space)
        elif isinstance(each, URLPattern) and each.name:
            yield space + each.name, re.sub(r"<(?:(\w+):)?\w+>", lambda part: FILLED.get(part[1], "abc"), place)


def opened_by_address() -> set[str]:
    """Names of the addresses in `places`."""
    ways = [*(way[-1] for way in (OFFERED | WAYS).values()), *PUBLIC.values(), *UNKNOWN_LINKS.values()]
    for expression, text in LIKE:
        ways = [re.sub(expression, text, way) for way in ways]
    return {resolve(way.partition("?")[0]).view_name for way in ways}


def opened_by_steps() -> set[str]:
    """Names that a test says it has come to."""
    sources = [path.read_text(encoding="utf-8") for path in BROWSER_TESTS.glob("test_*.py")]
    return {name for text in sources for name in re.findall(r'at="([\w:]+)"', text)}


@pytest.fixture
def everybody(db: None, sign_in: Callable[[User], Client]) -> Client:
    return sign_in(make_user("Alle", *Role))


def test_every_page_is_opened_by_axe(everybody: Client) -> None:
    opened, known = opened_by_address() | opened_by_steps(), dict(addresses(get_resolver()))
    assert len(known) > 100
    assert opened <= set(known)
    unseen = {name: address for name, address in known.items() if name not in opened}
    pages = {name for name, address in unseen.items() if everybody.get(f"/{address}").status_code != 405}
    assert pages == set().union(*NO_PAGE.values())
