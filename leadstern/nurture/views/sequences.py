"""Pages of the sequences: list, one sequence with its steps, the step editor, preview. Enters: marketing."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leadstern.accounts.access import person, requires
from leadstern.accounts.terms import Right
from leadstern.core import formats
from leadstern.core.errors import Invalid, Refused
from leadstern.core.mistakes import mark
from leadstern.core.text import search_words
from leadstern.core.time import now
from leadstern.criteria.logic import read, to_json
from leadstern.criteria.queries import sentence
from leadstern.criteria.terms import WrongCondition
from leadstern.leads.models import Lead
from leadstern.leads.queries import live_leads, with_words
from leadstern.nurture import actions, queries
from leadstern.nurture.actions.sending import person_of
from leadstern.nurture.forms import NameForm, PreviewForm, SequenceForm, StepForm
from leadstern.nurture.logic import LANGUAGES, letter
from leadstern.nurture.models import Sequence
from leadstern.nurture.terms import Letter, Person
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
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        entry = to_json(values["entry"]) if values["entry"] else None
        actions.save_sequence(
            found, name=values["name"], priority=values["priority"], entry=entry, by=person(request), now=now()
        )
        messages.success(request, _("Saved. It holds for everybody who enters from now on."))
        return redirect("nurture:sequence", sequence_id=found.pk)
    return render(request, "nurture/sequence.html", _shown(found) | {"form": form}, status=422 if form.errors else 200)


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
        "question": _question(queries.entering(found, now=now())),
    }


def _question(entering: queries.Entering | None) -> str:
    """What switching on does to the leads there are: the mails cannot be called back."""
    if entering is None:
        return ""
    if not entering.number:
        return _("Switching on: no lead enters at once; whoever fits later does.")
    words = {"number": formats.number(entering.number), "hours": entering.wait_hours}
    who = (
        _("Switching on: more than %(number)s leads enter at once.")
        if entering.is_more
        else ngettext(
            "Switching on: %(number)s lead enters at once.", "Switching on: %(number)s leads enter at once.",
            entering.number,
        )
    )  # fmt: skip
    first = (
        ngettext("The first mail leaves after %(hours)s hour.", "The first mail leaves after %(hours)s hours.",
                 entering.wait_hours)
        if entering.wait_hours
        else _("Their first mail leaves within minutes, by day and by night.")
    )  # fmt: skip
    return f"{who} {first}" % words


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
def step(request: HttpRequest, sequence_id: int, index: int | None = None) -> HttpResponse:
    """One step: its waiting time and its mail in both languages. Without an index: a new one at the end."""
    found = get_object_or_404(Sequence, pk=sequence_id)
    version = queries.shown_version(found)
    steps = version.steps if version else []
    if index is not None and index >= len(steps):
        raise Http404
    form = StepForm.of(steps[index] if index is not None else None, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _step_saved(request, form, found, index):
        return redirect("nurture:sequence", sequence_id=found.pk)
    number = (index if index is not None else len(steps)) + 1
    shown = {"form": form, "sequence": found, "number": number, "is_new": index is None}
    return render(request, "nurture/step.html", shown, status=422 if form.errors else 200)


def _step_saved(request: HttpRequest, form: StepForm, found: Sequence, index: int | None) -> bool:
    try:
        actions.save_step(found, index=index, step=form.step(), by=person(request), now=now())
    except (Refused, Invalid) as error:
        mark(form, error)
        return False
    messages.success(request, _("The step is saved in the draft. It holds once the sequence is published."))
    return True


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
@require_POST
def change_step(request: HttpRequest, sequence_id: int, index: int, verb: str) -> HttpResponse:
    """Moves a step up or down, or takes it out."""
    found = get_object_or_404(Sequence, pk=sequence_id)
    try:
        if verb == "remove":
            actions.remove_step(found, index=index, by=person(request), now=now())
        elif verb in ("up", "down"):
            actions.move_step(found, index=index, down=verb == "down", by=person(request), now=now())
        else:
            raise Http404
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
