"""The list of leads, its search and its export. What one may see decides `routing.access`."""

import csv
from collections.abc import Collection, Iterator

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from leadstern.accounts.access import person, requires
from leadstern.accounts.models import User
from leadstern.accounts.terms import Right
from leadstern.audit.actions import record
from leadstern.core.text import defuse
from leadstern.core.time import now
from leadstern.criteria.access import segment_for
from leadstern.criteria.logic import parse, read
from leadstern.criteria.queries import sentence
from leadstern.criteria.terms import WrongCondition
from leadstern.desk import queries
from leadstern.desk.agreement import KEYS
from leadstern.desk.terms import LeadFilter, LeadRow
from leadstern.leads.models import Identity
from leadstern.leads.terms import IdentityKind, source_words
from leadstern.qualification.queries import stage_labels
from leadstern.qualification.terms import Stage

EXPORT_BATCH = 500
LONGEST_CONDITION = 2000


@requires(Right.SEE_LEADS)
def lead_list(request: HttpRequest) -> HttpResponse:
    user = person(request)
    try:
        wanted = _filter(request)
    except WrongCondition as error:
        return render(request, "desk/leads.html", {"wrong": str(error)}, status=400)
    rows, page = queries.lead_slice(user, wanted, cursor=request.GET.get("cursor", ""), now=now())
    context = {
        "rows": rows,
        "slice": page,
        "wanted": wanted,
        "is_filtered": wanted != LeadFilter(order=wanted.order),
        "only": _only(wanted, language=user.language),
        "stages": [(stage.value, label) for stage, label in stage_labels(user.language).items()],
        "people": queries.salespeople(),
        "sources": queries.sources(),
        "may_export": user.has_right(Right.EXPORT_LEADS),
    }
    return render(request, "desk/leads.html", context)


def _filter(request: HttpRequest) -> LeadFilter:
    """What the address asks for; what it cannot ask for is left out. WrongCondition for a condition that cannot be
    read: a list of all leads in its place would be a false answer. 404 for a segment that is gone."""
    given = {name: request.GET.get(name, "").replace("\0", "") for name in request.GET}
    stage, owner, segment = given.get("stage", ""), given.get("owner", ""), given.get("segment", "")
    segment = segment if _is_number(segment) else ""
    condition = "" if segment else given.get("condition", "").strip()[:LONGEST_CONDITION]
    tree = parse(condition) if condition else None
    if segment:
        tree = read(segment_for(person(request), int(segment)).condition)
    return LeadFilter(
        words=given.get("q", "")[:100],
        stage=stage if stage in Stage.values else "",
        owner=owner if owner in {"me", "none"} or _is_number(owner) else "",
        source=given.get("source", "")[:120],
        task=_one_of(given.get("task", ""), ("open", "late")),
        agreement=_one_of(given.get("agreement", ""), KEYS),
        segment=segment,
        condition=condition,
        order=_one_of(given.get("order", ""), ("new", "old", "name", "hot")) or "new",
        tree=tree,
    )


def _is_number(text: str) -> bool:
    """Of an id that a database can hold."""
    return text.isascii() and text.isdecimal() and len(text) < 19


def _one_of(value: str, known: Collection[str]) -> str:
    return value if value in known else ""


def _only(wanted: LeadFilter, *, language: str) -> str:
    """What narrows the list besides the fields above it, in words."""
    said = [str(KEYS[wanted.agreement])] if wanted.agreement else []
    return "; ".join([*said, sentence(wanted.tree, language=language)] if wanted.tree else said)


@requires(Right.EXPORT_LEADS)
def export(request: HttpRequest) -> StreamingHttpResponse:
    """All leads of the filter as CSV (UTF-8 with BOM, semicolons: opens in Excel), written while it is read."""
    user = person(request)
    try:
        wanted = _filter(request)
    except WrongCondition:
        raise Http404 from None
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
    last, found = 0, queries.leads_for(user, wanted, now=now()).order_by("id")
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
    return [*person_is, _("Stage"), _("Owner"), _("Source"), _("Source in words"), _("Campaign"), _("Captured")]


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
    captured = timezone.localtime(lead.captured_at, timezone.get_default_timezone()).date()
    source = [lead.source or "", source_words(lead.source)]
    return [*who, *where, row.stage_label, owner, *source, lead.campaign, captured.isoformat()]
