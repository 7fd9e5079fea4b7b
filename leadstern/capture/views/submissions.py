"""What came in: by state, one in full, and what a colleague may do with it. Rights: EDIT_LEADS; for the list
SEE_ALL_LEADS, too."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leadstern.accounts.access import person, requires
from leadstern.accounts.models import User
from leadstern.accounts.terms import Right
from leadstern.capture.actions import park_submission
from leadstern.capture.channels.form import intake
from leadstern.capture.forms import ReasonForm
from leadstern.capture.labels import KNOWN_LABELS, ORIGIN_CODES
from leadstern.capture.logic import as_text
from leadstern.capture.models import Submission
from leadstern.capture.queries import StateCount, state_counts, submissions_slice, wording_shown
from leadstern.capture.terms import SubmissionState, reason_label
from leadstern.core.errors import Refused
from leadstern.core.time import now
from leadstern.visitors.models import Site

State = SubmissionState
_RELEASABLE = (State.HELD, State.PARKED, State.SPAM, State.INVALID)
_PARKABLE = (State.RECEIVED, State.INVALID, State.HELD, State.WAITING, State.SPAM)


@dataclass(frozen=True)
class Line:
    """One row of the list."""

    submission: Submission
    who: str
    reason: str


@dataclass(frozen=True)
class Facet:
    """One tab: a state (or all) with its number."""

    key: str
    label: Any
    count: StateCount | None
    is_here: bool


def submission_for(user: User, submission_id: int) -> Submission:
    """The submission, or 404. Who may not see all leads sees what they entered themselves."""
    rows = Submission.objects.select_related("form_version__form__magnet", "wording", "entered_by")
    if not user.has_right(Right.SEE_ALL_LEADS):
        rows = rows.filter(entered_by=user)
    found = rows.filter(pk=submission_id).first()
    if found is None:
        raise Http404
    return found


@requires(Right.EDIT_LEADS, Right.SEE_ALL_LEADS)
@require_safe
def submission_list(request: HttpRequest) -> HttpResponse:
    """Newest first, one state or all, with the account of where everything is. `?days=7`: of the last seven days."""
    chosen = request.GET.get("state", "")
    state = State(chosen) if chosen in State.values else None
    counts = state_counts()
    days = _days(request.GET.get("days", ""))
    since = now() - timedelta(days=days) if days else None
    found = submissions_slice(state, cursor=request.GET.get("cursor", ""), since=since)
    facets = [Facet("", _("All"), None, state is None)]
    facets += [Facet(each.state.value, each.state.label, each, each.state == state) for each in counts]
    context = {
        "slice": found,
        "lines": [Line(each, _who(each), reason_label(each.state_reason)) for each in found.rows],
        "facets": facets,
        "account": _account(counts),
        "state": state,
        "days": days,
    }
    return render(request, "capture/submissions.html", context)


def _days(text: str) -> int:
    """How many days back; 0: all."""
    is_number = text.isascii() and text.isdecimal() and len(text) < 4
    return int(text) if is_number else 0


@requires(Right.EDIT_LEADS)
@require_safe
def submission(request: HttpRequest, submission_id: int) -> HttpResponse:
    """Everything about one; after hand entry (?then=lead) it leads on to the lead as soon as there is one."""
    found = submission_for(person(request), submission_id)
    lead_url = _lead_url(found) if found.state == State.TAKEN else ""
    if "then" in request.GET and lead_url:
        return redirect(lead_url)
    context = {
        "submission": found,
        "reason": reason_label(found.state_reason),
        "raw": [(name, as_text(value)) for name, value in found.raw.items()],
        "origin": _named({name: value for name, value in found.origin.items() if name not in ("checks", "corrects")}),
        "details": _named(found.details),
        "errors": [(name, as_text(value)) for name, value in found.errors.items()],
        "can_release": found.state in _RELEASABLE,
        "can_park": found.state in _PARKABLE,
        "form": ReasonForm(),
        "lead_url": lead_url,
        "may_see_all": person(request).has_right(Right.SEE_ALL_LEADS),
    }
    response = render(request, "capture/submission.html", context)
    if "then" in request.GET and found.state == State.WAITING:
        response["Refresh"] = "1"  # the worker takes it within a second; works without scripts
    return response


@requires(Right.EDIT_LEADS)
@require_POST
def release(request: HttpRequest, submission_id: int) -> HttpResponse:
    """Checked by a person: it becomes a lead."""
    found = submission_for(person(request), submission_id)
    try:
        intake.release(found, by=person(request), now=now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Checked. It is being taken over."))
    return redirect("capture:submission", submission_id=found.pk)


@requires(Right.EDIT_LEADS)
@require_POST
def park(request: HttpRequest, submission_id: int) -> HttpResponse:
    """Put aside with a reason."""
    found = submission_for(person(request), submission_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please give a reason."))
    elif park_submission(found, reason=form.cleaned_data["reason"], now=now(), by=person(request)):
        messages.success(request, _("Put aside."))
    else:
        messages.error(request, _("This is on its way already."))
    return redirect("capture:submission", submission_id=found.pk)


def _who(row: Submission) -> str:
    """A name for the list: what was understood, else the first words of what came."""
    whole = " ".join(str(row.details[key]) for key in ("first_name", "last_name") if row.details.get(key))
    known = [row.details.get("name"), whole, *(row.details.get(key) for key in ("company", "email", "phone"))]
    named = next((str(value) for value in known if value), "")
    raw = (as_text(value) for name, value in row.raw.items() if not name.startswith("ls_"))
    return named or next((text for text in raw if text.strip()), "")[:80] or f"#{row.pk}"


def _account(counts: list[StateCount]) -> dict[str, Any]:
    """Received = taken + parked + spam + waiting (which holds everything that is still open)."""
    number = {each.state: each.count.n for each in counts}
    waiting = sum(number[state] for state in (State.RECEIVED, State.INVALID, State.HELD, State.WAITING))
    return {
        "received": sum(number.values()), "taken": number[State.TAKEN], "parked": number[State.PARKED],
        "spam": number[State.SPAM], "waiting": waiting, "is_capped": any(each.count.is_capped for each in counts),
    }  # fmt: skip


def _named(values: dict[str, Any]) -> list[tuple[Any, str]]:
    """Our own names and codes in the reader's words; further answers one by one."""
    flat = {**values, **(values["extra"] if isinstance(values.get("extra"), dict) else {})}
    return [(KNOWN_LABELS.get(name, name), _worded(name, value)) for name, value in flat.items() if name != "extra"]


def _worded(name: str, value: Any) -> str:
    if name == "site":
        site = Site.objects.filter(pk=value).first() if isinstance(value, int) else None
        return site.name if site else as_text(value)
    if name == "marketing_wording":
        wording = wording_shown(value) if isinstance(value, int) else None
        return str(wording.version) if wording else as_text(value)
    return (
        str(ORIGIN_CODES.get(name, {}).get(value, "")) or as_text(value) if isinstance(value, str) else as_text(value)
    )


def _lead_url(found: Submission) -> str:
    """The leads stage answers under this address; capture does not know leads."""
    try:
        return reverse("leads:for_submission", args=[found.pk])
    except NoReverseMatch:
        return ""
