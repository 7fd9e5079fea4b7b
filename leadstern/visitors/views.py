"""Staff pages under /capture/sites/: the websites, their snippet, and whether it is installed. Right: BUILD_FORMS."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leadstern.accounts.access import person, requires
from leadstern.accounts.models import User
from leadstern.accounts.terms import Right
from leadstern.core.errors import Invalid
from leadstern.core.mistakes import mark
from leadstern.core.time import now
from leadstern.visitors import actions, queries
from leadstern.visitors.forms import SiteForm
from leadstern.visitors.models import Site
from leadstern.visitors.terms import SiteState


def site_for(user: User, site_id: int) -> Site:
    """The website, or 404. Whoever may see websites sees all of them."""
    found = queries.sites().filter(pk=site_id).first()
    if found is None:
        raise Http404
    return found


@requires(Right.BUILD_FORMS)
@require_safe
def site_list(request: HttpRequest) -> HttpResponse:
    """Every website, whether it reports hits, and today's visits."""
    return render(request, "visitors/sites.html", {"lines": queries.site_figures(now=now())})


@requires(Right.BUILD_FORMS)
@require_safe
def site(request: HttpRequest, site_id: int) -> HttpResponse:
    """The snippet to copy, and the answer to "is it installed?"."""
    found = queries.with_newest_hit(site_for(person(request), site_id))
    answer = queries.installation(found, now=now())
    return render(request, "visitors/site.html", {"site": found, "answer": answer, **_snippet(found)})


@requires(Right.BUILD_FORMS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_site(request: HttpRequest) -> HttpResponse:
    """Name and addresses; then the page with the snippet."""
    form = SiteForm(request.POST) if request.method == "POST" else SiteForm()
    made = _saved(request, form, None) if request.method == "POST" else None
    if made is not None:
        messages.success(request, _("The website is entered. Now put the snippet into its pages."))
        return redirect("visitors:site", site_id=made.pk)
    return render(request, "visitors/edit_site.html", {"form": form}, status=422 if form.errors else 200)


@requires(Right.BUILD_FORMS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_site(request: HttpRequest, site_id: int) -> HttpResponse:
    """Name and addresses of a website."""
    found = site_for(person(request), site_id)
    initial = {"name": found.name, "origins": "\n".join(found.origins)}
    form = SiteForm(request.POST) if request.method == "POST" else SiteForm(initial=initial)
    if request.method == "POST" and _saved(request, form, found) is not None:
        messages.success(request, _("Saved. New addresses count within a few seconds."))
        return redirect("visitors:site", site_id=site_id)
    context = {"form": form, "site": site_for(person(request), site_id)}
    return render(request, "visitors/edit_site.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, form: SiteForm, site: Site | None) -> Site | None:
    """The website as saved, or None with the mistakes in `form`."""
    if not form.is_valid():
        return None
    given: dict[str, Any] = {"origins": form.addresses(), "by": person(request), "now": now()}
    try:
        if site is None:
            return actions.add_site(form.cleaned_data["name"], **given)
        return actions.change_site(site, name=form.cleaned_data["name"], **given)
    except Invalid as error:
        mark(form, error)
        return None


def _snippet(site: Site) -> dict[str, Any]:
    """What to copy: the script tag, and what a strict content security policy of the website must allow."""
    base = settings.BASE_URL
    return {
        "snippet": f'<script defer src="{base}/e/track.js" data-site="{site.key}"></script>',
        "policy": f"script-src {base}; style-src {base}; connect-src {base}",
        "action_example": '<a href="/angebot" data-leadstern-cta="angebot">…</a>',
        "consent_example": 'leadstern.consent(true, "…")',
        "withdrawal_example": "leadstern.consent(false)",
        "SiteState": SiteState,
    }
