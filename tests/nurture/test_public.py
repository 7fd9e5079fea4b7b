"""The unsubscribe link: scanners change nothing, one click without cookies is enough."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from leadstern.accounts.models import User
from leadstern.consent.models import LedgerEntry
from leadstern.consent.queries import may_contact
from leadstern.consent.terms import Event
from leadstern.leads.models import Lead
from leadstern.nurture import actions
from leadstern.nurture.models import Suppression
from leadstern.outbox.models import Delivery
from tests.nurture.make import KIM, make_sender, nurtured, running, sequence

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def path_from_mail(now: datetime, by: User) -> str:
    """What a mail program finds in the header, as a path."""
    make_sender(now)
    sequence(by)
    nurtured()
    actions.run_due(now=now + HOUR, limit=10)
    header = Delivery.objects.get().payload["headers"]["List-Unsubscribe"]
    return re.sub(r"^https?://[^/]+", "", str(header.strip("<>")))


def allowed() -> bool:
    return may_contact(channel="email", address=KIM, purpose="marketing").allowed


def test_scanner_that_opens_every_link_changes_nothing(now: datetime, anna: User, client: Client) -> None:
    path_from_mail(now, anna)
    payload = Delivery.objects.get().payload
    links = set(re.findall(r"https?://[^\s<>\"]+", payload["text"] + payload["html"] + str(payload["headers"])))
    assert links
    for link in links:
        path = re.sub(r"^https?://[^/]+", "", link.rstrip(".,'}"))
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert allowed()
    assert not Suppression.objects.exists()
    assert running(Lead.objects.get()).state == "active"


def test_one_click_works_without_cookies_and_names_its_way(now: datetime, anna: User) -> None:
    path = path_from_mail(now, anna)
    client = Client(enforce_csrf_checks=True)
    response = client.post(path, {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert not response.cookies
    assert not allowed()
    assert LedgerEntry.objects.get(event=Event.WITHDRAWN).evidence["method"] == "one_click"


def test_button_unsubscribes_and_repeats_harmlessly(now: datetime, anna: User, client: Client) -> None:
    path = path_from_mail(now, anna)
    assert KIM in client.get(path).content.decode()
    for _ in range(2):
        assert client.post(path, REMOTE_ADDR="203.0.113.9").status_code == 200
    entry = LedgerEntry.objects.get(event=Event.WITHDRAWN)
    assert (entry.evidence["method"], entry.evidence["ip_prefix"]) == ("button", "203.0.113.0/24")
    assert Suppression.objects.count() == 1
    assert "<form" not in client.get(path).content.decode()


@pytest.mark.parametrize("token", ["x", "eyJlIjoxfQ.forged", "a" * 500])
def test_forged_link_is_not_known(token: str, client: Client) -> None:
    assert client.get(f"/u/{token}/").status_code == 404
    assert client.post(f"/u/{token}/").status_code == 404
