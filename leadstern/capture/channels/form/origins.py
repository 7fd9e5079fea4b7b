"""Which foreign pages may talk to a form: the origins of its site, exactly; of every known site where it has none."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from leadstern.capture.models import Form
from leadstern.visitors.queries import site_for_origin


def is_allowed(request: HttpRequest, form: Form) -> bool:
    """True for our own pages (no Origin, or ours) and for the origins of the form's site."""
    origin = request.headers.get("Origin", "")
    if origin in ("", settings.BASE_URL, f"{request.scheme}://{request.get_host()}"):
        return True
    if form.site is not None:
        return origin in form.site.origins
    return site_for_origin(origin) is not None


def allow(response: HttpResponse, request: HttpRequest, form: Form) -> HttpResponse:
    """Adds the CORS headers when the origin may read the answer. No cookies are ever allowed across origins."""
    patch_vary_headers(response, ["Origin"])
    origin = request.headers.get("Origin", "")
    if origin and is_allowed(request, form):
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
        response["Access-Control-Allow-Headers"] = "Content-Type, Accept"
        response["Access-Control-Max-Age"] = "600"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
