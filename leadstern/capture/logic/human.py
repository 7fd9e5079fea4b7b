"""A question that a person answers in words: numbers up to eighteen, in both languages."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

_WORDS = (
    gettext_noop("one"), gettext_noop("two"), gettext_noop("three"), gettext_noop("four"), gettext_noop("five"),
    gettext_noop("six"), gettext_noop("seven"), gettext_noop("eight"), gettext_noop("nine"),
)  # fmt: skip

_GERMAN = (
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn "
    "achtzehn"
).split()
_ENGLISH = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen"
).split()


def in_words(number: int) -> str:
    """One to nine, in the active language."""
    return _(_WORDS[number - 1])


def is_right(answer: str, number: int) -> bool:
    """Digits or a German or English word, in any case, with umlauts written either way."""
    given = re.sub(r"[^\w]", "", answer).lower().replace("ue", "ü").replace("oe", "ö")
    return given in {str(number), _GERMAN[number], _ENGLISH[number]}
