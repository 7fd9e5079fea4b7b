"""The segment pages and the answer of the condition editor. Enters: staff. Leaves: pages; saved segments."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leadstern.accounts.access import person, requires
from leadstern.accounts.terms import Right
from leadstern.core.errors import Invalid, Refused
from leadstern.core.mistakes import mark
from leadstern.core.time import now
from leadstern.criteria.access import segment_for
from leadstern.criteria.actions import delete_segment, save_segment
from leadstern.criteria.forms import SegmentForm
from leadstern.criteria.logic import parse, read, to_text
from leadstern.criteria.models import Segment
from leadstern.criteria.queries import Preview, preview, sentence
from leadstern.criteria.terms import WrongCondition

LONGEST_ADDRESS = 1500


@dataclass(frozen=True)
class Line:
    """A segment in the list; `problem` says why its condition cannot be read any more."""

    segment: Segment
    sentence: str
    problem: str


@dataclass(frozen=True)
class Answer:
    """What the editor is told about its text: a preview, or what is wrong and where. `asked` is what the list of leads
    has to be asked for all of them; empty when that would be too long for an address."""

    preview: Preview | None
    error: WrongCondition | None
    asked: str = ""


@requires(Right.SEE_ALL_LEADS)
@require_safe
def segments(request: HttpRequest) -> HttpResponse:
    """All segments with their sentences."""
    rows = Segment.objects.select_related("created_by").order_by("name")
    return render(request, "criteria/segments.html", {"lines": [_line(segment) for segment in rows]})


@requires(Right.SEE_ALL_LEADS)
@require_safe
def segment(request: HttpRequest, segment_id: int) -> HttpResponse:
    """One segment: its sentence, how many, and the first leads."""
    shown = segment_for(person(request), segment_id)
    return render(request, "criteria/segment.html", {"segment": shown, "answer": _stored_answer(shown)})


@requires(Right.EDIT_SCORING)
def segment_new(request: HttpRequest) -> HttpResponse:
    return _edited(request, None)


@requires(Right.EDIT_SCORING)
def segment_edit(request: HttpRequest, segment_id: int) -> HttpResponse:
    return _edited(request, segment_for(person(request), segment_id))


@requires(Right.EDIT_SCORING)
@require_POST
def segment_delete(request: HttpRequest, segment_id: int) -> HttpResponse:
    try:
        delete_segment(segment_for(person(request), segment_id), by=person(request), now=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("criteria:segment", segment_id=segment_id)
    messages.success(request, _("The segment is deleted. No lead has changed."))
    return redirect("criteria:segments")


@requires(Right.SEE_ALL_LEADS)
@require_POST
def condition(request: HttpRequest) -> HttpResponse:
    """What a text means: sentence, count and leads, or the mistake with its place. Changes nothing.

    `?field=` names the field of the sent form that holds the text, so that any form can ask about its own.
    """
    text = request.POST.get(request.GET.get("field", "condition"), "")
    answer = _answer(text) if text.strip() else None
    return render(request, "criteria/condition.html", {"answer": answer})


def _edited(request: HttpRequest, edited: Segment | None) -> HttpResponse:
    form = SegmentForm.of(edited, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_segment(edited, **form.cleaned_data, by=person(request), now=now())
        except Invalid as error:
            mark(form, error)
        else:
            messages.success(request, _("The segment is saved."))
            return redirect("criteria:segment", segment_id=saved.pk)
    status = 422 if form.is_bound else 200
    return render(request, "criteria/segment_form.html", {"form": form, "segment": edited}, status=status)


def _line(segment: Segment) -> Line:
    try:
        return Line(segment, sentence(read(segment.condition), language=get_language() or "de"), "")
    except WrongCondition as error:
        return Line(segment, "", str(error))


def _answer(text: str) -> Answer:
    try:
        tree = parse(text)
        asked = urlencode({"condition": to_text(tree)})
        found = preview(tree, language=get_language() or "de", now=now())
        return Answer(found, None, asked if len(asked) <= LONGEST_ADDRESS else "")
    except WrongCondition as error:
        return Answer(None, error)


def _stored_answer(segment: Segment) -> Answer:
    try:
        found = preview(read(segment.condition), language=get_language() or "de", now=now())
        return Answer(found, None, urlencode({"segment": segment.pk}))
    except WrongCondition as error:
        return Answer(None, error)
