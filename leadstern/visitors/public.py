"""The script for other people's websites, for strangers from any origin. Called through `urls.py`."""

from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_safe

from leadstern.accounts.access import public

_SOURCE = Path(__file__).parent / "embed" / "track.js"


def _script() -> bytes:
    """The built file (smaller) where the front end was built, else its source: both do the same."""
    built: Path = settings.PACKAGE / "static" / "embed" / "track.js"
    return (built if built.exists() else _SOURCE).read_bytes()


def _tag(request: HttpRequest) -> str:
    return f'"{sha256(_script()).hexdigest()[:20]}"'


@public
@require_safe
@gzip_page
@condition(etag_func=_tag)
def track_script(request: HttpRequest) -> HttpResponse:
    """/e/track.js: kept by browsers for an hour, then asked for again by its tag."""
    response = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
