"""Consent, what was taken, what was refused."""

from datetime import datetime
from uuid import uuid4

import pytest

from leadstern.core.errors import Invalid
from leadstern.visitors import actions
from leadstern.visitors.models import Hit, Refusal, Visitor
from leadstern.visitors.personal_data import erase_visitor, show_visitor
from leadstern.visitors.queries import hits_waiting
from leadstern.visitors.terms import Drop
from tests.visitors.make import make_hit, make_site

pytestmark = pytest.mark.django_db


def test_consent_told_twice_is_one(now: datetime) -> None:
    site, key = make_site(), uuid4()
    actions.record_consent(key, site_id=site.pk, text="Ja", now=now)
    actions.record_consent(key, site_id=site.pk, text="", now=now)
    assert list(Visitor.objects.values_list("key", "consent_text", "withdrawn_at")) == [(key, "Ja", None)]


def test_a_withdrawn_key_never_comes_back(now: datetime) -> None:
    site, key = make_site(), uuid4()
    actions.record_consent(key, site_id=site.pk, now=now)
    waiting, taken = make_hit(site, visitor_key=key), make_hit(site, visitor_key=key, is_taken=True)
    assert actions.withdraw_visitor(key, site_id=site.pk, now=now)
    assert not actions.withdraw_visitor(key, site_id=site.pk, now=now)
    actions.record_consent(key, site_id=site.pk, now=now)
    assert Visitor.objects.get().withdrawn_at == now
    assert dict(Hit.objects.values_list("pk", "visitor_key")) == {waiting.pk: None, taken.pk: key}


def test_a_withdrawal_that_overtakes_its_consent_holds(now: datetime) -> None:
    site, key = make_site(), uuid4()
    assert not actions.withdraw_visitor(key, site_id=site.pk, now=now)
    actions.record_consent(key, site_id=site.pk, text="Ja", now=now)
    assert list(Visitor.objects.values_list("consented_at", "consent_text", "withdrawn_at")) == [(None, "", now)]


def test_hits_wait_until_they_are_taken() -> None:
    site, key = make_site(), uuid4()
    first, second = make_hit(site, visitor_key=key), make_hit(site, visitor_key=key)
    make_hit(site, visitor_key=uuid4())
    make_hit(site)
    assert list(hits_waiting([key], limit=10)) == [first, second]
    assert list(hits_waiting([key], limit=1)) == [first]
    assert actions.mark_hits_taken([first.pk]) == 1
    assert actions.mark_hits_taken([first.pk]) == 0
    assert list(hits_waiting([key], limit=10)) == [second]


def test_refusals_add_up(now: datetime) -> None:
    site = make_site()
    key = (site.pk, Drop.WRONG_ORIGIN, "https://neu.example")
    actions.record_refusals({key: 2, (site.pk, Drop.UNREADABLE, ""): 1}, now=now)
    actions.record_refusals({key: 3, (site.pk + 1, Drop.UNREADABLE, ""): 1}, now=now)
    rows = Refusal.objects.order_by("number").values_list("reason", "origin", "number")
    assert list(rows) == [("unreadable", "", 1), ("wrong origin", "https://neu.example", 5)]


def test_refusals_of_too_many_origins_are_counted_together(now: datetime) -> None:
    site = make_site()
    many = {(site.pk, Drop.WRONG_ORIGIN, f"https://{number}.example"): 1 for number in range(200)}
    actions.record_refusals(many, now=now)
    actions.record_refusals({(site.pk, Drop.WRONG_ORIGIN, "https://late.example"): 1}, now=now)
    assert Refusal.objects.count() == actions.MOST_ORIGINS + 1
    assert Refusal.objects.get(origin="").number == 151


@pytest.mark.parametrize(("name", "origins"), [(" ", ["https://a.example"]), ("A", []), ("A", ["a.example"])])
def test_a_website_needs_a_name_and_an_address(now: datetime, name: str, origins: list[str]) -> None:
    with pytest.raises(Invalid):
        actions.add_site(name, origins=origins, by=None, now=now)


def test_what_is_known_of_a_browser_is_shown_and_erased(now: datetime) -> None:
    site, key = make_site(), uuid4()
    actions.record_consent(key, site_id=site.pk, text="Ja", now=now)
    make_hit(site, visitor_key=key, path="/preise", is_taken=True)
    make_hit(site, path="/fremd")
    consent, hit = show_visitor([key])
    assert (consent["consent_text"], hit["path"]) == ("Ja", "/preise")
    erase_visitor([key])
    assert show_visitor([key]) == []
    assert Hit.objects.count() == 2
