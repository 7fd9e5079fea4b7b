"""Settings and commands are documented, every link leads somewhere, both handbooks say the same: or CI fails."""

import argparse
import re
from functools import cache
from pathlib import Path

import pytest

from leadstern.cli.parser import parser
from leadstern.config.environment import SETTINGS
from tests.architecture.sources import ROOT

DOCS = ROOT / "docs"
ADMIN, HANDBOOK = DOCS / "admin", DOCS / "handbook"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)


def test_every_setting_is_documented() -> None:
    text = (ADMIN / "settings.md").read_text(encoding="utf-8")
    assert [setting.name for setting in SETTINGS if f"`{setting.name}`" not in text] == []


def test_every_command_and_option_is_documented() -> None:
    text = (ADMIN / "commands.md").read_text(encoding="utf-8")
    commands = next(action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    missing = [name for name in commands.choices if f"leadstern {name}" not in text]
    for name, command in commands.choices.items():
        options = [option for action in command._actions for option in action.option_strings if option.startswith("--")]
        missing += [f"{name} {option}" for option in options if option != "--help" and f"`{option}" not in text]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    links = [link for link in LINK.findall(_prose(page)) if not re.match(r"[a-z]+:", link)]
    assert [link for link in links if not _leads_somewhere(page, link)] == []


def test_a_link_into_the_void_is_found() -> None:
    """Else the test above could pass for a reason of its own."""
    readme = ROOT / "README.md"
    assert _leads_somewhere(readme, "docs/admin/operation.md#backup")
    assert _leads_somewhere(readme, "docs/decisions")
    assert not _leads_somewhere(readme, "docs/admin/operation.md#nowhere")
    assert not _leads_somewhere(readme, "docs/nothing.md")
    assert not _leads_somewhere(readme, "#nowhere")


def _leads_somewhere(page: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = (page.parent / name).resolve() if name else page
    if not target.exists() or not target.is_relative_to(ROOT):
        return False
    return not anchor or anchor in _anchors(target)


@cache
def _anchors(page: Path) -> frozenset[str]:
    """The anchors that GitHub and others give to the headings of a page."""
    found: list[str] = []
    for heading in HEADING.findall(_prose(page)):
        text = re.sub(r"[^\w\- ]", "", heading.replace("`", "")).strip().lower().replace(" ", "-")
        again = sum(1 for anchor in found if re.fullmatch(rf"{re.escape(text)}(-\d+)?", anchor))
        found.append(f"{text}-{again}" if again else text)
    return frozenset(found)


def _prose(page: Path) -> str:
    """The page without its examples, in which # and [] mean something else."""
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def _levels(folder: Path) -> dict[str, list[int]]:
    """Page -> the level of each heading, in order."""
    return {
        page.relative_to(folder).as_posix(): [
            len(signs) for signs in re.findall(r"^(#+)\s", _prose(page), re.MULTILINE)
        ]
        for page in folder.rglob("*.md")
    }


def test_both_handbooks_have_the_same_pages_and_headings() -> None:
    german, english = _levels(HANDBOOK / "de"), _levels(HANDBOOK / "en")
    assert german
    assert german == english


def test_every_page_of_the_handbook_can_be_reached_from_its_first() -> None:
    for language in ("de", "en"):
        first = HANDBOOK / language / "index.md"
        reached = {link.partition("#")[0] for link in LINK.findall(_prose(first))}
        pages = {page.name for page in first.parent.glob("*.md")} - {"index.md"}
        assert pages - reached == set()


def test_the_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(page.name[:4]) for page in sorted((DOCS / "decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
