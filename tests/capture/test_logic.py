"""What an entry means, case by case, and that nothing a stranger sends breaks it."""

import json
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from leadstern.capture.logic import (
    as_text,
    check_content,
    default_content,
    digest,
    read_answers,
    read_content,
    storable,
)
from leadstern.capture.logic.content import FormField, to_json
from leadstern.capture.logic.files import kind_of_file, safe_filename
from leadstern.capture.logic.human import is_right
from leadstern.capture.logic.values import Wrong, read_value
from leadstern.capture.terms import FieldType, FormKind

TEXT = st.text(st.characters(codec=None), max_size=60)  # with NULs and lone surrogates
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def field(kind: FieldType, **changes: Any) -> FormField:
    given_values = {"name": "x", "type": kind, "label": {}, "help": {}, "is_required": False, "choices": (),
                    "detail": "", "width": "full"}  # fmt: skip
    return FormField(**{**given_values, **changes})


@pytest.mark.parametrize(("kind", "text", "country", "language", "value"), [
    (FieldType.TEXT, "  Kim\n  Muster\x00 ", "", "de", "Kim Muster"),
    (FieldType.TEXTAREA, "eins\r\nzwei", "", "de", "eins\nzwei"),
    (FieldType.EMAIL, "Kim@Müller-Bau.DE", "", "de", "Kim@müller-bau.de"),
    (FieldType.PHONE, "0221 / 123456", "", "de", "+49221123456"),
    (FieldType.PHONE, "01 5123456", "AT", "de", "+4315123456"),
    (FieldType.PHONE, "+41 44 668 18 00", "", "de", "+41446681800"),
    (FieldType.POSTCODE, "D-50667", "", "de", "50667"),
    (FieldType.POSTCODE, "1010", "AT", "de", "1010"),
    (FieldType.POSTCODE, "CH-8001", "CH", "de", "8001"),
    (FieldType.NUMBER, "1.234,50", "", "de", "1234.50"),
    (FieldType.NUMBER, "1,234.50", "", "en", "1234.50"),
    (FieldType.NUMBER, "1.234", "", "de", "1234"),
    (FieldType.NUMBER, "1.234", "", "en", "1.234"),
    (FieldType.NUMBER, "1.5", "", "de", "1.5"),
    (FieldType.DATE, "21.11.2026", "", "de", "2026-11-21"),
    (FieldType.DATE, "2026-11-21", "", "en", "2026-11-21"),
    (FieldType.CHECKBOX, "on", "", "de", True),
    (FieldType.CHECKBOX, "", "", "de", False),
])  # fmt: skip
def test_value_is_understood(kind: FieldType, text: str, country: str, language: str, value: str | bool) -> None:
    assert read_value(field(kind), text, country=country, language=language) == value


@pytest.mark.parametrize(("kind", "text", "changes"), [
    (FieldType.TEXT, "", {"is_required": True}),
    (FieldType.TEXT, "x" * 81, {"detail": "first_name"}),
    (FieldType.TEXTAREA, "x" * 1_000_000, {}),
    (FieldType.EMAIL, "kim@", {}),
    (FieldType.EMAIL, "kim@example.com\nBcc: alle@example.com", {}),
    (FieldType.PHONE, "keine", {}),
    (FieldType.PHONE, "12", {}),
    (FieldType.POSTCODE, "123", {}),
    (FieldType.POSTCODE, "1234x", {}),
    (FieldType.NUMBER, "viel", {}),
    (FieldType.NUMBER, "1.2.3", {}),
    (FieldType.NUMBER, "٣", {}),
    (FieldType.DATE, "31.2.2026", {}),
    (FieldType.CHOICE, "b", {"choices": (("a", {}),)}),
    (FieldType.CHECKBOX, "", {"is_required": True}),
])  # fmt: skip
def test_value_is_refused_in_words(kind: FieldType, text: str, changes: dict[str, Any]) -> None:
    with pytest.raises(Wrong) as wrong:
        read_value(field(kind, **changes), text, country="", language="de")
    assert str(wrong.value).endswith(".")


@settings(max_examples=200, deadline=None)
@given(raw=st.dictionaries(st.sampled_from(["name", "email", "phone", "postcode", "message"]), JSON))
def test_any_submission_is_understood_or_refused_without_an_exception(raw: dict[str, Any]) -> None:
    content = read_content(default_content(FormKind.CONTACT))
    stored = json.loads(json.dumps(storable(raw)))
    answers = read_answers(content, stored, language="de", origin=stored)
    assert storable(answers.details) == answers.details
    assert "\x00" not in json.dumps(answers.details, ensure_ascii=False)


@settings(max_examples=200, deadline=None)
@given(data=JSON, fields=st.lists(JSON, max_size=4))
def test_any_content_is_checked_without_an_exception(data: Any, fields: list[Any]) -> None:
    for each in (data, {"fields": fields}, {"fields": [{**default_content("contact")["fields"][0], "choices": data}]}):
        check_content(each, kind="contact")
        read_content(each)


@settings(max_examples=200, deadline=None)
@given(text=TEXT)
def test_stored_text_can_be_had_back(text: str) -> None:
    stored = storable(text)
    assert "\x00" not in json.dumps(stored, ensure_ascii=False)
    json.dumps(stored, ensure_ascii=False).encode("utf-8")
    if isinstance(stored, str):
        assert stored == text


def test_bytes_of_another_encoding_are_kept_and_readable() -> None:
    stored = storable("Müller".encode("cp1252"))
    assert set(stored) == {"base64"}
    assert as_text(stored) == "Müller"


def test_digest_is_the_same_whatever_the_order() -> None:
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1}) != digest({"a": 1, "b": [3]})


@pytest.mark.parametrize("kind", list(FormKind))
def test_default_form_is_right_and_survives_storing(kind: FormKind) -> None:
    content = default_content(kind)
    assert check_content(content, kind=kind) == {}
    assert to_json(read_content(content)) == content


@pytest.mark.parametrize(("change", "place"), [
    ({"name": "Name"}, "name"), ({"name": "ls_token"}, "name"), ({"label": {}}, "label"), ({"type": "file"}, "type"),
    ({"type": "choice"}, "choices"), ({"detail": "score"}, "detail"), ({"detail": "email"}, "detail"),
    ({"type": "choice", "choices": [{"value": "a"}, {"value": "a"}]}, "choices"),
    ({"type": "choice", "detail": "country", "choices": [{"value": "Germany"}]}, "choices"),
])  # fmt: skip
def test_wrong_field_is_named(change: dict[str, Any], place: str) -> None:
    content = default_content(FormKind.CONTACT)
    content = {**content, "fields": [{**content["fields"][0], **change}, *content["fields"][1:]]}
    assert f"fields.0.{place}" in check_content(content, kind=FormKind.CONTACT)


def test_form_that_asks_for_no_way_to_answer_is_refused() -> None:
    content = {**default_content("contact"), "fields": [default_content("contact")["fields"][0]]}
    assert check_content(content, kind="contact")[""]


def test_question_takes_digits_and_words_in_both_languages() -> None:
    with translation.override("de"):
        assert all(is_right(answer, 12) for answer in ("12", " Zwölf", "zwoelf.", "TWELVE"))
        assert not any(is_right(answer, 12) for answer in ("", "13", "elf", "zwölf oder dreizehn"))


def test_files_are_told_by_name_and_content() -> None:
    assert kind_of_file("a.PDF", b"%PDF-1.7") == "application/pdf"
    assert kind_of_file("a.pdf", b"<html>") is None
    assert kind_of_file("a.html", b"<html>") is None
    assert safe_filename('../../etc/a"b\x00.pdf') == "ab.pdf"
