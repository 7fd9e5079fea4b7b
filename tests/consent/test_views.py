"""The staff page of the texts: who may, what is shown, what is published."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from leadstern.accounts.models import User
from leadstern.consent.actions import ensure_default_wordings, request_consent
from leadstern.consent.queries import current_wording

PAGES = ["/setup/wordings/", "/setup/wordings/privacy/de/"]
SignIn = Callable[[User], Client]


@pytest.mark.parametrize("page", PAGES)
def test_wordings_are_for_those_who_manage_the_system(
    page: str, sign_in: SignIn, anna: User, ben: User, carla: User, doris: User, emil: User, fremd: User
) -> None:
    for user in (anna, ben, carla, doris, fremd):
        assert sign_in(user).get(page).status_code == 403
    assert sign_in(emil).get(page).status_code == 200
    assert Client().get(page).status_code == 302


def test_wordings_shows_the_current_texts(sign_in: SignIn, emil: User, now: datetime) -> None:
    ensure_default_wordings(now=now)
    page = sign_in(emil).get("/setup/wordings/").content.decode()
    assert "DSGVO" in page
    assert "GDPR" in page


def test_wording_is_published_as_a_new_version(sign_in: SignIn, emil: User, now: datetime) -> None:
    ensure_default_wordings(now=now)
    client = sign_in(emil)
    response = client.post("/setup/wordings/privacy/de/", {"text": "Neuer <b>Text</b>"})
    assert response.status_code == 302
    newest = current_wording("privacy", language="de")
    assert newest
    assert (newest.version, newest.text) == (2, "Neuer <b>Text</b>")
    page = client.get("/setup/wordings/privacy/de/").content.decode()
    assert "<b>Text</b>" not in page
    assert "DSGVO" in page


def test_wording_the_same_again_is_refused_in_words(sign_in: SignIn, emil: User, now: datetime) -> None:
    ensure_default_wordings(now=now)
    same = current_wording("privacy", language="de")
    assert same
    response = sign_in(emil).post("/setup/wordings/privacy/de/", {"text": same.text})
    assert response.status_code == 422
    after = current_wording("privacy", language="de")
    assert after
    assert after.version == 1


def test_wording_unknown_purpose_is_not_found(sign_in: SignIn, emil: User) -> None:
    assert sign_in(emil).get("/setup/wordings/nothing/de/").status_code == 404
    assert sign_in(emil).get("/setup/wordings/privacy/fr/").status_code == 404


def test_wordings_takes_the_same_queries_for_few_and_many(
    sign_in: SignIn, emil: User, now: datetime, django_assert_num_queries: Callable[[int], object]
) -> None:
    client = sign_in(emil)
    with django_assert_num_queries(7):  # type: ignore[attr-defined]
        client.get("/setup/wordings/")
    ensure_default_wordings(now=now)
    with django_assert_num_queries(7):  # type: ignore[attr-defined]
        client.get("/setup/wordings/")


def test_requests_behind_each_number(sign_in: SignIn, anna: User, emil: User, now: datetime) -> None:
    ensure_default_wordings(now=now)
    for address in ("kim@muster.example", "alex@muster.example"):
        request_consent(channel="email", address=address, purpose="marketing", wording=None, evidence={}, now=now)
    client = sign_in(emil)

    overview = client.get("/setup/wordings/").content.decode()
    found = client.get("/setup/wordings/requests/open/")

    assert '<a href="/setup/wordings/requests/open/">2</a>' in overview
    assert [entry.address for entry in found.context["slice"].rows] == ["alex@muster.example", "kim@muster.example"]
    assert "/leads/?q=kim%40muster.example" in found.content.decode()
    assert client.get("/setup/wordings/requests/expired/").context["slice"].rows == []
    assert client.get("/setup/wordings/requests/other/").status_code == 404
    assert sign_in(anna).get("/setup/wordings/requests/open/").status_code == 403
