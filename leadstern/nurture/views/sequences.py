"""Pages of the sequences: list, one sequence with its steps, the step editor, preview. Enters: marketing."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leadstern.accounts.access import person, requires
from leadstern.accounts.terms import Right
from leadstern.core.errors import Refused
from leadstern.core.text import search_words
from leadstern.core.time import now
from leadstern.criteria.logic import read, to_json
from leadstern.criteria.queries import sentence
from leadstern.criteria.terms import WrongCondition
from leadstern.leads.models import Lead
from leadstern.leads.queries import live_leads, with_words
from leadstern.nurture import actions, queries
from leadstern.nurture.actions.sending import person_of
from leadstern.nurture.forms import NameForm, PreviewForm, SequenceForm
from leadstern.nurture.logic import LANGUAGES, letter
from leadstern.nurture.models import Sequence
from leadstern.nurture.terms import Letter, Person
from leadstern.nurture.views.asking import asked_before, question
from leadstern.outbox.queries import default_sender


@requires(Right.EDIT_SEQUENCES)
@require_safe
def sequence_list(request: HttpRequest) -> HttpResponse:
    """Every sequence with its people, and who is left out and why."""
    shown = {
        "lines": queries.sequence_lines(),
        "left_out": queries.not_nurtured(),
        "has_sender": default_sender() is not None,
    }
    return render(request, "nurture/sequences.html", shown)


@requires(Right.EDIT_SEQUENCES)
def sequence_new(request: HttpRequest) -> HttpResponse:
    """A new, empty sequence."""
    form = NameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        sequence = actions.create_sequence(name=form.cleaned_data["name"], by=person(request), now=now())
        return redirect("nurture:sequence", sequence_id=sequence.pk)
    return render(request, "nurture/sequence_new.html", {"form": form}, status=422 if form.errors else 200)


@dataclass(frozen=True)
class StepLine:
    """A step as the editor lists it."""

    index: int
    number: int
    days: int
    hours: int
    subject: str
    is_first: bool
    is_last: bool


@requires(Right.EDIT_SEQUENCES)
def sequence(request: HttpRequest, sequence_id: int) -> HttpResponse:
    """One sequence: its steps, who enters, how many are where; saves name, order and condition."""
    found = get_object_or_404(Sequence, pk=sequence_id)
    initial = {"name": found.name, "priority": found.priority, "entry": found.entry or ""}
    form = SequenceForm(request.POST if request.method == "POST" else None, initial=initial)
    asked: dict[str, str] = {}
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        entry = to_json(values["entry"]) if values["entry"] else None
        asked = asked_before(found, entry, agreed=request.POST.get("agreed", ""))
        if not asked:
            actions.save_sequence(
                found, name=values["name"], priority=values["priority"], entry=entry, by=person(request), now=now()
            )
            messages.success(request, _("Saved. It holds for everybody who enters from now on."))
            return redirect("nurture:sequence", sequence_id=found.pk)
    shown = _shown(found) | {"form": form, **asked}
    return render(request, "nurture/sequence.html", shown, status=422 if form.errors else 200)


def _shown(found: Sequence) -> dict[str, Any]:
    version, published = queries.shown_version(found), queries.published_version(found)
    return {
        "sequence": found,
        "version": version,
        "published": published,
        "has_draft": version is not None and version.published_at is None,
        "steps": _lines(version.steps if version else []),
        "counts": queries.people_counts(found),
        "entry": _entry_sentence(found),
        "question": question(queries.entering(found, now=now())),
    }


def _lines(steps: list[dict[str, Any]]) -> list[StepLine]:
    language = get_language() or "de"
    language = language if language in LANGUAGES else "en"
    last = len(steps) - 1
    return [
        StepLine(
            index,
            index + 1,
            step["wait_hours"] // 24,
            step["wait_hours"] % 24,
            step["subject"][language],
            index == 0,
            index == last,
        )
        for index, step in enumerate(steps)
    ]


def _entry_sentence(found: Sequence) -> str:
    if not found.entry:
        return ""
    try:
        return sentence(read(found.entry), language=get_language() or "de")
    except WrongCondition:
        return _("The condition asks for something that is no longer known, so nobody enters. Please correct it.")


@requires(Right.EDIT_SEQUENCES)
@require_POST
def change(request: HttpRequest, sequence_id: int, verb: str) -> HttpResponse:
    """Publishes, switches on or off."""
    found = get_object_or_404(Sequence, pk=sequence_id)
    verbs = {
        "publish": (actions.publish_version, _("Published. New people get this version, those under way keep theirs.")),
        "activate": (actions.activate_sequence, _("Switched on. Leads that fit enter within seconds.")),
        "deactivate": (actions.deactivate_sequence, _("Switched off. Nobody enters; those under way go on.")),
    }
    if verb not in verbs:
        raise Http404
    act, sentence_done = verbs[verb]
    try:
        act(found, by=person(request), now=now())
        messages.success(request, sentence_done)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("nurture:sequence", sequence_id=found.pk)


@requires(Right.EDIT_SEQUENCES)
@require_safe
def preview(request: HttpRequest, sequence_id: int) -> HttpResponse:
    """Every mail as one real lead would read it. Nothing is sent."""
    found = get_object_or_404(Sequence, pk=sequence_id)
    form = PreviewForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    words = wanted.get("reader", "")
    lead = _preview_lead(words)
    if lead is None and words:
        form.add_error("reader", _("No lead fits these words."))
    reader = person_of(lead) if lead else Person()
    if wanted.get("language"):
        reader = replace(reader, language=wanted["language"])
    shown = {"sequence": found, "form": form, "lead": lead, "letters": _letters(found, reader)}
    return render(request, "nurture/preview.html", shown)


def _preview_lead(words: str) -> Lead | None:
    """The newest lead that fits the words; without words the newest of all."""
    found = live_leads().filter(with_words(search_words(words))).select_related("company")
    return found.order_by("-captured_at", "-id").first()


def _letters(found: Sequence, reader: Person) -> list[Letter]:
    version, sender = queries.shown_version(found), default_sender()
    name = sender.name if sender else _("(sender not set up)")
    url = _("(link to unsubscribe)")
    return [letter(each, reader, sender_name=name, unsubscribe_url=url) for each in (version.steps if version else [])]
