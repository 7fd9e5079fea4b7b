"""The builder's one large form: posted names to a form's content, and the buttons that change its shape.

Enters: what the editor posts ("f0-name", "f0-label-de", "text-title-de", …). Leaves: content JSON, checked elsewhere.
"""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from leadstern.capture.labels import TEXT_LABELS
from leadstern.capture.logic.content import ASKABLE, LANGUAGES, MAX_FIELDS, TEXTS, new_field, said
from leadstern.capture.terms import FieldType

_ON = "on"
_LONG = frozenset({"intro", "done_text"})
_PARTS = ("label", "type", "detail", "choices", "name")


@dataclass(frozen=True)
class Row:
    """One field in the editor. `wrong`: what is wrong with it, by part (label, type, detail, choices, name)."""

    number: int
    name: str
    type: str
    labels: list[tuple[str, str]]
    helps: list[tuple[str, str]]
    is_required: bool
    is_half: bool
    detail: str
    choices: str
    wrong: dict[str, list[str]]

    @property
    def position(self) -> int:
        return self.number + 1


@dataclass(frozen=True)
class Text:
    """One text of the form in one language."""

    key: str
    language: str
    value: str
    label: Any = ""
    is_long: bool = False
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True)
class Problem:
    """A line of the error list: where it is, what is wrong, and the input it leads to ("" for the whole form)."""

    place: str
    anchor: str
    text: str


def content_from(data: QueryDict) -> dict[str, Any]:
    """The content as the editor holds it; nothing is checked yet."""
    numbers = [number for number in range(MAX_FIELDS + 1) if f"f{number}-name" in data]
    return {
        "fields": [_field_from(data, f"f{number}-") for number in numbers],
        "texts": {key: {code: data.get(f"text-{key}-{code}", "") for code in LANGUAGES} for key in TEXTS},
        "language_default": data.get("language_default", "de"),
        "asks_marketing": data.get("asks_marketing") == _ON,
        "captcha": data.get("captcha") == _ON,
    }


def reshape(content: dict[str, Any], order: str) -> tuple[dict[str, Any], int | None]:
    """Does what a button says ("add", "remove:2", "up:2", "down:2"); the second value is the field to go to."""
    fields = list(content["fields"])
    verb, _colon, place = order.partition(":")
    number = int(place) if place.isascii() and place.isdigit() and len(place) < 4 else -1
    if verb == "add" and len(fields) < MAX_FIELDS:
        fields.append(new_field({str(each.get("name")) for each in fields}))
        number = len(fields) - 1
    elif not 0 <= number < len(fields):
        return content, None
    elif verb == "remove":
        del fields[number]
        number = max(0, number - 1)
    elif verb in ("up", "down"):
        other = number + (1 if verb == "down" else -1)
        if 0 <= other < len(fields):
            fields[number], fields[other] = fields[other], fields[number]
            number = other
    return {**content, "fields": fields}, number


def rows_of(content: dict[str, Any], errors: dict[str, list[str]]) -> list[Row]:
    """The editor's lines."""
    return [_row(number, entry, errors) for number, entry in enumerate(content.get("fields", []))]


def texts_of(content: dict[str, Any], errors: dict[str, list[str]]) -> list[Text]:
    """Title to closing words, each in both languages. What is missing is missing in German."""
    texts = content.get("texts", {})
    return [
        Text(
            key, code, texts.get(key, {}).get(code, ""), TEXT_LABELS[key], key in _LONG,
            tuple(errors.get(f"texts.{key}", [])) if code == "de" else (),
        )
        for key in TEXTS
        for code in LANGUAGES
    ]  # fmt: skip


def problems_of(content: dict[str, Any], errors: dict[str, list[str]]) -> list[Problem]:
    """What is wrong, each with the name of its place and a way to it."""
    return [Problem(*_place(content, place), text) for place, texts in errors.items() for text in texts]


def _place(content: dict[str, Any], place: str) -> tuple[str, str]:
    kind, _dot, rest = place.partition(".")
    if kind == "texts":
        return str(TEXT_LABELS.get(rest, rest)), f"text-{rest}-de"
    if kind != "fields":
        return "", ""
    number, _dot, part = rest.partition(".")
    label = said(content["fields"][int(number)].get("label", {}), "de").strip()
    name = _("Field %(number)s") % {"number": int(number) + 1} + (f" ({label})" if label else "")
    return name, f"f{number}-{part}" + ("-de" if part == "label" else "")


def _field_from(data: QueryDict, prefix: str) -> dict[str, Any]:
    return {
        "name": data.get(f"{prefix}name", ""),
        "type": data.get(f"{prefix}type", FieldType.TEXT),
        "label": {code: data.get(f"{prefix}label-{code}", "") for code in LANGUAGES},
        "help": {code: data.get(f"{prefix}help-{code}", "") for code in LANGUAGES},
        "required": data.get(f"{prefix}required") == _ON,
        "width": "half" if data.get(f"{prefix}half") == _ON else "full",
        "detail": detail if (detail := data.get(f"{prefix}detail", "")) in ASKABLE else "",
        "choices": _choices_from(data.get(f"{prefix}choices", "")),
    }


def _choices_from(text: str) -> list[dict[str, Any]]:
    """One choice in a line: “value | German | English”; the later parts may be left out."""
    lines = [[part.strip() for part in line.split("|")] for line in text.splitlines() if line.strip()]
    return [
        {"value": parts[0], "label": {"de": parts[1] if len(parts) > 1 else parts[0],
                                      "en": parts[2] if len(parts) > 2 else ""}}
        for parts in lines
    ]  # fmt: skip


def _row(number: int, entry: dict[str, Any], errors: dict[str, list[str]]) -> Row:
    choices = [
        " | ".join(filter(None, (each["value"], each["label"].get("de", ""), each["label"].get("en", ""))))
        for each in entry.get("choices", [])
    ]
    return Row(
        number=number,
        name=entry.get("name", ""),
        type=entry.get("type", ""),
        labels=[(code, entry.get("label", {}).get(code, "")) for code in LANGUAGES],
        helps=[(code, entry.get("help", {}).get(code, "")) for code in LANGUAGES],
        is_required=entry.get("required") is True,
        is_half=entry.get("width") == "half",
        detail=entry.get("detail", ""),
        choices="\n".join(choices),
        wrong={part: texts for part in _PARTS if (texts := errors.get(f"fields.{number}.{part}"))},
    )
