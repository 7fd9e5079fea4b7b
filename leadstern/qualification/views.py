"""Staff pages of qualification: the definition read aloud, its history, the editor of its draft, the stage labels."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leadstern.accounts.access import person, requires
from leadstern.accounts.terms import Right
from leadstern.core.errors import Invalid, Refused
from leadstern.core.mistakes import mark
from leadstern.core.time import now
from leadstern.qualification import queries
from leadstern.qualification.actions import discard_draft, edit_draft, publish_definition, save_labels, start_draft
from leadstern.qualification.forms import CriterionForm, LabelsForm, NeededForm, PublishForm
from leadstern.qualification.logic.editing import with_criterion, with_criterion_moved, without_criterion
from leadstern.qualification.models import Definition

DIRECTIONS = {"up": -1, "down": 1}
VERSIONS = 30


@requires(Right.SEE_REPORTS)
@require_safe
def definition(request: HttpRequest) -> HttpResponse:
    """What an MQL is today, whom it qualifies just so and just not, and how it came to be."""
    versions, language = list(queries.versions()[:VERSIONS]), _language()
    current = versions[0] if versions else None
    context: dict[str, Any] = {"version": current, "draft": queries.draft()}
    context["can_edit"] = person(request).has_right(Right.EDIT_DEFINITION)
    if current is not None:
        context["definition"] = queries.shown_definition(current.content, language=language)
        if person(request).has_right(Right.SEE_ALL_LEADS):
            context["preview"] = queries.preview(queries.stored_bar(current.content), language=language, now=now())
        context["history"] = queries.shown_versions(versions, language=language)
    return render(request, "qualification/definition.html", context)


@requires(Right.EDIT_DEFINITION)
@require_POST
def draft_start(request: HttpRequest) -> HttpResponse:
    return _edited(request, start_draft)


@requires(Right.EDIT_DEFINITION)
@require_safe
def draft(request: HttpRequest) -> HttpResponse:
    """The draft in words, what it changes, and what it says of real leads."""
    return _draft_page(request, _draft(), PublishForm(), status=200)


@requires(Right.EDIT_DEFINITION)
def criterion(request: HttpRequest, key: str = "") -> HttpResponse:
    """One criterion of the draft; without `key` a new one."""
    stored = next((one for one in _draft().content["criteria"] if one["key"] == key), None)
    if key and stored is None:
        raise Http404
    form = CriterionForm(request.POST or None, initial=CriterionForm.values_of(stored) if stored else {})
    if request.method == "POST" and form.is_valid():
        entered = form.criterion()
        if _saved(form, lambda content: with_criterion(content, entered, key=key)):
            messages.success(request, _("The draft is saved."))
            return redirect("qualification:draft")
    context = {"form": form, "is_new": not key}
    return render(request, "qualification/criterion.html", context, status=422 if form.is_bound else 200)


@requires(Right.EDIT_DEFINITION)
@require_POST
def criterion_remove(request: HttpRequest, key: str) -> HttpResponse:
    return _edited(request, lambda: edit_draft(lambda content: without_criterion(content, key)))


@requires(Right.EDIT_DEFINITION)
@require_POST
def criterion_move(request: HttpRequest, key: str, direction: str) -> HttpResponse:
    by = DIRECTIONS[direction]
    return _edited(request, lambda: edit_draft(lambda content: with_criterion_moved(content, key, by=by)))


@requires(Right.EDIT_DEFINITION)
def needed(request: HttpRequest) -> HttpResponse:
    """How many of the shoulds are needed."""
    form = NeededForm(request.POST or None, initial={"should_needed": _draft().content["should_needed"]})
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["should_needed"]
        if _saved(form, lambda content: {**content, "should_needed": number}):
            messages.success(request, _("The draft is saved."))
            return redirect("qualification:draft")
    return render(request, "qualification/needed.html", {"form": form}, status=422 if form.is_bound else 200)


@requires(Right.EDIT_DEFINITION)
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    version, form = _draft(), PublishForm(request.POST)
    if not form.is_valid():
        return _draft_page(request, version, form, status=422)
    try:
        published = publish_definition(version, by=person(request), now=now(), note=form.cleaned_data["note"])
    except (Invalid, Refused) as error:
        messages.error(request, str(error))
        return redirect("qualification:draft")
    sentence = _("Version %(number)s is published. All leads are being judged anew.")
    messages.success(request, sentence % {"number": published.number})
    return redirect("qualification:definition")


@requires(Right.EDIT_DEFINITION)
@require_POST
def draft_discard(request: HttpRequest) -> HttpResponse:
    discard_draft(by=person(request), now=now())
    messages.success(request, _("The draft is discarded. The published version stands as it was."))
    return redirect("qualification:definition")


@requires(Right.EDIT_DEFINITION)
def stages(request: HttpRequest) -> HttpResponse:
    """What the company calls its stages."""
    form = LabelsForm(request.POST or None, rows=queries.label_rows())
    if request.method == "POST" and form.is_valid():
        save_labels(form.labels(), by=person(request), now=now())
        messages.success(request, _("The labels are saved."))
        return redirect("qualification:stages")
    return render(request, "qualification/stages.html", {"form": form}, status=422 if form.is_bound else 200)


def _draft_page(request: HttpRequest, version: Definition, form: PublishForm, *, status: int) -> HttpResponse:
    language, published = _language(), queries.published_definition()
    shown = queries.shown_definition(version.content, language=language)
    context: dict[str, Any] = {"version": version, "definition": shown, "form": form, "published": published}
    context["changes"] = queries.shown_changes(
        published.content if published else None, version.content, language=language
    )
    if not shown.problems:
        context["preview"] = queries.preview(queries.bar_of(version.content), language=language, now=now())
    return render(request, "qualification/draft.html", context, status=status)


def _draft() -> Definition:
    found = queries.draft()
    if found is None:
        raise Http404
    return found


def _saved(form: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> bool:
    """Whether the change to the draft was taken; what is wrong with it stands in the form otherwise."""
    try:
        edit_draft(change)
    except (Invalid, Refused) as error:
        mark(form, error)
    return not form.errors


def _edited(request: HttpRequest, change: Callable[[], object]) -> HttpResponse:
    try:
        change()
    except (Invalid, Refused) as error:
        messages.error(request, str(error))
        return redirect("qualification:definition")
    return redirect("qualification:draft")


def _language() -> str:
    return "de" if (get_language() or "de").startswith("de") else "en"
