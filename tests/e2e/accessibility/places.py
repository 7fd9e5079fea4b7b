"""Which pages axe opens: where to begin, then the links to follow, by the end of their address.

Enters: nothing. Leaves: the pages by name. Used by the tests beside it, and by tests/architecture/test_looked_at.py,
which knows whether an address is missing.
"""

from django.urls import reverse

from leadstern.core.registry import pages
from tests.e2e.accessibility.looking import ENGLISH, GERMAN

WAYS: dict[str, tuple[str, ...]] = {
    "lead": ("/leads/", r"/leads/\d+/"),
    "lead, edit": ("/leads/", r"/leads/\d+/", r"/leads/\d+/edit/"),
    "lead, changes": ("/leads/", r"/leads/\d+/", r"/leads/\d+/\?show=changes.*"),
    "lead, what is stored": ("/leads/", r"/leads/\d+/", r"/leads/\d+/person/"),
    "lead, by hand": ("/leads/new/",),
    "leads, condition not readable": ("/leads/?condition=%28",),
    "leads of a stage": ("/leads/?stage=won",),
    "leads of the agreement": ("/leads/?agreement=called",),
    "no lead found": ("/leads/?q=niemand-heisst-so",),
    "submission": ("/capture/submissions/", r"/capture/submissions/\d+/"),
    "form builder": ("/capture/forms/", r"/capture/forms/\d+/"),
    "form, embed": ("/capture/forms/1/embed/",),
    "form, new": ("/capture/forms/new/",),
    "import": ("/capture/imports/1/",),
    "import, columns": ("/capture/imports/2/columns/",),
    "site": ("/capture/sites/", r"/capture/sites/\d+/"),
    "site, new": ("/capture/sites/new/",),
    "site, edit": ("/capture/sites/1/edit/",),
    "segment, new": ("/score/segments/new/",),
    "segment": ("/score/segments/", r"/score/segments/\d+/"),
    "segment, edit": ("/score/segments/", r"/score/segments/\d+/", r"/score/segments/\d+/edit/"),
    "model draft": ("/score/model/draft/",),
    "rule": ("/score/model/draft/fit/add/",),
    "rule, there already": ("/score/model/draft/", r"/score/model/draft/\w+/(?!add)[\w-]+/"),
    "thresholds": ("/score/model/draft/thresholds/",),
    "definition draft": ("/score/definition/draft/",),
    "criterion, there already": ("/score/definition/draft/", r"/score/definition/draft/criteria/(?!add)[\w-]+/"),
    "criterion": ("/score/definition/draft/criteria/add/",),
    "criteria needed": ("/score/definition/draft/needed/",),
    "sequence": ("/nurture/sequences/", r"/nurture/sequences/\d+/"),
    "sequence, new": ("/nurture/sequences/new/",),
    "sequence, new step": ("/nurture/sequences/1/steps/new/",),
    "sequence, step": ("/nurture/sequences/1/steps/0/",),
    "sequence, preview": ("/nurture/sequences/1/preview/",),
    "sequence, people": ("/nurture/sequences/1/people/?state=finished",),
    "left out": ("/nurture/left-out/no_consent/",),
    "mail": ("/nurture/mailbox/", r"/nurture/mailbox/\d+/"),
    "region": ("/route/regions/", r"/route/regions/\d+/"),
    "region, new": ("/route/regions/new/",),
    "opportunity": ("/sell/opportunities/?state=won", r"/sell/opportunities/\d+/"),
    "opportunity, open": ("/sell/opportunities/?state=open", r"/sell/opportunities/\d+/"),
    "opportunities of a state": ("/sell/opportunities/?state=lost",),
    "leads behind a number": ("/reports/funnel/", r"/reports/funnel/leads/.*"),
    "person": ("/setup/people/", r"/setup/people/\d+/"),
    "person, new": ("/setup/people/new/",),
    "second factor": ("/account/2fa/",),
    "passkeys": ("/account/2fa/webauthn/",),
    "password once more": ("/account/reauthenticate/",),
    "password": ("/account/password/change/",),
    "sign out": ("/account/logout/",),
    "wording": ("/setup/wordings/", r"/setup/wordings/\w+/\w+/"),
    "consent requests": ("/setup/wordings/requests/open/",),
    "not there": ("/leads/999999/",),
}
STATUS = {"not there": 404, "leads, condition not readable": 400}
OFFERED = {page.key: (reverse(page.url_name),) for page in pages}
# In English and dark the same templates stand; the offered pages and these show all the kinds of parts there are.
ALSO_ENGLISH = ("lead", "form builder", "definition draft", "sequence", "opportunity", "import, columns", "not there")
ON_THE_DESK = [
    *((GERMAN, name) for name in {**OFFERED, **WAYS}),
    *((ENGLISH, name) for name in (*OFFERED, *ALSO_ENGLISH)),
]

PUBLIC = {
    "form": "/f/kontakt/",
    "download form": "/f/ratgeber/",
    "thanks": "/f/kontakt/done/",
    "sign in": "/account/login/",
    "password forgotten": "/account/password/reset/",
    "password link sent": "/account/password/reset/done/",
    "password link run out": "/account/password/reset/key/1-x/",
    "password set anew": "/account/password/reset/key/done/",
    "access ended": "/account/inactive/",
    "nobody registers": "/account/signup/",
    "link sent again": "/d/sent/",
}
UNKNOWN_LINKS = {"consent": "/c/unbekannt/", "download": "/d/unbekannt/", "unsubscribe": "/u/unbekannt/"}
