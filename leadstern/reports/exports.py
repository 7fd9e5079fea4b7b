"""The leads behind a figure as a CSV file, line by line. Called by the views."""

import csv
from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from leadstern.core.formats import day
from leadstern.core.text import defuse
from leadstern.leads.models import Lead
from leadstern.leads.terms import source_words

BATCH = 1000


class _Echo:
    """csv writes to a file; ours hands each line back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(leads: QuerySet[Lead]) -> Iterator[str]:
    """Heading and one line per lead, by id; UTF-8 with a mark for Excel, semicolons, no cell that runs as a formula."""
    writer = csv.writer(_Echo(), delimiter=";")
    heading = (
        pgettext("of a lead", "Number"),
        _("Name"),
        _("Company"),
        _("Postcode"),
        _("Place"),
        _("Source"),
        _("Source in words"),
        _("Campaign"),
        _("Captured"),
    )
    yield "\ufeff" + writer.writerow(heading)
    last, found = 0, leads.select_related("company").order_by("pk")
    while batch := list(found.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        for lead in batch:
            yield writer.writerow([defuse(cell) for cell in _cells(lead)])


def _cells(lead: Lead) -> tuple[str, ...]:
    company = lead.company.name if lead.company else ""
    return (
        str(lead.pk), str(lead), company, lead.postcode, lead.city, lead.source or "",
        source_words(lead.source), lead.campaign, day(lead.captured_at),
    )  # fmt: skip
