"""By which way somebody came to the form stands on the submission."""

from typing import Any
from uuid import uuid4

import pytest

from leadstern.capture.channels.form.door import _way
from leadstern.capture.models import Form
from leadstern.capture.terms import FormKind
from leadstern.visitors.models import Hit, Site
from leadstern.visitors.terms import HitKind
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
UNKNOWN = {"landing_page": ""}


@pytest.fixture
def form() -> Form:
    site = Site.objects.create(name="Website", key="k", origins=["https://solar.example"], created_at=NOW)
    return Form.objects.create(key="kontakt", name="Kontakt", kind=FormKind.CONTACT, site=site, created_at=NOW)


def test_a_search_engine_is_the_source(form: Form) -> None:
    told = {"referrer": "https://www.google.de/", "page": "https://solar.example/preise"}
    found = {"channel": "organic_search", "source": "google", "landing_page": "/preise"}
    assert _way(form, told) == found
    assert _way(form, told | {"landing_page": "https://solar.example/app"}) == found | {"landing_page": "/app"}
    elsewhere = "https://other.example/messe"
    assert _way(form, told | {"page": elsewhere}) == found | {"landing_page": elsewhere}


def test_a_campaign_is_the_source_even_from_inside(form: Form) -> None:
    told = {"referrer": "https://solar.example/preise", "source": "brief", "medium": "print", "campaign": "herbst"}
    assert _way(form, told)["source"] == "brief"


def test_from_inside_without_consent_it_stays_unknown(form: Form) -> None:
    told = {"referrer": "https://solar.example/preise", "landing_page": "https://solar.example/kontakt"}
    assert _way(form, told) == UNKNOWN


@pytest.mark.parametrize("came", [{"is_entry": True}, {"kind": HitKind.LANDING}], ids=["agreed before", "agreed there"])
def test_from_inside_the_first_page_of_a_recognised_visitor_tells_it(form: Form, came: dict[str, Any]) -> None:
    key = uuid4()
    entry = {"channel": "paid_search", "source": "google", "medium": "cpc", "campaign": "w26"}
    assert form.site
    Hit.objects.create(site=form.site, at=NOW, path="/solar", visitor_key=key, **entry, **came)
    told = {"referrer": "https://solar.example/preise", "visitor": str(key)}
    assert _way(form, told) == entry | {"landing_page": "/solar"}


@pytest.mark.parametrize("key", ["", "no key", "'; DROP TABLE"])
def test_a_wrong_key_tells_nothing(form: Form, key: str) -> None:
    assert _way(form, {"referrer": "https://solar.example/", "visitor": key}) == UNKNOWN
