"""Whose text it is: addresses and numbers are found however they were typed, and nobody else's are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadstern.capture.logic.carrying import Carried, emails_in, texts_of

KIM = Carried(
    frozenset({"kim@muster.example", "kim@xn--mller-kva.example"}), frozenset({"+492215550100", "+41443334455"})
)


@pytest.mark.parametrize(
    "texts",
    [
        ["kim@muster.example"],
        ["Kim;KIM@Muster.Example;Köln"],
        ["mailto:kim@muster.example."],
        ["kim@Müller.example"],
        ["0221 5550100"],
        ["Tel. +49 (0)221 / 55 50-100, danke"],
        ["0049 221 5550100"],
        ["044 333 44 55"],
        ["andere@web.de", "kim@muster.example"],
    ],
)
def test_what_carries_the_person_is_found(texts: list[str]) -> None:
    assert KIM.is_in(texts)


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [""],
        ["Kim Muster"],
        ["kim@muster.example.org"],
        ["xkim@muster.example"],
        ["0221 5550101"],
        ["0221 5550100", "kollegin@muster.example"],
        ["am 22.15.55, 50100 Euro"],
    ],
)
def test_what_carries_others_or_nobody_is_not(texts: list[str]) -> None:
    assert not KIM.is_in(texts)


def test_an_emergency_number_is_nobodys() -> None:
    assert not Carried(frozenset(), frozenset({"+49110", "keine Nummer"})).is_in(["110 110 110 110"])


@given(st.text(), st.text())
def test_an_address_is_found_in_any_text_that_is_no_address_itself(before: str, after: str) -> None:
    assert "kim@muster.example" in set(emails_in(f"{before} kim@muster.example {after}"))


@given(st.lists(st.text()))
def test_no_text_is_too_odd(texts: list[str]) -> None:
    assert KIM.is_in(texts) in (True, False)


def test_every_text_of_a_json_value_is_read() -> None:
    value = {"a": ["x", {"b": "y"}], "c": 7, "d": True, "e": None, "f": {"g": []}}
    assert list(texts_of(value)) == ["x", "y", "7"]
