"""The ledger: what was asked, confirmed, withdrawn, and what follows from it."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from leadstern.accounts.models import User
from leadstern.audit.models import Entry
from leadstern.consent import personal_data
from leadstern.consent.actions import (
    confirm_consent,
    ensure_default_wordings,
    forget_requests,
    mark_taken,
    publish_wording,
    request_consent,
    withdraw_consent,
)
from leadstern.consent.logic import REQUEST_KEPT, REQUEST_LIFE, ip_prefix, normal_address, permission, token_hash
from leadstern.consent.models import LedgerEntry, Wording
from leadstern.consent.queries import (
    confirmed_waiting,
    current_wording,
    may_contact,
    permissions,
    requests_account,
    requests_in,
)
from leadstern.consent.terms import Channel, Event, Purpose, RequestState
from leadstern.core.errors import Invalid, Refused
from leadstern.core.time import clock_at

KIM = "kim@example.com"


def ask(now: datetime, *, address: str = KIM) -> str:
    wording = publish_wording(purpose="marketing", language="de", text=f"Ja zu {address}", now=now, by=None)
    _entry, token = request_consent(
        channel=Channel.EMAIL,
        address=address,
        purpose=Purpose.MARKETING,
        wording=wording,
        evidence={"page": "/kontakt"},
        now=now,
    )
    return token


def allowed(address: str = KIM) -> bool:
    return may_contact(channel="email", address=address, purpose="marketing").allowed


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::77", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("nonsense", ""),
    ],
)
def test_ip_prefix_names_no_connection(address: str, prefix: str) -> None:
    assert ip_prefix(address) == prefix


def test_normal_address_is_the_one_leads_are_known_by() -> None:
    assert normal_address("email", " Kim@MÜLLER.de ") == "kim@xn--mller-kva.de"
    assert normal_address("phone", "0221 123456") == "+49221123456"


@given(st.lists(st.sampled_from([Event.REQUESTED, Event.CONFIRMED, Event.WITHDRAWN])))
def test_permission_follows_the_last_answer_only(events: list[Event]) -> None:
    answers = [event for event in events if event != Event.REQUESTED]
    assert permission(events).allowed == (bool(answers) and answers[-1] == Event.CONFIRMED)


@pytest.mark.django_db
def test_may_contact_is_no_by_default_and_while_unconfirmed(now: datetime) -> None:
    assert may_contact(channel="email", address=KIM, purpose="marketing").reason == "none"
    ask(now)
    assert may_contact(channel="email", address=KIM, purpose="marketing").reason == "unconfirmed"


@pytest.mark.django_db
def test_may_contact_holds_for_channel_purpose_and_any_spelling(now: datetime) -> None:
    confirm_consent(ask(now), evidence={}, now=now)
    assert allowed(" KIM@Example.com")
    assert not may_contact(channel="email", address=KIM, purpose="tracking").allowed
    assert not may_contact(channel="phone", address=KIM, purpose="marketing").allowed


@pytest.mark.django_db
def test_a_new_request_takes_nothing_from_an_older_confirmation(now: datetime) -> None:
    confirm_consent(ask(now), evidence={}, now=now)
    request_consent(channel="email", address=KIM, purpose="marketing", wording=None, evidence={}, now=now)
    assert allowed()


@pytest.mark.django_db
def test_permissions_needs_one_query_for_many(now: datetime, django_assert_num_queries: object) -> None:
    confirm_consent(ask(now), evidence={}, now=now)
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = permissions(channel="email", addresses=[KIM, "a@example.com", "b@example.com"], purpose="marketing")
    assert [each.allowed for each in found.values()] == [True, False, False]


@pytest.mark.django_db
def test_token_is_kept_as_a_hash_only(now: datetime) -> None:
    token = ask(now)
    assert token not in str(list(LedgerEntry.objects.values()))
    assert LedgerEntry.objects.get().token == token_hash(token)


@pytest.mark.django_db
def test_confirm_keeps_wording_and_evidence_and_repeats_harmlessly(now: datetime) -> None:
    token = ask(now)
    first = confirm_consent(token, evidence={"ip_prefix": "203.0.113.0/24"}, now=now + timedelta(days=1))
    again = confirm_consent(token, evidence={"ip_prefix": "other"}, now=now + timedelta(days=30))
    assert again.pk == first.pk
    assert first.wording == Wording.objects.get()
    assert LedgerEntry.objects.get(pk=first.pk).evidence == {"ip_prefix": "203.0.113.0/24"}
    assert LedgerEntry.objects.filter(event=Event.CONFIRMED).count() == 1


@pytest.mark.django_db
def test_confirm_again_after_a_withdrawal_brings_nothing_back(now: datetime) -> None:
    token = ask(now)
    confirm_consent(token, evidence={}, now=now)
    withdraw_consent(channel="email", address=KIM, purpose="marketing", evidence={}, now=now)
    confirm_consent(token, evidence={}, now=now)
    assert not allowed()


@pytest.mark.django_db
def test_confirm_refuses_unknown_and_expired_links(now: datetime) -> None:
    token = ask(now)
    with pytest.raises(Refused):
        confirm_consent("nothing", evidence={}, now=now)
    with pytest.raises(Refused):
        confirm_consent(token, evidence={}, now=now + timedelta(days=14))
    assert not allowed()


@pytest.mark.django_db
def test_withdraw_twice_is_one_entry_and_needs_no_consent_before(now: datetime) -> None:
    for _ in range(2):
        withdraw_consent(channel="email", address=KIM, purpose="marketing", evidence={"way": "link"}, now=now)
    assert LedgerEntry.objects.count() == 1
    assert may_contact(channel="email", address=KIM, purpose="marketing").reason == "withdrawn"


@pytest.mark.django_db
def test_ledger_entries_cannot_be_saved_again(now: datetime) -> None:
    ask(now)
    entry = LedgerEntry.objects.get()
    entry.address = "other@example.com"
    with pytest.raises(TypeError):
        entry.save()


@pytest.mark.django_db
def test_confirmed_waiting_lists_each_until_it_is_taken(now: datetime) -> None:
    entry = confirm_consent(ask(now), evidence={}, now=now)
    assert list(confirmed_waiting("marketing")) == [entry]
    mark_taken([entry.pk])
    assert not confirmed_waiting("marketing").exists()


@pytest.mark.django_db
def test_requests_account_adds_up(now: datetime) -> None:
    ask(now - timedelta(days=20), address="late@example.com")
    ask(now, address="open@example.com")
    confirm_consent(ask(now, address="yes@example.com"), evidence={}, now=now)
    found = requests_account(now=now)
    assert {state.value: count.n for state, count in found.items()} == {"open": 1, "confirmed": 1, "expired": 1}
    of_state = {state: requests_in(state, now=now).get().address for state in RequestState}
    assert list(of_state.values()) == ["yes@example.com", "open@example.com", "late@example.com"]


@pytest.mark.django_db
def test_publish_wording_adds_versions_and_keeps_the_old(now: datetime, emil: User) -> None:
    publish_wording(purpose="privacy", language="de", text="Eins", now=now, by=emil)
    publish_wording(purpose="privacy", language="de", text="Zwei", now=now, by=emil)
    newest = current_wording("privacy", language="de")
    assert newest
    assert (newest.version, newest.text) == (2, "Zwei")
    assert Wording.objects.filter(text="Eins").exists()
    assert current_wording("privacy", language="en") is None
    assert Entry.objects.filter(verb="wording.published", actor=emil).count() == 2


@pytest.mark.django_db
def test_publish_wording_refuses_the_same_and_the_empty(now: datetime) -> None:
    publish_wording(purpose="privacy", language="de", text="Eins", now=now, by=None)
    with pytest.raises(Refused):
        publish_wording(purpose="privacy", language="de", text=" Eins\n", now=now, by=None)
    with pytest.raises(Invalid):
        publish_wording(purpose="privacy", language="de", text=" ", now=now, by=None)
    with pytest.raises(Invalid):
        publish_wording(purpose="privacy", language="fr", text="Un", now=now, by=None)


@pytest.mark.django_db
def test_default_wordings_fill_gaps_and_leave_the_rest(now: datetime) -> None:
    publish_wording(purpose="privacy", language="de", text="Eigener Text", now=now, by=None)
    assert ensure_default_wordings(now=now) == 5
    assert ensure_default_wordings(now=now) == 0
    own = current_wording("privacy", language="de")
    assert own
    assert own.text == "Eigener Text"


@pytest.mark.django_db
def test_page_shows_a_button_and_scanners_change_nothing(client: Client, now: datetime) -> None:
    token = ask(now)
    for method in (client.get, client.head):
        response = method(f"/c/{token}/")
        assert response.status_code == 200
    assert "Ja zu kim@example.com" in client.get(f"/c/{token}/").content.decode()
    assert not allowed()


@pytest.mark.django_db
def test_page_confirms_by_post_without_cookies_and_keeps_evidence(now: datetime) -> None:
    token = ask(now)
    client = Client(enforce_csrf_checks=True)
    response = client.post(f"/c/{token}/", headers={"user-agent": "Firefox"}, REMOTE_ADDR="203.0.113.77")
    assert response.status_code == 200
    assert KIM in response.content.decode()
    assert not response.cookies
    assert allowed()
    entry = LedgerEntry.objects.get(event=Event.CONFIRMED)
    assert entry.evidence == {"method": "button", "user_agent": "Firefox", "ip_prefix": "203.0.113.0/24"}
    assert client.post(f"/c/{token}/").status_code == 200
    assert LedgerEntry.objects.count() == 2


@pytest.mark.django_db
def test_used_link_tells_neither_the_address_nor_that_the_consent_holds(client: Client, now: datetime) -> None:
    token = ask(now)
    client.post(f"/c/{token}/")
    personal_data.erase([KIM], now=now)
    for again in (client.get(f"/c/{token}/"), client.post(f"/c/{token}/")):
        page = again.content.decode()
        assert again.status_code == 200
        assert "Dieser Link wurde schon benutzt" in page
        assert KIM not in page
        assert "ist bestätigt" not in page


@pytest.mark.django_db
def test_page_says_clearly_when_the_link_is_unknown_or_expired(client: Client, now: datetime) -> None:
    token = ask(now)
    assert client.post("/c/unknown/").status_code == 404
    with clock_at(now + timedelta(days=15)):
        assert client.get(f"/c/{token}/").status_code == 410
        assert client.post(f"/c/{token}/").status_code == 410
    assert not allowed()


@pytest.mark.django_db
def test_personal_data_shows_all_and_erases_only_what_proves_nothing(now: datetime) -> None:
    confirm_consent(ask(now), evidence={}, now=now)
    ask(now, address="open@example.com")
    assert [row["event"] for row in personal_data.show([KIM])] == ["confirmed", "requested"]
    personal_data.erase([KIM, "open@example.com"], now=now)
    assert set(LedgerEntry.objects.values_list("address", flat=True)) == {KIM}
    assert [row["event"] for row in personal_data.show([KIM])] == ["withdrawn", "confirmed", "requested"]
    assert not allowed()


# What is forgotten


@pytest.mark.django_db
def test_a_request_nobody_answered_is_forgotten_thirty_days_after_its_end(now: datetime) -> None:
    ask(now)
    end = now + REQUEST_LIFE + REQUEST_KEPT
    assert forget_requests(now=end - timedelta(seconds=1), limit=10) == 0
    assert forget_requests(now=end, limit=10) == 1
    assert not LedgerEntry.objects.exists()


@pytest.mark.django_db
def test_what_was_confirmed_or_withdrawn_is_never_forgotten(now: datetime) -> None:
    token = ask(now)
    confirm_consent(token, evidence={}, now=now)
    withdraw_consent(channel="email", address="andere@example.com", purpose="marketing", evidence={}, now=now)
    kept = list(LedgerEntry.objects.order_by("id").values_list("event", flat=True))
    assert forget_requests(now=now + timedelta(days=4000), limit=10) == 0
    assert list(LedgerEntry.objects.order_by("id").values_list("event", flat=True)) == kept


@pytest.mark.django_db
def test_a_forgotten_request_changes_no_count_and_its_link_is_no_longer_known(now: datetime, client: Client) -> None:
    token = ask(now)
    end = now + REQUEST_LIFE + REQUEST_KEPT
    before = requests_account(now=end)
    forget_requests(now=end, limit=10)
    assert requests_account(now=end) == before
    assert client.get(f"/c/{token}/").status_code < 500
    with pytest.raises(Refused):
        confirm_consent(token, evidence={}, now=end)
