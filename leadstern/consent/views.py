"""The staff page with the texts shown to people. Enters: staff with the right to set up. Leaves: new versions."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leadstern.accounts.access import person, requires
from leadstern.accounts.terms import Right
from leadstern.consent.actions import publish_wording
from leadstern.consent.forms import WordingForm
from leadstern.consent.models import Wording
from leadstern.consent.queries import current_wordings, requests_account, requests_in, wording_versions
from leadstern.consent.terms import Purpose, RequestState
from leadstern.core.errors import Invalid, Refused
from leadstern.core.mistakes import mark
from leadstern.core.tables import slice_by_key
from leadstern.core.time import now


@dataclass(frozen=True)
class Text:
    """One line of the overview: a purpose in a language and the text that is shown now."""

    purpose: str
    purpose_label: Any
    language: str
    language_label: Any
    wording: Wording | None


@requires(Right.MANAGE_SYSTEM)
@require_safe
def wordings(request: HttpRequest) -> HttpResponse:
    """Every purpose in every language, with the version that is shown now."""
    current = current_wordings()
    texts = [
        Text(purpose.value, purpose.label, language, label, current.get((purpose.value, language)))
        for purpose in Purpose
        for language, label in settings.LANGUAGES
    ]
    account = list(requests_account(now=now()).items())
    return render(request, "consent/wordings.html", {"texts": texts, "account": account})


@requires(Right.MANAGE_SYSTEM)
@require_safe
def requests_list(request: HttpRequest, state: str) -> HttpResponse:
    """The requests behind one number of the overview, newest first."""
    if state not in RequestState.values:
        raise Http404
    chosen = RequestState(state)
    rows = requests_in(chosen, now=now())
    page = slice_by_key(rows, order=("-id",), cursor=request.GET.get("cursor", ""))
    return render(request, "consent/requests.html", {"state": chosen, "states": list(RequestState), "slice": page})


@requires(Right.MANAGE_SYSTEM)
def wording(request: HttpRequest, purpose: str, language: str) -> HttpResponse:
    """One text: the editor and every version there ever was."""
    languages = dict(settings.LANGUAGES)
    if purpose not in Purpose.values or language not in languages:
        raise Http404
    versions = list(wording_versions(purpose, language=language)[:100])
    initial = {"text": versions[0].text if versions else ""}
    form = WordingForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid() and _published(request, form, purpose=purpose, language=language):
        return redirect("consent:wording", purpose=purpose, language=language)
    shown = {
        "form": form,
        "versions": versions,
        "purpose_label": Purpose(purpose).label,
        "language_label": languages[language],
    }
    return render(request, "consent/wording.html", shown, status=422 if form.errors else 200)


def _published(request: HttpRequest, form: WordingForm, *, purpose: str, language: str) -> bool:
    try:
        new = publish_wording(
            purpose=purpose, language=language, text=form.cleaned_data["text"], now=now(), by=person(request)
        )
    except (Refused, Invalid) as error:
        mark(form, error)
        return False
    messages.success(request, _("Version %(number)s is published and shown from now on.") % {"number": new.version})
    return True
