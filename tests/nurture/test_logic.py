"""Salutations, placeholders, addresses: tables and properties."""

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadstern.nurture.default_sequence import STEPS
from leadstern.nurture.logic import (
    NAMES,
    choose,
    fill,
    fill_html,
    letter,
    salutation,
    step_mistakes,
    unknown_names,
    words,
)
from leadstern.nurture.terms import Person, Point
from tests.nurture.make import step

URL = "https://example.com/u/x/"


def point(address: str = "a@x.de", **changes: bool) -> Point:
    usual = {"is_working": True, "is_allowed": True, "is_withdrawn": False, "is_suppressed": False}
    return Point(address, **(usual | changes))


@pytest.mark.parametrize(
    ("person", "language", "expected"),
    [
        (Person(first_name="Kim", last_name="Muster"), "de", "Guten Tag Kim Muster"),
        (Person(salutation="ms", title="Dr.", last_name="Muster"), "de", "Guten Tag Frau Dr. Muster"),
        (Person(salutation="mr", first_name="Jo", last_name="von Berg"), "de", "Guten Tag Herr von Berg"),
        (Person(salutation="ms", first_name="Kim"), "de", "Guten Tag Kim"),
        (Person(salutation="mr"), "de", "Guten Tag"),
        (Person(), "de", "Guten Tag"),
        (Person(salutation="mr", last_name="Smith"), "en", "Dear Mr Smith"),
        (Person(first_name="Kim", last_name="Muster"), "en", "Hello Kim Muster"),
        (Person(first_name="Gewinn: www.evil.example"), "de", "Guten Tag"),
        (Person(last_name="<script>"), "de", "Guten Tag"),
    ],
)
def test_salutation_is_never_wrong(person: Person, language: str, expected: str) -> None:
    assert salutation(person, language=language) == expected


def test_unknown_names_are_told_as_written() -> None:
    assert unknown_names("{salutation} {vorname} { company } {0}") == ["{vorname}", "{ company }", "{0}"]


@given(st.text(), st.text(max_size=40))
def test_fill_puts_values_in_once(text: str, value: str) -> None:
    values = dict.fromkeys(NAMES, "{company}" + value)
    assert fill("{first_name}", values).startswith("{company}")
    assert isinstance(fill(text, values), str)


@given(st.text(min_size=1, max_size=60))
def test_fill_html_escapes_every_value(value: str) -> None:
    html = fill_html("Hallo {company}", dict.fromkeys(NAMES, value))
    inside = html.removeprefix("<p>").removesuffix("</p>").replace("<br>\n", "\n")
    assert "<" not in inside
    assert ">" not in inside
    assert "Hallo" in unescape(inside)


def test_fill_html_makes_links_of_the_editors_text_only() -> None:
    html = fill_html("Siehe https://muster.example/a?b=1&c=2. {company}", {"company": "https://evil.example"})
    assert '<a href="https://muster.example/a?b=1&amp;c=2">' in html
    assert html.count("<a ") == 1


@pytest.mark.parametrize("value", ["https://evil.example", "www.evil.example", "a@b.de", "x\\y", "evil.example/x"])
def test_words_drop_what_a_mail_program_would_make_a_link(value: str) -> None:
    found = words(Person(company=value, interest=value, first_name=value), language="de", sender_name="S")
    assert (found["company"], found["interest"], found["first_name"]) == ("Ihr Unternehmen", "Ihr Vorhaben", "")


def test_words_keep_ordinary_names() -> None:
    found = words(Person(company="Müller & Co. KG", interest="Wärmepumpe 9,5 kW"), language="de", sender_name="S")
    assert (found["company"], found["interest"]) == ("Müller & Co. KG", "Wärmepumpe 9,5 kW")


def test_fill_closes_gaps_where_a_value_is_missing() -> None:
    assert fill("Hallo {first_name}, gut", {"first_name": ""}) == "Hallo, gut"


@pytest.mark.parametrize(("language", "expected"), [("de", "abmelden"), ("en", "unsubscribe"), ("fr", "unsubscribe")])
def test_letter_is_in_the_readers_language_with_the_way_out(language: str, expected: str) -> None:
    found = letter(step(), Person(language=language), sender_name="S", unsubscribe_url=URL)
    assert found.language == ("de" if language == "de" else "en")
    assert expected in found.text
    assert URL in found.text
    assert f'href="{URL}"' in found.html
    assert f'<html lang="{found.language}">' in found.html


def test_letter_subject_stays_one_line() -> None:
    found = letter(step(subject="Für {company}"), Person(company="A\r\nBcc: x"), sender_name="S", unsubscribe_url=URL)
    assert "\n" not in found.subject
    assert "\r" not in found.subject


def test_choose_takes_the_first_that_may_be_used() -> None:
    found = choose([point("a@x.de", is_working=False), point("b@x.de", is_allowed=False), point("c@x.de")])
    assert (found.address, found.reason) == ("c@x.de", "")


@pytest.mark.parametrize(
    ("points", "reason"),
    [
        ([], "no_email"),
        ([point(is_working=False)], "broken_email"),
        ([point(is_allowed=False)], "no_consent"),
        ([point(is_allowed=False, is_withdrawn=True)], "withdrawn"),
        ([point(is_suppressed=True)], "suppressed"),
        ([point(is_working=False), point(is_allowed=False)], "no_consent"),
    ],
)
def test_choose_names_the_reason(points: list[Point], reason: str) -> None:
    assert choose(points).reason == reason


def test_step_mistakes_are_by_field() -> None:
    found = step_mistakes(step(-1, body="Hallo {vorname}") | {"subject": {"de": " ", "en": "x"}})
    assert set(found) == {"wait_hours", "body_de", "subject_de"}


def test_default_steps_are_without_mistakes() -> None:
    assert len(STEPS) == 3
    assert not any(step_mistakes(each) for each in STEPS)
