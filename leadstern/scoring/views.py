"""Staff pages of scoring: who is hot, the published model in words, and the editor of its draft."""

from collections.abc import Callable
from dataclasses import dataclass
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
from leadstern.leads.queries import live_leads
from leadstern.scoring import queries
from leadstern.scoring.actions import discard_draft, edit_draft, publish_version, start_draft
from leadstern.scoring.forms import ActivityForm, FitForm, RuleForm, ThresholdForm
from leadstern.scoring.logic.editing import with_rule, with_rule_moved, without_rule
from leadstern.scoring.models import ScoreModelVersion
from leadstern.scoring.queries import Points

HOTTEST = 20
FORMS: dict[str, type[RuleForm]] = {"fit": FitForm, "activity": ActivityForm}
DIRECTIONS = {"up": -1, "down": 1}


@dataclass(frozen=True)
class HotLead:
    """A line of the overview."""

    lead: Any
    points: Points


@requires(Right.SEE_ALL_LEADS)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """How many leads are cold, warm and hot, and the twenty hottest of this second."""
    moment = now()
    ids = [hot.lead_id for hot in queries.hottest(now=moment, limit=HOTTEST)]
    leads = live_leads().select_related("company").in_bulk(ids)
    points = queries.points(ids, now=moment)
    hottest = [HotLead(leads[pk], points[pk]) for pk in ids if pk in leads and pk in points]
    context = {
        "distribution": queries.distribution(now=moment),
        "hottest": hottest,
        "version": queries.published_version(),
    }
    return render(request, "scoring/overview.html", context)


@requires(Right.EDIT_SCORING)
@require_safe
def model(request: HttpRequest) -> HttpResponse:
    """The published rules in words."""
    version = queries.published_version()
    shown = queries.shown_model(version.content, language=_language()) if version else None
    return render(request, "scoring/model.html", {"version": version, "model": shown, "draft": queries.draft()})


@requires(Right.EDIT_SCORING)
@require_POST
def draft_start(request: HttpRequest) -> HttpResponse:
    return _edited(request, lambda: start_draft(now=now()))


@requires(Right.EDIT_SCORING)
@require_safe
def draft(request: HttpRequest) -> HttpResponse:
    """The draft in words, with what it would change on real leads."""
    version = _draft()
    shown = queries.shown_model(version.content, language=_language())
    preview = None if shown.problems else queries.preview(version.content, now=now())
    return render(request, "scoring/draft.html", {"version": version, "model": shown, "preview": preview})


@requires(Right.EDIT_SCORING)
def rule(request: HttpRequest, group: str, key: str = "") -> HttpResponse:
    """One rule of the draft; without `key` a new one."""
    content, form_class = _draft().content, FORMS[group]
    stored = next((one for one in content[group] if one["key"] == key), None)
    if key and stored is None:
        raise Http404
    form = form_class(request.POST or None, initial=form_class.values_of(stored) if stored else {})
    if request.method == "POST" and form.is_valid():
        entered = form.rule()
        if _saved(form, lambda content: with_rule(content, group, entered, key=key)):
            messages.success(request, _("The draft is saved."))
            return redirect("scoring:draft")
    status = 422 if form.is_bound else 200
    return render(request, "scoring/rule.html", {"form": form, "group": group, "is_new": not key}, status=status)


@requires(Right.EDIT_SCORING)
def thresholds(request: HttpRequest) -> HttpResponse:
    """From which points a lead is warm, hot, A to C and 1 to 3."""
    form = ThresholdForm(request.POST or None, initial=ThresholdForm.values_of(_draft().content))
    if request.method == "POST" and form.is_valid():
        entered = form.thresholds()
        if _saved(form, lambda content: {**content, **entered}):
            messages.success(request, _("The draft is saved."))
            return redirect("scoring:draft")
    return render(request, "scoring/thresholds.html", {"form": form}, status=422 if form.is_bound else 200)


@requires(Right.EDIT_SCORING)
@require_POST
def rule_remove(request: HttpRequest, group: str, key: str) -> HttpResponse:
    return _edited(request, lambda: edit_draft(lambda content: without_rule(content, group, key)))


@requires(Right.EDIT_SCORING)
@require_POST
def rule_move(request: HttpRequest, group: str, key: str, direction: str) -> HttpResponse:
    by = DIRECTIONS[direction]
    return _edited(request, lambda: edit_draft(lambda content: with_rule_moved(content, group, key, by=by)))


@requires(Right.EDIT_SCORING)
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    try:
        version = publish_version(_draft(), by=person(request), now=now())
    except (Invalid, Refused) as error:
        messages.error(request, str(error))
        return redirect("scoring:draft")
    messages.success(
        request, _("Version %(number)s is published. All leads are being scored anew.") % {"number": version.number}
    )
    return redirect("scoring:model")


@requires(Right.EDIT_SCORING)
@require_POST
def draft_discard(request: HttpRequest) -> HttpResponse:
    discard_draft(by=person(request), now=now())
    messages.success(request, _("The draft is discarded. The published version stands as it was."))
    return redirect("scoring:model")


def _draft() -> ScoreModelVersion:
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
        return redirect("scoring:model")
    return redirect("scoring:draft")


def _language() -> str:
    return "de" if (get_language() or "de").startswith("de") else "en"
