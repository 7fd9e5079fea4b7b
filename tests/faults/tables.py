"""Every row of every table of ours and every file, without what may differ between two installations that did the same:
ids, moments, secrets. Called by `Forks`.

Leaves {"waiting": [steps], "tables": {table: [row, …]}}; a row names the rows it points to by a digest of them, so that
a doubled, lost or swapped row shows.
"""

import hashlib
import json
import re
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

from leadstern.journey.actions import walk_until_done
from leadstern.journey.waiting import steps_with_work

PAUSES = (timedelta(0), timedelta(seconds=31), timedelta(minutes=11))
"""What was killed while it was being understood waits half a minute, while it was being sent ten."""

SAME = (
    (re.compile(r"https?://[^\s\"<>\\]+"), "<link>"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.+]+"), "<moment>"),
    (re.compile(r"\b[0-9a-f]{32,64}\b"), "<secret>"),
    (re.compile(r'"(delivery|enrollment|submission|verdict)": \d+'), r'"\1": <id>'),
)
FRACTION = re.compile(r"\d+\.\d+(e-?\d+)?")
NUMBER = re.compile(r"(?<=:)\d+")


def settle(*, at: str, smtp: str = "") -> dict[str, Any]:
    """A fresh process walks until done, then tells everything."""
    settings.OWN["LEADSTERN_SMTP_URL"] = smtp
    for pause in PAUSES:
        walk_until_done(now=datetime.fromisoformat(at) + pause)
    return tell(at=at)


def tell(*, at: str) -> dict[str, Any]:
    """Everything as it is now."""
    lines = _Lines()
    ours = [model for model in apps.get_models() if model.__module__.startswith("leadstern.")]
    tables = {model._meta.label: lines.of_all(model) for model in ours}
    tables["files"] = sorted(f"{path.parent.name}/*{path.suffix}" for path in settings.FILES.rglob("*.*"))
    return {"waiting": sorted(steps_with_work(now=datetime.fromisoformat(at) + PAUSES[-1])), "tables": tables}


def difference(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """What is too much (+) and what is missing (-), as lines; [] when both are the same."""
    told = [f"! {name} still waits" for name in found["waiting"]]
    for table, rows in found["tables"].items():
        now, then = Counter(rows), Counter(expected["tables"][table])
        told += [f"+ {table} {row}" for row in (now - then).elements()]
        told += [f"- {table} {row}" for row in (then - now).elements()]
    return told


def _worded(value: Any) -> str:
    """As JSON; fractions are rounded, because points fade from second to second."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return FRACTION.sub(lambda found: f"{float(found[0]):.1f}", text)


class _Lines:
    """Rows as text; a row is put into words once."""

    def __init__(self) -> None:
        self._rows: dict[Any, dict[Any, models.Model]] = {}
        self._known: dict[tuple[Any, Any], str] = {}

    def of_all(self, model: type[models.Model]) -> list[str]:
        return sorted(self._of(model, pk) for pk in self._rows_of(model))

    def _rows_of(self, model: type[models.Model]) -> dict[Any, models.Model]:
        if model not in self._rows:
            self._rows[model] = {row.pk: row for row in model._default_manager.all()}
        return self._rows[model]

    def _of(self, model: type[models.Model], pk: Any) -> str:
        if (model, pk) not in self._known:
            row = self._rows_of(model)[pk]
            fields = [field for field in model._meta.concrete_fields if not field.primary_key]
            told = {field.name: self._value(field, getattr(row, field.attname)) for field in fields}
            self._known[model, pk] = json.dumps(told, ensure_ascii=False)
        return self._known[model, pk]

    def _value(self, field: Any, value: Any) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if field.is_relation:
            return hashlib.sha256(self._of(field.related_model, value).encode()).hexdigest()[:8]
        if isinstance(value, date) or field.name == "object_id":
            return "set"
        text = value if isinstance(value, str) else _worded(value)
        for pattern, word in SAME:
            text = pattern.sub(word, text)
        return NUMBER.sub("<id>", text) if field.name == "key" else text
