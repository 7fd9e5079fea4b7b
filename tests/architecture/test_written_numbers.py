"""Numbers for machines are written plainly: `?lead=3002`, never the `3.002` that people read.

Templates write every number the way the language does. Inside a tag (addresses, ids, values) that breaks as soon as a
table has a thousand rows, which no small test sees.
"""

import re
from pathlib import Path

import pytest

from leadstern.capture.logic.content import MAX_FIELDS

PACKAGE = Path(__file__).resolve().parents[2] / "leadstern"
TEMPLATES = [path for path in sorted(PACKAGE.glob("*/templates/**/*")) if path.is_file()]
CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
SENTENCE = re.compile(r"\{% blocktranslate[^<>]*?%\}[^<>]*?\{% endblocktranslate %\}", re.DOTALL)
TAG = re.compile(r"<[a-zA-Z][^<>]*>")
VALUE = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)
NUMBER = re.compile(r"(?:^|[._])(?:pk|id|number|n|count|counter|counter0|index|year|month|total)$")
PLAIN = ("stringformat:", "unlocalize", "date:", "urlencode")
TEXTS = {
    "accounts/templates/allauth": {"attrs.id"},
    "capture/templates/capture/form/fragment.html": {"form.id", "field.id"},
    "core/templates/core/forms/help.html": {"field.auto_id"},
    "criteria/templates/criteria/editor.html": {"widget.attrs.id"},
    "capture/templates/capture/edit_form.html": {"row.number"},
    "capture/templates/capture/wrong.html": {"row.number"},
}
"""Made as text by the code, or never near a thousand: the number of a field in its form."""


def values_in_tags(text: str) -> list[str]:
    """What a template prints between "<" and ">", without sentences; comparisons in its code are no brackets."""
    quiet = CODE.sub(lambda code: code[0].replace("<", "‹").replace(">", "›"), text)
    quiet = SENTENCE.sub("", quiet)
    return [value for tag in TAG.findall(quiet) for value in VALUE.findall(tag)]


def is_written_for_people(value: str) -> bool:
    name, *filters = (part.strip() for part in value.split("|"))
    return bool(NUMBER.search(name)) and not any(each.startswith(PLAIN) for each in filters)


def known_texts(path: Path) -> set[str]:
    place = path.relative_to(PACKAGE).as_posix()
    return {name for start, names in TEXTS.items() if place.startswith(start) for name in names}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_numbers_in_tags_are_plain(path: Path) -> None:
    found = values_in_tags(path.read_text(encoding="utf-8"))
    assert [value for value in found if is_written_for_people(value) and value not in known_texts(path)] == []


def test_the_rule_sees_what_it_is_for() -> None:
    assert MAX_FIELDS < 1000
    plain = 'point.pk|stringformat:"d"'
    text = '<a href="?lead={{ line.lead.pk }}" {% if a > b %}id="x-{{ ' + plain + ' }}"{% endif %}>{{ n }}</a>'
    assert values_in_tags(text) == ["line.lead.pk", plain]
    assert is_written_for_people("line.lead.pk")
    assert is_written_for_people("detail.next_id")
    assert not is_written_for_people(plain)
    assert not is_written_for_people("figure.url")
