"""The list of leads, its search and its export. What one may see decides `desk.access`."""

import csv
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from leadstern.accounts.access import person, requires
from leadstern.accounts.models import User
from leadstern.accounts.terms import Right
from leadstern.audit.actions import record
from leadstern.core.text import defuse
from leadstern.core.time import now
from leadstern.desk import queries
from leadstern.desk.terms import LeadFilter, LeadRow
from leadstern.leads.models import Identity
from leadstern.leads.terms import IdentityKind
from leadstern.qualification.queries import stage_labels
from leadstern.qualification.terms import Stage

EXPORT_BATCH = 500


@requires(Right.SEE_LEADS)
def lead_list(request: HttpRequest) -> HttpResponse:
    user, wanted = person(request), _filter(request)
    rows, page = queries.lead_slice(user, wanted, cursor=request.GET.get("cursor", ""), now=now())
    context = {
        "rows": rows,
        "slice": page,
        "wanted": wanted,
        "is_filtered": wanted != LeadFilter(order=wanted.order),
        "stages": [(stage.value, label) for stage, label in stage_labels(user.language).items()],
        "people": queries.salespeople(),
        "sources": queries.sources(),
        "may_export": user.has_right(Right.EXPORT_LEADS),
    }
    return render(request, "desk/leads.html", context)


def _filter(request: HttpRequest) -> LeadFilter:
    given = request.GET
    stage, owner, order = given.get("stage", ""), given.get("owner", ""), given.get("order", "new")
    return LeadFilter(
        words=given.get("q", "")[:100],
        stage=stage if stage in Stage.values else "",
        owner=owner if owner == "me" or owner.isdecimal() else "",
        source=given.get("source", "")[:120],
        order=order if order in {"new", "old", "name", "hot"} else "new",
    )


@requires(Right.EXPORT_LEADS)
def export(request: HttpRequest) -> StreamingHttpResponse:
    """All leads of the filter as CSV (UTF-8 with BOM, semicolons: opens in Excel), written while it is read."""
    user, wanted = person(request), _filter(request)
    record("leads.exported", None, by=user, now=now(), data={"filter": str(wanted)})
    response = StreamingHttpResponse(_lines(user, wanted), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="leads.csv"'
    return response


class _Echo:
    """csv writes to a file; ours hands each line back."""

    def write(self, line: str) -> str:
        return line


def _lines(user: User, wanted: LeadFilter) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff" + writer.writerow(_headings())
    last, found = 0, queries.leads_for(user, wanted).order_by("id")
    while batch := list(found.filter(id__gt=last)[:EXPORT_BATCH]):
        last = batch[-1].pk
        points = _contact_points([lead.pk for lead in batch])
        for row in queries.lead_rows(batch, language=user.language, now=now()):
            yield writer.writerow([defuse(cell) for cell in _cells(row, points)])


def _headings() -> list[str]:
    person_is = [
        pgettext("of a lead", "Number"),
        _("Name"),
        _("Company"),
        _("E-mail"),
        _("Telephone"),
        _("Postcode"),
        _("City"),
        _("Country"),
    ]
    return [*person_is, _("Stage"), _("Owner"), _("Source"), _("Campaign"), _("Captured")]


def _contact_points(lead_ids: list[int]) -> dict[tuple[int, str], str]:
    kinds = [IdentityKind.EMAIL, IdentityKind.PHONE]
    found = Identity.objects.filter(lead_id__in=lead_ids, kind__in=kinds).order_by("-id")
    return {(identity.lead_id, identity.kind): identity.shown or identity.value for identity in found}


def _cells(row: LeadRow, points: dict[tuple[int, str], str]) -> list[str]:
    lead = row.lead
    email = points.get((lead.pk, IdentityKind.EMAIL), "")
    phone = points.get((lead.pk, IdentityKind.PHONE), "")
    who = [str(lead.pk), str(lead), lead.company.name if lead.company else "", email, phone]
    where = [lead.postcode, lead.city, lead.country]
    owner = row.owner.name if row.owner else ""
    return [*who, *where, row.stage_label, owner, lead.source or "", lead.campaign, lead.captured_at.date().isoformat()]
