"""A small company that is ready to work: texts, model, definition, sequence, a sender, a form, two regions."""

from typing import Any

from leadstern.accounts.models import User
from leadstern.capture.models import Form
from leadstern.journey.defaults import ensure_defaults
from leadstern.nurture.actions import activate_sequence
from leadstern.nurture.models import Sequence
from leadstern.routing.terms import RegionRole
from leadstern.visitors.models import Site
from tests.capture.make import make_form, make_sender, make_site
from tests.conftest import NOW
from tests.routing.make import make_region

ORIGIN = "https://www.muster.example"
KIM: dict[str, Any] = {
    "name": "Kim Muster",
    "email": "kim@muster-bau.example",
    "phone": "0221 5550 100",
    "postcode": "50667",
    "message": "Ein Dach mit 80 m²",
}


def company(*, inside: User, field: User, by: User) -> Form:
    """Everything that a lead needs on its way. Returns the contact form, which asks for no proof of a human."""
    ensure_defaults(now=NOW)
    make_sender()
    for sequence in Sequence.objects.all():
        activate_sequence(sequence, by=by, now=NOW)
    make_region("Köln", inside)
    make_region("Köln", field, role=RegionRole.FIELD_SALES)
    return make_form("kontakt", captcha=False, asks_marketing=True, site=website())


def website() -> Site:
    return Site.objects.filter(key="w" * 16).first() or make_site(ORIGIN)
