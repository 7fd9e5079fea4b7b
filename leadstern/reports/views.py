"""The report pages and the leads behind their figures. Enters: staff. Leaves: pages; they write nothing but the
record of an export."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leadstern.accounts.access import person, requires
from leadstern.accounts.terms import Right
from leadstern.audit.actions import record
from leadstern.core.counting import MANY, capped_count
from leadstern.core.db import write
from leadstern.core.tables import slice_by_key
from leadstern.core.time import now
from leadstern.reports import cost as costs
from leadstern.reports import funnel as funnels
from leadstern.reports import mql_to_close as mqls
from leadstern.reports.drill import Cell, address, cell_from, leads_in
from leadstern.reports.exports import csv_lines
from leadstern.reports.forms import FilterForm
from leadstern.reports.pages import behind, cost_page, funnel_page, mql_page
from leadstern.reports.pages.cost import QUESTION as COST
from leadstern.reports.pages.funnel import QUESTION as FUNNEL
from leadstern.reports.pages.mql_to_close import QUESTION as MQLS
from leadstern.reports.pages.parts import Page
from leadstern.reports.terms import UnknownGrouping, UnknownReport
from leadstern.routing.access import is_restricted, only_visible


@requires(Right.SEE_REPORTS)
@require_safe
def funnel(request: HttpRequest) -> HttpResponse:
    """Where do we lose leads?"""
    form = FilterForm(request.GET)
    return _shown(request, form, FUNNEL, lambda: funnel_page(funnels.funnel(period=form.period())))


@requires(Right.SEE_REPORTS)
@require_safe
def mql_to_close(request: HttpRequest) -> HttpResponse:
    """How many MQLs buy?"""
    form = FilterForm(request.GET, groupings=mqls.GROUPINGS)

    def page() -> Page:
        return mql_page(mqls.mql_to_close(by=form.by_or_first(), period=form.period(), now=now()))

    return _shown(request, form, MQLS, page)


@requires(Right.SEE_REPORTS)
@require_safe
def cost(request: HttpRequest) -> HttpResponse:
    """What does a customer cost?"""
    form = FilterForm(request.GET, groupings=costs.GROUPINGS)
    extra: dict[str, object] = {"may_record": _may_record(request)}

    def page() -> Page:
        report = costs.cost(by=form.by_or_first(), period=form.period())
        extra["unpaid_url"] = address(Cell("cost", "unpaid", form.period())) if report.unpaid_leads else ""
        return cost_page(report)

    return _shown(request, form, COST, page, extra)


@requires(Right.SEE_REPORTS)
@require_safe
def leads(request: HttpRequest, report: str) -> HttpResponse:
    """The leads behind one figure, newest first, in slices."""
    cell = _cell(request, report)
    found = only_visible(leads_in(cell), person(request)).select_related("company")
    shown = {
        "is_partial": is_restricted(person(request)),
        "slice": slice_by_key(found, order=("-captured_at", "-id"), cursor=request.GET.get("cursor", "")),
        "behind": behind(cell),
        "count": capped_count(found, limit=MANY),
        "csv_url": address(cell, name="leads_csv") if person(request).has_right(Right.EXPORT_LEADS) else "",
    }
    return render(request, "reports/leads.html", shown)


@requires(Right.SEE_REPORTS, Right.EXPORT_LEADS)
@require_safe
def leads_csv(request: HttpRequest, report: str) -> HttpResponseBase:
    """The same leads as a file; recorded."""
    user = person(request)
    found = only_visible(leads_in(_cell(request, report)), user)
    with write():
        record("leads.exported", None, by=user, now=now(), data={"report": {"report": report} | request.GET.dict()})
    response = StreamingHttpResponse(csv_lines(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="leads.csv"'
    return response


def _cell(request: HttpRequest, report: str) -> Cell:
    """The cell of the address; 404 for one that no report has."""
    try:
        cell = cell_from(report, request.GET.dict())
        leads_in(cell)
    except (UnknownReport, UnknownGrouping):
        raise Http404 from None
    return cell


def _may_record(request: HttpRequest) -> bool:
    return person(request).has_right(Right.RECORD_SPEND)


def _shown(
    request: HttpRequest,
    form: FilterForm,
    question: Any,
    page: Callable[[], Page],
    extra: dict[str, object] | None = None,
) -> HttpResponse:
    """Without figures when the filter cannot be read: those of another period would be taken for the wanted ones."""
    shown = page() if form.is_valid() else None
    return render(request, "reports/report.html", {"filter": form, "question": question, "page": shown} | (extra or {}))
