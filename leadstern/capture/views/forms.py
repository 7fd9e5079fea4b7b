"""The form builder: list, new form, editor with the real form beside it, publishing, embedding. Right: BUILD_FORMS."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadstern.accounts.access import person, requires
from leadstern.accounts.models import User
from leadstern.accounts.terms import Right
from leadstern.capture.actions import Overtaken, close_form, create_form, publish_draft, reopen_form, save_draft
from leadstern.capture.channels.form.shown import ShownForm, first_showing, show_form
from leadstern.capture.channels.form.signed import test_mark
from leadstern.capture.forms import NewFormForm
from leadstern.capture.labels import DETAIL_LABELS
from leadstern.capture.logic.content import LANGUAGES, mark_of
from leadstern.capture.models import Form, FormVersion
from leadstern.capture.queries import draft_or_live, form_lines, last_submission, live_version
from leadstern.capture.terms import FieldType, FormKind
from leadstern.capture.views.edited import content_from, problems_of, reshape, rows_of, texts_of
from leadstern.core.errors import Invalid, Refused
from leadstern.core.mistakes import mark
from leadstern.core.time import now


def form_for(user: User, form_id: int) -> Form:
    """The form, or 404. Everybody with the right to the builder may see all of them."""
    found = Form.objects.select_related("site", "magnet").filter(pk=form_id).first()
    if found is None:
        raise Http404
    return found


@requires(Right.BUILD_FORMS)
@require_safe
def form_list(request: HttpRequest) -> HttpResponse:
    """All forms with what came in lately."""
    return render(request, "capture/forms.html", {"lines": form_lines(now=now())})


@requires(Right.BUILD_FORMS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_form(request: HttpRequest) -> HttpResponse:
    """Name, address and kind; then the builder opens with a form that could be published at once."""
    form = NewFormForm(request.POST) if request.method == "POST" else NewFormForm(initial={"kind": FormKind.CONTACT})
    if request.method == "POST" and form.is_valid() and (made := _created(request, form)):
        return redirect("capture:edit_form", form_id=made.pk)
    return render(request, "capture/new_form.html", {"form": form}, status=422 if form.errors else 200)


@requires(Right.BUILD_FORMS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_form(request: HttpRequest, form_id: int) -> HttpResponse:
    """The editor. Every button saves what stands there as the draft; what is wrong is said and nothing is lost."""
    form = form_for(person(request), form_id)
    if request.method != "POST":
        return _editor(request, form, _content(form), {})
    order = request.POST.get("do", "save")
    content, place = reshape(content_from(request.POST), order)
    try:
        save_draft(
            form, content=content, by=person(request), now=now(), based_on=_based_on(request),
            is_final=order == "publish",
        )  # fmt: skip
    except Invalid as invalid:
        return _editor(request, form, content, invalid.errors, status=422)
    except Overtaken:
        return _editor(request, form, content, {}, status=409)
    if order == "publish":
        return _published(request, form)
    if place is None:
        messages.success(request, _("Draft saved. Visitors see it after publishing."))
    return redirect(_editor_url(request, form, place))


@requires(Right.BUILD_FORMS)
@require_POST
def publish(request: HttpRequest, form_id: int) -> HttpResponse:
    """The draft as it was saved last becomes what visitors see."""
    return _published(request, form_for(person(request), form_id))


@requires(Right.BUILD_FORMS)
@require_POST
def set_closed(request: HttpRequest, form_id: int) -> HttpResponse:
    """Closes the form, or opens it again."""
    form = form_for(person(request), form_id)
    change = close_form if request.POST.get("closed") == "yes" else reopen_form
    change(form, by=person(request), now=now())
    messages.success(request, _("The form is closed.") if form.closed_at else _("The form is open."))
    return redirect("capture:edit_form", form_id=form.pk)


@requires(Right.BUILD_FORMS)
@require_safe
def embed_codes(request: HttpRequest, form_id: int) -> HttpResponse:
    """How the form gets onto a website, whether it is there, and a link to try it."""
    form = form_for(person(request), form_id)
    version = live_version(form)
    address = settings.BASE_URL + reverse("capture:form", args=[form.key])
    context = {
        "form": form,
        "version": version,
        "address": address,
        "script": _script_code(form),
        "html": _plain_code(form, version) if version else "",
        "test_address": f"{address}?test={test_mark(form.key)}",
        "last": last_submission(form),
    }
    return render(request, "capture/embed_codes.html", context)


def _created(request: HttpRequest, form: NewFormForm) -> Form | None:
    data = form.cleaned_data
    try:
        return create_form(
            data["name"], key=data["key"], kind=data["kind"], site=data["site"], magnet=data["magnet"],
            by=person(request), now=now(),
        )  # fmt: skip
    except Invalid as error:
        mark(form, error)
        return None


def _published(request: HttpRequest, form: Form) -> HttpResponse:
    try:
        version = publish_draft(form, by=person(request), now=now())
    except (Refused, Invalid) as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Version %(number)d is what visitors see now.") % {"number": version.number})
    return redirect("capture:edit_form", form_id=form.pk)


def _based_on(request: HttpRequest) -> str:
    """The mark of what was on the page; or of what somebody has decided to replace, having been told of it."""
    return request.POST.get("instead_of") or request.POST.get("based_on", "")


def _editor_url(request: HttpRequest, form: Form, place: int | None) -> str:
    """The same view of the preview, the keyboard in the first label of the field at `place`."""
    view = {"width": _width(request), "preview": _preview_language(request)}
    anchor = f"#f{place}-label-de" if place is not None else ""
    return f"{reverse('capture:edit_form', args=[form.pk])}?{urlencode(view)}{anchor}"


def _width(request: HttpRequest) -> str:
    return "phone" if request.GET.get("width") == "phone" else "desk"


def _content(form: Form) -> dict[str, Any]:
    version = draft_or_live(form)
    return version.content if version else {"fields": [], "texts": {}}


def _editor(
    request: HttpRequest, form: Form, content: dict[str, Any], errors: dict[str, list[str]], *, status: int = 200
) -> HttpResponse:
    version, live = draft_or_live(form), live_version(form)
    stored = mark_of(version.content) if version else ""
    context = {
        "form": form,
        "rows": rows_of(content, errors),
        "texts": texts_of(content, errors),
        "content": content,
        "problems": problems_of(content, errors),
        "based_on": _based_on(request) or stored,
        "instead_of": stored if status == HTTPStatus.CONFLICT else "",
        "types": FieldType.choices,
        "details": DETAIL_LABELS.items(),
        "languages": settings.LANGUAGES,
        "live": live,
        "has_draft": version is not None and version.published_at is None,
        "width": _width(request),
        "preview": _preview(request, form, content),
        "preview_language": _preview_language(request),
    }
    return render(request, "capture/edit_form.html", context, status=status)


def _preview(request: HttpRequest, form: Form, content: dict[str, Any]) -> ShownForm:
    """The real form, from what stands in the editor, in either language."""
    language = _preview_language(request)
    shown_version = FormVersion(pk=0, form=form, number=0, content=content)
    with translation.override(language):
        showing = first_showing(form, shown_version, language=language, key=None, at=None)
        return show_form(form, shown_version, showing, mode="preview")


def _preview_language(request: HttpRequest) -> str:
    asked = request.GET.get("preview", "")
    return asked if asked in LANGUAGES else "de"


def _script_code(form: Form) -> str:
    source = settings.BASE_URL + reverse("capture:embed", args=["form.js"])
    page = settings.BASE_URL + reverse("capture:form", args=[form.key])
    words = _("To the form")
    place = f'<div data-leadstern-form="{form.key}"><a href="{page}">{words}</a></div>'
    return f'{place}\n<script src="{source}" async></script>'


def _plain_code(form: Form, version: FormVersion) -> str:
    """HTML to copy: works without our script; the token names version and wording, not a time."""
    with translation.override("de"):
        showing = first_showing(form, version, language="de", key=None, at=None)
        shown = show_form(form, version, showing, mode="snippet")
        text = render_to_string("capture/form/fragment.html", {"form": shown})
    return "\n".join(line for line in text.splitlines() if line.strip())
