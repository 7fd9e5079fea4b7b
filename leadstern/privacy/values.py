"""A single value as people read it: moments, amounts, codes by their labels. Enters: a field of a row and the names
of what rows point to. Leaves: text in the language of the request and the time zone of the installation.

Called by `words`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from leadstern.core.formats import day, decimal, locale, moment, money
from leadstern.privacy.labels import FIELDS_OF, STAGED, codes_of, label_of

_ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Names:
    """What things are called that rows name by key or number. `facts` and `choices` are those of conditions;
    `answers`: a stored answer's words, by field and value."""

    stages: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    sites: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[tuple[str, str], Any] = field(default_factory=dict)


def text_of(kind: str, name: str, value: Any, names: Names) -> str:
    """The words for `value` of the field `name` in a row of this kind."""
    if isinstance(value, list | tuple):
        return ", ".join(text_of(kind, name, one, names) for one in value)
    return _counted(value) or _named(kind, name, str(value), names) or _written(str(value))


def _counted(value: Any) -> str:
    """A value that is no text; empty for text and whole numbers."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return money(value)
    return decimal(value, 0 if value.is_integer() else 1) if isinstance(value, float) else ""


def _named(kind: str, name: str, text: str, names: Names) -> str:
    """The name of a code; empty for anything else."""
    if (kind, name) in STAGED or (kind == "activity" and name == "content" and text in names.stages):
        return names.stages.get(text, "")
    if name in ("country", "language"):
        known = locale().territories if name == "country" else locale().languages
        return str(known.get(text, ""))
    if (kind, name) == ("change", "field"):
        return str(FIELDS_OF.get((kind, text)) or label_of("lead", text))
    if kind == "value" or (kind, name) == ("criteria", "value"):
        return names.choices.get(text, "")
    if kind == "extra":
        found = names.answers.get((name, text), "")
        return _counted(found) or str(found)
    return str(_listed(kind, name, names).get(text, ""))


def _listed(kind: str, name: str, names: Names) -> Mapping[str, Any]:
    """The codes that the field may hold, with their words."""
    return {
        ("origin", "site"): names.sites,
        ("activity", "content"): names.forms,
        ("evidence", "form"): names.forms,
    }.get((kind, name)) or codes_of(kind, name)


def _written(text: str) -> str:
    """A moment or day as people write it, any other text as it stands."""
    try:
        if _ISO_MOMENT.fullmatch(text):
            return moment(datetime.fromisoformat(text))
        if _ISO_DAY.fullmatch(text):
            return day(date.fromisoformat(text))
    except ValueError:
        return text
    return text
