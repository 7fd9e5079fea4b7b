"""Whose text is it? Finds addresses and numbers in what was sent or uploaded, however it was typed.

Enters: the addresses and numbers of one person, and texts. Leaves: whether they are of this person. No database.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import phonenumbers

from leadstern.core.text import email_key

_EMAIL = re.compile(r"[^\s<>()\[\]\"',;:|]+@[^\s<>()\[\]\"',;:|]+")
_NUMBER = re.compile(r"\d[\d ()/.–-]{4,}\d")
_NO_DIGIT = re.compile(r"\D+")


@dataclass(frozen=True)
class Carried:
    """The normalised e-mail addresses and telephone numbers of one person."""

    emails: frozenset[str]
    numbers: frozenset[str]

    def is_in(self, texts: Iterable[str]) -> bool:
        """Whether the texts (of one thing that was sent) carry an address of the person, or a number of theirs and
        nobody's e-mail address: colleagues share a telephone."""
        known = list(texts)
        found = {key for text in known for key in emails_in(text)}
        return bool(found & self.emails) if found else any(map(self._has_number, known))

    def _has_number(self, text: str) -> bool:
        runs = (_NO_DIGIT.sub("", run) for run in _NUMBER.findall(text))
        return any(national in run for run in runs for national in self._national)

    @cached_property
    def _national(self) -> tuple[str, ...]:
        """As dialled within the country, without the leading zero: the end of every way to write it."""
        return tuple(str(phonenumbers.parse(number).national_number) for number in self.numbers if _is_number(number))


def _is_number(number: str) -> bool:
    try:
        return len(str(phonenumbers.parse(number).national_number)) >= 6
    except phonenumbers.NumberParseException:
        return False


def emails_in(text: str) -> Iterator[str]:
    """The normalised e-mail addresses in a text."""
    if "@" in text:
        yield from (key for word in _EMAIL.findall(text) if (key := email_key(word.strip("."))))


def texts_of(value: Any) -> Iterator[str]:
    """Every text in a JSON value, without the names of its fields."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
