"""`leadstern report NAME`: the figures of the report pages, for machines and for the terminal."""

import argparse
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from leadstern.cli.answer import Answer
from leadstern.core.errors import Refused
from leadstern.core.time import now
from leadstern.reports import catalogue


def run(options: argparse.Namespace) -> Answer:
    """Refused for an unknown report, an unknown grouping or a date that is none."""
    period = {"since": _day(options.since), "until": _day(options.until)}
    data = catalogue.run(options.name, by=options.by, now=now(), **period)
    return Answer(data, _table(data))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(_("%(text)s is not a date (expected: 2026-11-30)") % {"text": text}) from None


def _table(data: dict[str, Any]) -> str:
    """Rows under each other, the total last; keys as headings."""
    rows = [*data.get("rows", []), {"key": _("total"), **data.get("total", {})}]
    headings = list(dict.fromkeys(key for row in rows for key in row))
    cells = [headings, *([_cell(row.get(heading)) for heading in headings] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(headings))]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) for line in cells)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.4f}" if isinstance(value, float) else str(value)
