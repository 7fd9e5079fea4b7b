"""The second factor by axe, in the order in which somebody meets its pages; a passkey from Chromium's own key."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.accounts.test_second_factor import code_now
from tests.e2e.accessibility.looking import VARIANTS, Looked, looked, sign_in
from tests.e2e.conftest import Installation

Found = dict[str, dict[str, object]]
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture(params=VARIANTS, ids="-".join)
def careful(request: pytest.FixtureRequest, browser: Browser, installation: Installation) -> Iterator[Looked]:
    """Somebody new, who has given the password twice; on "localhost", where browsers allow passkeys without TLS."""
    opened = looked(browser, request.param, installation.address.replace("127.0.0.1", "localhost"))
    email = f"{request.function.__name__}-{request.param[0]}@example.com"
    add = installation.running.command
    password = add("user", "add", email, "--language", request.param[0], "--role", "admin")["password"]
    sign_in(opened, email, password)
    opened.open("/account/reauthenticate/")
    opened.page.fill("input[name=password]", password)
    opened.press("main form button[type=submit]")
    opened.page.evaluate("([email, password]) => { sessionStorage.email = email; sessionStorage.password = password }",
                         [email, password])  # fmt: skip
    yield opened
    opened.page.context.close()


def sign_in_again(person: Looked) -> None:
    """Signs out, then in: as far as the second factor is asked for."""
    email, password = person.page.evaluate("[sessionStorage.email, sessionStorage.password]")
    person.open("/account/logout/")
    person.press("main form button")
    sign_in(person, email, password)


def enter(person: Looked, code: str) -> None:
    person.page.fill("input[name=code]", code)
    person.press("main form button[type=submit]")


def test_an_authenticator_app(careful: Looked) -> None:
    found = set_up_an_app(careful)
    codes = careful.page.locator("#recovery_codes").input_value().split()
    careful.open("/account/2fa/")
    found["switched on"] = careful.problems(at="mfa_index")
    careful.open("/account/2fa/recovery-codes/generate/")
    found["new codes"] = careful.problems(at="mfa_generate_recovery_codes")
    careful.open("/account/2fa/totp/deactivate/")
    found["switch off"] = careful.problems(at="mfa_deactivate_totp")
    careful.open("/account/2fa/reauthenticate/")
    found["once more"] = careful.problems(at="mfa_reauthenticate")
    sign_in_again(careful)
    found["asked"] = careful.problems(at="mfa_authenticate")
    enter(careful, "nothing")
    found["wrong code at sign-in"] = careful.problems(at="mfa_authenticate")
    enter(careful, codes[0])
    assert "/account/" not in careful.page.url
    assert {name: what for name, what in found.items() if what} == {}


def set_up_an_app(person: Looked) -> Found:
    """First with a wrong code, then with the right one; ends on the page of the recovery codes."""
    person.open("/account/2fa/totp/activate/")
    found: Found = {"picture": person.problems(at="mfa_activate_totp")}
    enter(person, "nothing")
    assert person.page.locator("[role=alert]").count()
    found["wrong code"] = person.problems(at="mfa_activate_totp")
    enter(person, code_now(person.page.locator("#authenticator_secret").input_value()))
    found["recovery codes"] = person.problems(at="mfa_view_recovery_codes")
    return found


def test_a_passkey(careful: Looked) -> None:
    chromium = careful.page.context.new_cdp_session(careful.page)
    chromium.send("WebAuthn.enable")
    chromium.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    careful.open("/account/2fa/webauthn/add/")
    found: Found = {"new": careful.problems(at="mfa_add_webauthn")}
    careful.page.fill("input[name=name]", "Schlüsselbund")
    careful.press("#mfa_webauthn_add")
    found["recovery codes"] = careful.problems(at="mfa_view_recovery_codes")
    careful.open("/account/2fa/")
    found["switched on"] = careful.problems(at="mfa_index")
    careful.open("/account/2fa/webauthn/")
    found["list"] = careful.problems(at="mfa_list_webauthn")
    careful.press("main a[href$='/edit/']")
    found["name"] = careful.problems(at="mfa_edit_webauthn")
    careful.open("/account/2fa/webauthn/")
    careful.press("main a[href$='/remove/']")
    found["remove"] = careful.problems(at="mfa_remove_webauthn")
    careful.open("/account/2fa/webauthn/reauthenticate/")
    found["once more"] = careful.problems(at="mfa_reauthenticate_webauthn")
    sign_in_again(careful)
    found["asked"] = careful.problems(at="mfa_authenticate")
    careful.press("#mfa_webauthn_authenticate")
    assert "/account/" not in careful.page.url
    assert {name: what for name, what in found.items() if what} == {}
