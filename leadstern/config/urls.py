"""Every address, in path order: each stage lists its own in its `urls.py`."""

from django.urls import include, path, re_path

from leadstern.accounts.views import closed

STAGES = (
    "accounts", "consent", "outbox", "visitors", "capture", "leads", "criteria", "scoring", "qualification",
    "nurture", "routing", "sales", "reports", "journey", "privacy", "desk",
)  # fmt: skip

# Ways of the sign-in library that we do not offer: addresses are changed by administrators, people sign in by password.
CLOSED = r"^account/(?:email|confirm-email|password/set|login/code)/"

urlpatterns = [
    re_path(CLOSED, closed),
    path("account/", include("allauth.urls")),
    *(path("", include(f"leadstern.{stage}.urls")) for stage in STAGES),
]

handler400 = "leadstern.core.pages.bad_request"
handler403 = "leadstern.core.pages.denied"
handler404 = "leadstern.core.pages.not_found"
handler500 = "leadstern.core.pages.failed"
