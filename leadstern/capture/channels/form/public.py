"""Forms for strangers: hosted page, plain POST and the embed script's JSON, the question in words, the closing page.

CSRF: these forms stand on foreign origins where our cookie never arrives, and act in nobody's name; a signed token in
the form takes its place (`signed.py`). GET changes nothing.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from leadstern.accounts.access import public
from leadstern.capture.channels.form import door, origins, proof
from leadstern.capture.channels.form.intake import prove_human
from leadstern.capture.channels.form.posting import Posting, TooLarge, Unreadable, read_posting
from leadstern.capture.channels.form.shown import Entered, first_showing, show_form
from leadstern.capture.channels.form.signed import ask_question, is_test_mark, new_key, read_question
from leadstern.capture.logic import read_content
from leadstern.capture.logic.content import LANGUAGES
from leadstern.capture.logic.human import in_words, is_right
from leadstern.capture.models import Form, Submission
from leadstern.capture.queries import form_by_key, held_submission, live_version
from leadstern.capture.terms import SubmissionState
from leadstern.core.pages import RETRY_AFTER
from leadstern.core.time import now

View = Callable[..., HttpResponse]

RETRY = {"Retry-After": str(RETRY_AFTER)}


def in_visitors_language(view: View) -> View:
    """?language= wins over what the browser asks for."""

    @wraps(view)
    def spoken(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.GET.get("language", "")
        language = asked if asked in LANGUAGES else (translation.get_language() or "de")[:2]
        with translation.override(language if language in LANGUAGES else "de"):
            response = view(request, *args, **kwargs)
            response["Content-Language"] = translation.get_language() or "de"
        return response

    return spoken


@public
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])
@in_visitors_language
def form(request: HttpRequest, key: str) -> HttpResponse:
    """GET: the hosted page. POST: a submission from it, from a foreign page, or (JSON) from the embed script."""
    try:
        found = form_by_key(key)
        if found is None:
            return _unknown(request)
        if request.method == "OPTIONS":
            return origins.allow(HttpResponse(status=204), request, found)
        if request.method == "POST":
            return origins.allow(_post(request, found), request, found)
        return _page(request, found)
    except OperationalError:
        if request.method != "POST":
            raise
        return _unavailable(request)


@public
@never_cache
@require_safe
@in_visitors_language
def embedded(request: HttpRequest, key: str) -> HttpResponse:
    """The form as HTML in JSON, for the embed script. Only for the origins of its site."""
    found = form_by_key(key)
    version = live_version(found) if found else None
    if found is None or version is None:
        return _unknown(request)
    if found.closed_at is not None:
        return _refusal(request, found, 410, *_closed_words())
    language = translation.get_language() or "de"
    shown = first_showing(found, version, language=language, key=new_key(), at=now())
    html = render_to_string("capture/form/embedded.html", {"form": show_form(found, version, shown)})
    return origins.allow(JsonResponse({"state": "form", "html": html}), request, found)


@public
@never_cache
@require_safe
def challenge(request: HttpRequest) -> HttpResponse:
    """A fresh proof-of-work challenge (ALTCHA protocol) for the form named by ?form=."""
    found = form_by_key(request.GET.get("form", ""))
    if found is None:
        return JsonResponse({"state": "refused"}, status=404)
    return origins.allow(JsonResponse(proof.challenge(now=now())), request, found)


@public
@require_safe
@in_visitors_language
def done(request: HttpRequest, key: str) -> HttpResponse:
    """The closing page: what happens next."""
    found = form_by_key(key)
    if found is None:
        return _unknown(request)
    title, text = _done_words(found)
    return render(request, "capture/form/done.html", {"title": title, "text": text})


@public
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@in_visitors_language
def human(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """One question in words, for browsers that cannot prove a human by computing. Wrong: a new question."""
    found, question = form_by_key(key), read_question(token)
    held = held_submission(question.submission) if question else None
    if found is None or question is None or held is None:
        return _refusal(request, None, 404, _("Page not found"), _("This page is no longer needed."))
    if held.state != SubmissionState.HELD:
        return _to_done(found)
    is_wrong = request.method == "POST" and not is_right(request.POST.get("answer", ""), question.a + question.b)
    if request.method == "POST" and not is_wrong:
        prove_human(held, now=now())
        return _to_done(found)
    if is_wrong:
        return HttpResponseRedirect(_question_url(found, held) + "&again=1", status=303)
    words = {"a": in_words(question.a), "b": in_words(question.b)}
    context = {"question": _("How much is %(a)s plus %(b)s?") % words, "is_wrong": "again" in request.GET}
    return render(request, "capture/form/human.html", context)


def _page(request: HttpRequest, found: Form) -> HttpResponse:
    if found.closed_at is not None:
        return _refusal(request, found, 410, *_closed_words())
    version = live_version(found)
    if version is None:
        return _unknown(request)
    is_test = is_test_mark(request.GET.get("test", ""), key=found.key)
    language = translation.get_language() or "de"
    shown = first_showing(found, version, language=language, key=new_key(), at=now(), is_test=is_test)
    context = {"form": show_form(found, version, shown)}
    return render(request, "capture/form/page.html", context)


def _post(request: HttpRequest, found: Form) -> HttpResponse:
    if _wants_json(request) and not origins.is_allowed(request, found):
        return JsonResponse({"state": "refused", "title": "origin"}, status=403)
    try:
        posting = read_posting(request)
    except TooLarge:
        return _refusal(request, found, 413, _("Too large"), _("This is more than can be sent. Please shorten it."))
    except Unreadable:
        return _refusal(request, found, 400, _("Not readable"), _("What was sent could not be read. Please try again."))
    sending = door.sending_for(found, posting, language=translation.get_language() or "de")
    if sending is None:
        return _unknown(request)
    with translation.override(sending.shown.l if sending.shown.l in LANGUAGES else "de"):
        if door.is_too_late(sending):
            return _refusal(request, found, 410, *_closed_words())
        submission = door.take_in(sending, posting, request, now=now())
        return _answer(request, sending, posting, submission)


def _answer(request: HttpRequest, sending: door.Sending, posting: Posting, submission: Submission) -> HttpResponse:
    if submission.state == SubmissionState.INVALID:
        return _ask_to_correct(request, sending, posting, submission)
    if submission.state == SubmissionState.HELD:
        url = _question_url(sending.form, submission)
        if _wants_json(request):
            words = {"state": "held", "title": _("One more question"), "url": request.build_absolute_uri(url)}
            return JsonResponse(words | {"text": _("Please answer one more question, so that your entries reach us.")})
        return HttpResponseRedirect(url, status=303)
    if _wants_json(request):
        title, text = _done_words(sending.form)
        return JsonResponse({"state": "done", "title": title, "text": text})
    return _to_done(sending.form)


def _ask_to_correct(
    request: HttpRequest, sending: door.Sending, posting: Posting, submission: Submission
) -> HttpResponse:
    again = door.showing_again(sending, submission, now=now())
    entered = Entered(posting.raw, submission.errors)
    context: dict[str, object] = {"form": show_form(sending.form, sending.version, again, entered=entered)}
    if _wants_json(request):
        html = render_to_string("capture/form/embedded.html", context)
        return JsonResponse({"state": "invalid", "errors": submission.errors, "html": html}, status=422)
    return render(request, "capture/form/page.html", context, status=422)


def _question_url(found: Form, held: Submission) -> str:
    path = reverse("capture:human", args=[found.key, ask_question(held.pk)])
    return f"{path}?language={translation.get_language()}"


def _to_done(found: Form) -> HttpResponse:
    url = reverse("capture:done", args=[found.key]) + f"?language={translation.get_language()}"
    return HttpResponseRedirect(url, status=303)


def _done_words(found: Form) -> tuple[str, str]:
    version = live_version(found)
    content = read_content(version.content if version else {})
    language = translation.get_language() or "de"
    return content.text("done_title", language), content.text("done_text", language)


def _unknown(request: HttpRequest) -> HttpResponse:
    return _refusal(request, None, 404, _("Form not found"), _("There is no form under this address."))


def _closed_words() -> tuple[str, str]:
    return _("This form is closed"), _("It takes no more entries. Nothing was sent.")


def _wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _refusal(request: HttpRequest, found: Form | None, status: int, title: str, text: str) -> HttpResponse:
    if _wants_json(request) or request.path.endswith(".json"):
        response: HttpResponse = JsonResponse({"state": "refused", "title": title, "text": text}, status=status)
    else:
        response = render(request, "capture/form/done.html", {"title": title, "text": text}, status=status)
    return origins.allow(response, request, found) if found else response


def _unavailable(request: HttpRequest) -> HttpResponse:
    """The database is locked or gone: the entries stay on the page, to be sent again. Touches no database."""
    if _wants_json(request):
        words = {"state": "unavailable", "text": _("Please try again in a moment.")}
        return JsonResponse(words, status=503, headers=RETRY)
    values = [(name, value) for name, each in request.POST.lists() for value in each]
    context = {"values": values, "language": translation.get_language()}
    return HttpResponse(render_to_string("capture/form/unavailable.html", context), status=503, headers=RETRY)
