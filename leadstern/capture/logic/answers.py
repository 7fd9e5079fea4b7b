"""A whole submission: raw answers and the form they answer; leaves: details in our vocabulary, or errors by field."""

from dataclasses import dataclass
from typing import Any

from leadstern.capture.logic.content import DETAILS, FormContent, FormField
from leadstern.capture.logic.text import as_text, clean_line
from leadstern.capture.logic.values import Wrong, read_value

FROM_ORIGIN = ("source", "medium", "campaign", "landing_page")


@dataclass(frozen=True)
class Answers:
    """`details` is complete only without `errors` (field name to sentences, in the active language)."""

    details: dict[str, Any]
    errors: dict[str, list[str]]


def read_answers(content: FormContent, raw: dict[str, Any], *, language: str, origin: dict[str, Any]) -> Answers:
    """Understands what was entered. Never raises, whatever `raw` holds."""
    country = _country(content, raw)
    details: dict[str, Any] = {"language": language, "acquisition": "net"}
    extra: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for field in content.fields:
        try:
            value = read_value(field, as_text(raw.get(field.name)), country=country, language=language)
        except Wrong as wrong:
            errors[field.name] = [str(wrong)]
            continue
        if value != "":
            (details if field.detail else extra)[field.detail or field.name] = value
    return Answers(details | _from_origin(origin) | ({"extra": extra} if extra else {}), errors)


def _country(content: FormContent, raw: dict[str, Any]) -> str:
    asked: list[FormField] = [field for field in content.fields if field.detail == "country"]
    given = as_text(raw.get(asked[0].name)).strip() if asked else ""
    return given if asked and given in {value for value, _label in asked[0].choices} else ""


def _from_origin(origin: dict[str, Any]) -> dict[str, str]:
    known = {key: clean_line(as_text(origin.get(key)))[: DETAILS[key]] for key in FROM_ORIGIN}
    return {key: text for key, text in known.items() if text}
