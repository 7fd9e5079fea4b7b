"""What is kept of a person stands on the page in words: no field name, no code, no mark of a machine."""

import html
import importlib
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.db.models import TextChoices
from django.test import Client
from django.utils.translation import override

from leadstern.accounts.models import User
from leadstern.core.registry import personal_data
from leadstern.leads.models import Lead
from leadstern.privacy.labels import CODES, CODES_OF, HEADINGS, HIDDEN, has_word
from leadstern.privacy.queries import in_words
from leadstern.privacy.subject import subject_of
from leadstern.privacy.values import Names
from leadstern.privacy.words import FEW, Line, kind_of, part_in_words
from leadstern.sales.models import Opportunity
from tests.privacy.make import whole_way

LANGUAGES = ["de", "en"]
EUROS = "18.500,50\N{NO-BREAK SPACE}€"
OPEN_KEYS = ("raw", "extra", "value")
"""Holders whose keys are those of a form, a file or a fact, which bring their own words."""


@pytest.fixture
def kim(now: datetime, ben: User, carla: User, doris: User) -> Lead:
    return whole_way(inside=ben, field=carla, head=doris)


def _rows(lead: Lead) -> Iterator[tuple[str, dict[str, Any]]]:
    subject = subject_of(lead.pk)
    for offer in personal_data:
        for row in offer.show(subject):
            yield kind_of(offer.key, row), row


def _keys(kind: str, row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every field, also inside of lists and dicts, where the key that holds it stands for the kind."""
    for key, value in row.items():
        yield kind, key
        if key not in OPEN_KEYS and (kind, key) not in HIDDEN:
            for inner in value if isinstance(value, list) else [value]:
                if isinstance(inner, dict) and kind != "change":
                    yield from _keys(key, inner)


def _codes() -> set[str]:
    """Every stored value of every list of choices, but those that are words of the language themselves."""
    modules = [importlib.import_module(f"{stage}.terms") for stage in settings.STAGES if _has_terms(stage)]
    choices = [one for module in modules for one in vars(module).values() if _is_choices(one)]
    pairs = [pair for one in [*choices, Opportunity.State] for pair in one.choices]
    pairs += [pair for codes in [*CODES.values(), *CODES_OF.values()] for pair in codes.items()]
    return {value for value, _label in pairs if value} - {str(label) for _value, label in pairs}


def _is_choices(thing: Any) -> bool:
    return isinstance(thing, type) and issubclass(thing, TextChoices) and thing is not TextChoices


def _has_terms(stage: str) -> bool:
    return importlib.util.find_spec(f"{stage}.terms") is not None


def _texts(lines: tuple[Line, ...]) -> Iterator[str]:
    for line in lines:
        yield from (line.label, line.text)
        yield from _texts(line.lines)


def _all_texts(lead: Lead) -> list[str]:
    parts = in_words(lead.pk)
    entries = [entry for part in parts for group in part.groups for entry in group.entries]
    return [text for entry in entries for text in (entry.title, entry.at, entry.sentence, *_texts(entry.lines))]


def _words(texts: list[str]) -> list[str]:
    """Sentences and headlines taken apart, so that a code among labels is found."""
    return [word for text in texts for word in (text, *re.split(r"; |: |, ", text))]


def test_every_field_that_a_stage_shows_has_a_word(kim: Lead) -> None:
    fields = {field for kind, row in _rows(kim) for field in _keys(kind, row)}
    assert sorted(field for field in fields if not has_word(*field)) == []


def test_the_whole_way_holds_every_kind_of_row(kim: Lead) -> None:
    """Else the other tests would not see its fields."""
    assert {kind for kind, _row in _rows(kim)} == set(HEADINGS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_the_machine_is_shown(kim: Lead, language: str) -> None:
    with override(language):
        texts = _all_texts(kim)
        keys = {key for kind, row in _rows(kim) for _kind, key in _keys(kind, row) if "_" in key}
        codes = _codes()
    assert len(texts) > 200
    assert [word for word in _words(texts) if word in codes or word in keys] == []
    assert [text for text in texts if re.search(r"\d{4}-\d\d-\d\d", text)] == []
    told = (re.sub(r"https?://\S+", "", text) for text in texts)  # secrets in links hold any sign
    assert [text for text in told if re.search(r"\bNone\b|\bTrue\b|\bFalse\b|[{}\[\]]|__", text)] == []
    assert [text for text in texts if re.search(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}", text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_itself_shows_nothing_of_the_machine(
    kim: Lead, language: str, emil: User, sign_in: Callable[[User], Client]
) -> None:
    User.objects.filter(pk=emil.pk).update(language=language)
    page = sign_in(emil).get(f"/leads/{kim.pk}/person/?all").content.decode()
    content = page[page.index('class="page-head"') : page.index("</main>")]
    words = html.unescape(re.sub(r"<[^>]*>", " ", content))
    found = re.findall(r"\b[a-z]+_[a-z_]+\b|\d{4}-\d\d-\d\dT|\bNone\b|[0-9a-f]{8}-[0-9a-f]{4}-", words)
    assert found == []
    assert ("Einwilligungen" if language == "de" else "Consents") in words


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", ["Anfrage: Anfrage", "Welches Produkt?", "Photovoltaik auf dem Dach", "ja", "Deutschland", EUROS]),
        ("de", ["Datenschutz de", "Ja, informieren de", "Ja, erkennen Sie mich wieder.", "Erreicht"]),
        ("de", ["Funktioniert nicht", "550 unknown", "mit einem Klick im Mailprogramm", "19.11.2026, 10:01"]),
        ("en", ["Enquiry: Anfrage", "Which product?", "Photovoltaics on the roof", "yes", "Germany", "Reached"]),
    ],
)
def test_what_is_kept_is_told_in_words(kim: Lead, language: str, expected: list[str]) -> None:
    with override(language):
        texts = _all_texts(kim)
    assert [word for word in expected if word not in texts] == []


def test_stages_go_by_the_names_of_the_company(kim: Lead) -> None:
    with override("de"):
        stages = next(part for part in in_words(kim.pk) if part.key == "stages")
    assert stages.groups[0].entries[-1].title == "Kunde"


def test_page_views_stand_once(kim: Lead) -> None:
    with override("de"):
        leads = next(part for part in in_words(kim.pk) if part.key == "leads")
    groups = {group.heading: group for group in leads.groups}
    views = groups["Seitenaufrufe und Klicks auf unseren Websites"]
    assert len(views.entries) == 7 > FEW
    assert views.is_long
    assert views.entries[1].title == "Seitenaufruf: /preise"
    assert "Kanal: Suche (unbezahlt)" in views.entries[1].sentence
    assert not [entry for entry in groups["Was geschehen ist"].entries if entry.title.startswith("Seite angesehen")]


def test_what_is_empty_is_left_away() -> None:
    row = {"kind": "task", "type": "first_call", "created_at": None, "note": "", "done_at": None, "due_at": False}
    with override("en"):
        part = part_in_words("sales", "Sales", [row | {"more": {"a": {}, "b": []}}], Names())
    assert [line.label for line in part.groups[0].entries[0].lines] == ["Due"]


def test_a_field_of_a_plug_in_is_shown_under_its_own_name() -> None:
    assert not has_word("weather", "wind_speed")
    part = part_in_words("weather", "Weather", [{"wind_speed": 3.5}], Names())
    assert part.groups[0].heading == "Weather"
    assert part.groups[0].entries[0].lines == (Line("wind speed", "3,5"),)


def test_a_message_that_looks_like_a_moment_harms_nothing() -> None:
    rows = [{"kind": "call", "note": "2026-99-99T99:99:99Z"}, {"kind": "call", "note": "2026-13-40"}]
    part = part_in_words("sales", "Sales", rows, Names())
    assert [entry.lines[0].text for entry in part.groups[0].entries] == ["2026-99-99T99:99:99Z", "2026-13-40"]


def test_lists_are_told_oldest_first(kim: Lead) -> None:
    with override("de"):
        entries = next(part for part in in_words(kim.pk) if part.key == "consent").groups[0].entries
    assert sorted(entry.title for entry in entries[:3]) == ["Bestätigt", "Erbeten", "Erbeten"]
    assert entries[3].title == "Widerrufen"


def test_what_conditions_found_goes_by_the_name_of_the_fact(kim: Lead) -> None:
    with override("de"):
        stages = next(part for part in in_words(kim.pk) if part.key == "stages")
    lines = next(line for line in stages.groups[1].entries[0].lines if line.label == "Kriterien").lines
    found = {line.label: line.text for line in lines}
    assert found["Erreichbar"] == "Befund: erfüllt; Wert: E-Mail-Adresse bekannt: ja; Telefonnummer bekannt: ja"
    assert found["Außerhalb unseres Gebiets"] == "Befund: trifft nicht zu; Wert: Deutschland"


def test_answers_that_are_codes_or_ticks_are_words() -> None:
    answers = [
        {"question": "Land", "answer": "AT", "field": "country"},
        {"question": "Mieten Sie?", "answer": False, "field": "rents"},
    ]
    row: dict[str, Any] = {
        "kind": "submission",
        "channel": "manual",
        "captured_at": None,
        "raw": {},
        "details": {},
        "origin": {},
    }
    with override("de"):
        part = part_in_words("leads", "Leads", [row | {"answers": answers}], Names())
    inner = part.groups[0].entries[0].lines[0].lines
    assert [f"{line.opening} {line.text}" for line in inner] == ["Land: Österreich", "Mieten Sie? nein"]
