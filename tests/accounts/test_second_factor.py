"""The second factor with a real authenticator's arithmetic (RFC 6238), from switching it on to a recovery code."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from leadstern.accounts.models import User
from tests.conftest import PASSWORD


def code_now(secret: str) -> str:
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2])))


@pytest.fixture
def client_with_password(client: Client, ben: User) -> Client:
    """Ben, who has confirmed his password a moment ago, so that nothing asks for it again."""
    client.force_login(ben)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def secret(client_with_password: Client) -> str:
    """Ben's second factor, switched on through the pages."""
    page = client_with_password.get("/account/2fa/totp/activate/")
    text = page.content.decode()
    assert 'src="data:image/svg+xml;' in text  # the picture to scan; the policy allows data: for pictures only
    found = re.search(r'value="([A-Z2-7]{32})"', text)
    assert found
    client_with_password.post("/account/2fa/totp/activate/", {"code": code_now(found[1])})
    cache.clear()  # a code counts once; the next sign-in happens within the same half minute
    return found[1]


def test_after_the_password_the_code_is_asked_for(client: Client, ben: User, secret: str) -> None:
    visitor = Client()
    first = visitor.post("/account/login/", {"login": ben.email, "password": PASSWORD})
    assert first.headers["Location"].startswith("/account/2fa/authenticate/")
    assert visitor.get("/setup/profile/").status_code == 302
    visitor.post("/account/2fa/authenticate/", {"code": code_now(secret)})
    assert visitor.get("/setup/profile/").status_code == 200


def test_a_wrong_code_does_not_sign_in(ben: User, secret: str) -> None:
    visitor = Client()
    visitor.post("/account/login/", {"login": ben.email, "password": PASSWORD})
    wrong = f"{(int(code_now(secret)) + 1) % 1_000_000:06}"
    answer = visitor.post("/account/2fa/authenticate/", {"code": wrong})
    assert "Falscher Code" in answer.content.decode()
    assert visitor.get("/setup/profile/").status_code == 302


def test_a_recovery_code_signs_in_once(client_with_password: Client, ben: User, secret: str) -> None:
    client_with_password.post("/account/2fa/recovery-codes/generate/")
    codes = Authenticator.objects.get(user=ben, type="recovery_codes").wrap().get_unused_codes()
    page = client_with_password.get("/account/2fa/recovery-codes/").content.decode()
    assert codes[0] in page
    for expected in (200, 302):
        visitor = Client()
        visitor.post("/account/login/", {"login": ben.email, "password": PASSWORD})
        visitor.post("/account/2fa/authenticate/", {"code": codes[0]})
        assert visitor.get("/setup/profile/").status_code == expected


def test_the_pages_of_the_factor_ask_for_the_password_again(client: Client, ben: User) -> None:
    client.force_login(ben)
    answer = client.get("/account/2fa/totp/activate/")
    assert answer.headers["Location"].startswith("/account/reauthenticate/")
    answer = client.get("/account/2fa/webauthn/add/")
    assert answer.headers["Location"].startswith("/account/reauthenticate/")


def test_a_security_key_can_be_added_under_the_strict_policy(client_with_password: Client) -> None:
    answer = client_with_password.get("/account/2fa/webauthn/add/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "/static/mfa/js/webauthn.js" in text
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", text)
    assert inline
    assert all('type="application/json"' in attributes for attributes in inline)  # data only: nothing that runs
