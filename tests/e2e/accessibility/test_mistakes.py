"""Forms of the desk and of the way in, answered with their mistakes: as accessible as the forms themselves."""

from collections.abc import Callable

import pytest

from tests.e2e.accessibility.looking import ENGLISH, GERMAN, Looked, Variant
from tests.e2e.accessibility.places import OFFERED, WAYS

# The page, and what is sent in which field.
MISTAKES: dict[str, tuple[str, str]] = {
    "profile": ("name", ""),
    "outbox.sender": ("address", "x"),
    "capture.magnets": ("title", ""),
    "capture.imports": ("file", ""),
    "qualification.stages": ("captured_de", ""),
    "leads.spend": ("amount", "x"),
    "people": ("name", ""),
    "definition draft": ("note", ""),
    "opportunity, open": ("next_step", ""),
    "lead, edit": ("country", "x"),
    "lead, by hand": ("name", ""),
    "form, new": ("name", ""),
    "form builder": ("text-title-de", ""),
    "import, columns": ("column_1", ""),
    "site, new": ("origins", "x"),
    "site, edit": ("origins", "x"),
    "segment, new": ("condition", "x"),
    "segment, edit": ("condition", "x"),
    "rule": ("points", ""),
    "thresholds": ("warm", ""),
    "criterion": ("label_de", ""),
    "criteria needed": ("should_needed", ""),
    "sequence": ("name", ""),
    "sequence, new": ("name", ""),
    "sequence, new step": ("subject_de", ""),
    "sequence, step": ("subject_de", ""),
    "region": ("postcodes", "x"),
    "region, new": ("name", ""),
    "person": ("roles", ""),
    "person, new": ("email", "x"),
    "wording": ("text", ""),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_form_of_the_desk_with_mistakes(desks: dict[Variant, Looked], name: str) -> None:
    desk = desks[GERMAN]
    desk.go(*(OFFERED | WAYS)[name])
    desk.send(*MISTAKES[name])
    assert desk.page.locator("[role=alert]").count()
    assert desk.problems(status=422) == {}


def test_a_form_with_mistakes_in_english_and_dark(desks: dict[Variant, Looked]) -> None:
    desk = desks[ENGLISH]
    desk.open("/setup/people/new/")
    desk.send("email", "x")
    assert desk.problems(status=422) == {}


def test_a_new_password_with_mistakes(desks: dict[Variant, Looked]) -> None:
    desk = desks[GERMAN]
    desk.open("/account/password/change/")
    desk.send("oldpassword", "falsch")
    assert desk.page.locator("[role=alert]").count()
    assert desk.problems(at="account_change_password") == {}


@pytest.mark.parametrize("key", ["ben", "carla"])
def test_what_was_decided_in_the_queue_with_mistakes(colleague: Callable[[str], Looked], key: str) -> None:
    desk = colleague(key)
    desk.open("/today/")
    desk.send("until", "")
    assert desk.page.locator("details[open] [role=alert]").count()
    assert desk.problems(status=422) == {}
