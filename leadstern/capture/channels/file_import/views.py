"""The pages of importing: upload, mapping, dry run, progress and what was not taken. Right: IMPORT_LEADS."""

import csv
from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadstern.accounts.access import person, requires
from leadstern.accounts.models import User
from leadstern.accounts.terms import Right
from leadstern.capture.channels.file_import.actions import begin_run, check_run, map_run, start_run
from leadstern.capture.channels.file_import.forms import MappingForm, UploadForm
from leadstern.capture.channels.file_import.queries import (
    all_issue_lines,
    columns,
    issue_line,
    issues,
    runs,
    share_done,
)
from leadstern.capture.models import ImportRun
from leadstern.core.errors import Invalid, Refused
from leadstern.core.mistakes import mark
from leadstern.core.tables import slice_by_key
from leadstern.core.text import defuse
from leadstern.core.time import now

CHECKED_LINES = 50_000
OPEN = (ImportRun.State.UPLOADED, ImportRun.State.CHECKED)


def run_for(user: User, run_id: int) -> ImportRun:
    """Who may import sees every import."""
    assert user.has_right(Right.IMPORT_LEADS)
    return get_object_or_404(runs(), pk=run_id)


@requires(Right.IMPORT_LEADS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_list(request: HttpRequest) -> HttpResponse:
    """All imports, newest first; a POST uploads a file."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        run = _uploaded(request, form)
        if run:
            return redirect("capture:import_map", run.pk)
    cursor = request.GET.get("cursor", "")
    context = {"form": form, "slice": slice_by_key(runs(), order=("-id",), cursor=cursor)}
    return render(request, "capture/import_list.html", context, status=422 if form.errors else 200)


def _uploaded(request: HttpRequest, form: UploadForm) -> ImportRun | None:
    upload = form.cleaned_data["file"]
    try:
        return start_run(upload.chunks(), filename=upload.name, mapping={}, options={}, by=person(request), now=now())
    except Invalid as invalid:
        mark(form, invalid)
    return None


@requires(Right.IMPORT_LEADS)
@require_http_methods(["GET", "HEAD", "POST"])
def map_import(request: HttpRequest, run_id: int) -> HttpResponse:
    """What each column is, with the first five lines; a POST keeps it and leads to the dry run."""
    run = run_for(person(request), run_id)
    if run.state not in OPEN:
        return redirect("capture:import", run.pk)
    shown = columns(run)
    form = MappingForm(request.POST or None, columns=shown, mapping=run.mapping, initial=run.options)
    if request.method == "POST" and form.is_valid():
        try:
            map_run(run, mapping=form.mapping(), options=form.options())
            return redirect("capture:import_check", run.pk)
        except Invalid as invalid:
            mark(form, invalid)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("capture:import", run.pk)
    lines = [{"field": form[f"column_{number}"], "examples": column.examples} for number, column in enumerate(shown)]
    context = {"form": form, "run": run, "lines": lines, "has_lines": bool(shown and shown[0].examples)}
    return render(request, "capture/import_map.html", context, status=422 if form.errors else 200)


@requires(Right.IMPORT_LEADS)
@require_safe
def check_import(request: HttpRequest, run_id: int) -> HttpResponse:
    """The dry run: what would come in and which lines would not. Reads only."""
    run = run_for(person(request), run_id)
    if run.state not in OPEN:
        return redirect("capture:import", run.pk)
    try:
        report = check_run(run, now=now(), most=CHECKED_LINES)
    except Invalid:
        return redirect("capture:import_map", run.pk)
    context = {"run": run, "report": report, "issues": [issue_line(issue) for issue in report.issues]}
    return render(request, "capture/import_check.html", context)


@requires(Right.IMPORT_LEADS)
@require_POST
def begin_import(request: HttpRequest, run_id: int) -> HttpResponse:
    """Hands the run to the worker."""
    run = run_for(person(request), run_id)
    try:
        begin_run(run, by=person(request), now=now())
    except Invalid as invalid:
        messages.error(request, str(invalid))
        return redirect("capture:import_map", run.pk)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("capture:import", run.pk)


@requires(Right.IMPORT_LEADS)
@require_safe
def import_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """How far it is and which lines were not taken; refreshes itself while it runs."""
    run = run_for(person(request), run_id)
    if run.state in OPEN:
        return redirect("capture:import_map", run.pk)
    found = slice_by_key(issues(run), order=("line", "id"), cursor=request.GET.get("cursor", ""), size=100)
    context = {
        "run": run,
        "share": share_done(run),
        "percent": round(share_done(run) * 100),
        "slice": found,
        "issues": [issue_line(issue) for issue in found.rows],
    }
    return render(request, "capture/import_run.html", context)


@requires(Right.IMPORT_LEADS)
@require_safe
def import_issues(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """The lines that were not taken as a CSV file, safe to open in Excel."""
    run = run_for(person(request), run_id)
    answer = StreamingHttpResponse(_csv_lines(run), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="import-{run.pk}.csv"'
    return answer


class _Echo:
    """Gives back what the csv module writes."""

    def write(self, text: str) -> str:
        return text


def _csv_lines(run: ImportRun) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff" + writer.writerow([_("Line"), _("Column"), _("Problem"), _("Text of the line")])
    for issue in all_issue_lines(run):
        yield writer.writerow([issue.line, defuse(issue.column), defuse(str(issue.problem)), defuse(issue.raw)])
