"""Signing in and out, forgetting the password, and what a stranger learns from it (nothing)."""

import re
from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.test import Client

from leadstern.accounts.models import User
from tests.conftest import PASSWORD

SignIn = Callable[[User], Client]
LOGIN = "/account/login/"


def try_to_sign_in(client: Client, email: str, password: str) -> str:
    answer = client.post(LOGIN, {"login": email, "password": password}, headers={"Accept-Language": "de"})
    return answer.content.decode() if answer.status_code == 200 else answer.headers["Location"]


def is_signed_in(client: Client) -> bool:
    return client.get("/setup/profile/").status_code == 200


def test_the_right_password_signs_in_whatever_the_letter_case_of_the_address(client: Client, ben: User) -> None:
    assert try_to_sign_in(client, "BEN@Example.com", PASSWORD) == "/"
    assert is_signed_in(client)


def test_sign_in_leads_back_to_the_page_that_was_asked_for(client: Client, ben: User) -> None:
    asked = client.get("/setup/profile/")
    assert asked.headers["Location"] == "/account/login/?next=/setup/profile/"
    answer = client.post(LOGIN, {"login": ben.email, "password": PASSWORD, "next": "/setup/profile/"})
    assert answer.headers["Location"] == "/setup/profile/"


def test_sign_in_never_leads_to_a_foreign_address(client: Client, ben: User) -> None:
    answer = client.post(LOGIN, {"login": ben.email, "password": PASSWORD, "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_sentence(client: Client, ben: User) -> None:
    sentence = "E-Mail-Adresse oder Passwort stimmen nicht."
    assert sentence in try_to_sign_in(client, ben.email, "falsch")
    assert sentence in try_to_sign_in(client, "niemand@example.com", "falsch")
    assert "noch nichts gespeichert" not in try_to_sign_in(client, ben.email, "falsch")
    assert not is_signed_in(client)


def test_a_person_without_access_cannot_sign_in(client: Client, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False)
    try_to_sign_in(client, ben.email, PASSWORD)
    assert not is_signed_in(client)


def test_too_many_wrong_passwords_are_stopped_even_for_the_right_one(
    client: Client, ben: User, settings: LazySettings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "100/m/ip,3/5m/key"}
    cache.clear()
    for _ in range(3):
        try_to_sign_in(client, ben.email, "falsch")
    assert "Zu viele fehlgeschlagene Anmeldungen" in try_to_sign_in(client, ben.email, PASSWORD)
    assert not is_signed_in(client)
    cache.clear()


def test_nobody_registers_themselves(client: Client, db: None) -> None:
    answer = client.post("/account/signup/", {"email": "x@example.com", "password1": PASSWORD})
    assert "Hier registriert sich niemand selbst" in answer.content.decode()
    assert not User.objects.exists()


def test_signing_out_needs_a_post(client: Client, ben: User) -> None:
    client.force_login(ben)
    client.get("/account/logout/")
    assert is_signed_in(client)
    client.post("/account/logout/")
    assert not is_signed_in(client)


def test_a_forgotten_password_is_set_by_the_link_and_the_link_works_once(
    client: Client, ben: User, mailoutbox: list[EmailMessage]
) -> None:
    client.post("/account/password/reset/", {"email": ben.email}, headers={"Accept-Language": "de"})
    (mail,) = mailoutbox
    assert mail.subject == "Ihr Passwort für Leadstern festlegen"
    assert "Guten Tag," in str(mail.body)
    link = re.search(r"http://\S+", str(mail.body))
    assert link
    address = link[0].removeprefix("http://testserver")
    form = client.get(address, follow=True)
    target = form.redirect_chain[-1][0]
    done = client.post(
        target, {"password1": "ein ganz neues Kennwort", "password2": "ein ganz neues Kennwort"}, follow=True,
        headers={"Accept-Language": "de"},
    )  # fmt: skip
    assert "Ihr Passwort ist festgelegt" in done.content.decode()
    assert '<a class="button primary" href="/account/login/">Anmelden</a>' in done.content.decode()
    assert try_to_sign_in(Client(), ben.email, "ein ganz neues Kennwort") == "/"
    again = Client().get(address, follow=True, headers={"Accept-Language": "de"})
    assert "Dieser Link gilt nicht mehr" in again.content.decode()
    assert 'href="/account/password/reset/">Neuen Link anfordern</a>' in again.content.decode()


@pytest.mark.parametrize(
    "password",
    ["passwort1234", "Passw0rt!2026", "P4$$wort2026!", "Willkommen2026!", "123456789012", "aaaaaaaaaaaa",
     "hallohallo12", "Sommer 2026 !", "2026-Leadstern", "Qwertzuiop12", "ben@example.com", "FRÜHLING2026", "kurz"],
)  # fmt: skip
def test_a_password_that_is_easy_to_guess_is_refused(ben: User, password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, ben)


@pytest.mark.parametrize(
    "password",
    ["ein ganz neues Kennwort", "korrekt Pferd Batterie", "x7Kq-19mP.22ab", "Sommerregen auf Blech", PASSWORD],
)
def test_a_password_that_is_hard_to_guess_is_taken(ben: User, password: str) -> None:
    validate_password(password, ben)


def test_a_reset_for_an_unknown_address_says_the_same_and_mails_nobody(
    client: Client, ben: User, mailoutbox: list[EmailMessage]
) -> None:
    known = client.post("/account/password/reset/", {"email": ben.email}, follow=True)
    unknown = client.post("/account/password/reset/", {"email": "fremde@example.com"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert [mail.to for mail in mailoutbox] == [[ben.email]]


@pytest.mark.parametrize(
    "path",
    [LOGIN, "/account/password/reset/", "/account/password/reset/done/", "/account/2fa/", "/account/password/change/"],
)
def test_no_sign_in_page_says_du(client: Client, ben: User, path: str) -> None:
    if "2fa" in path or "change" in path:
        client.force_login(ben)
    text = client.get(path, follow=True, headers={"Accept-Language": "de"}).content.decode()
    assert re.findall(r"\b(?:[Dd]u|[Dd]ein\w*|[Dd]ich|[Dd]ir)\b", text) == []


@pytest.mark.parametrize("address", ["email/", "confirm-email/", "confirm-email/a:b/", "password/set/", "signup/"])
def test_ways_that_are_not_offered_are_closed(emil: User, sign_in: SignIn, address: str) -> None:
    """Addresses are changed by administrators, nobody signs up."""
    client = sign_in(emil)
    before = User.objects.get(pk=emil.pk).email
    answer = client.post(f"/account/{address}", {"email": "other@example.com", "action_add": "", "password1": "x" * 20})
    assert answer.status_code in {302, 404}
    assert User.objects.get(pk=emil.pk).email == before
    assert User.objects.count() == 1
