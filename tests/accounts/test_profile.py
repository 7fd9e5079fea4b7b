"""What people decide for themselves, and that it is theirs alone."""

from collections.abc import Callable

import pytest
from django.test import Client

from leadstern.accounts.models import User

SignIn = Callable[[User], Client]
PROFILE = "/setup/profile/"
GIVEN = {"name": "Ben Bauer", "phone": "+49 221 123", "language": "en", "theme": "dark"}


def test_the_profile_is_saved_and_the_language_follows_at_once(ben: User, sign_in: SignIn) -> None:
    answer = sign_in(ben).post(PROFILE, GIVEN, follow=True)
    text = answer.content.decode()
    assert "Your profile has been saved." in text
    assert '<html lang="en" data-theme="dark">' in text
    ben.refresh_from_db()
    assert (ben.name, ben.phone, ben.language, ben.theme, ben.has_shortcuts) == (
        "Ben Bauer", "+49 221 123", "en", "dark", False,
    )  # fmt: skip


def test_the_language_follows_the_person_not_the_browser(ben: User, sign_in: SignIn) -> None:
    answer = sign_in(ben).get(PROFILE, headers={"Accept-Language": "en"})
    assert "Mein Profil" in answer.content.decode()
    assert answer.headers["Content-Language"] == "de"


def test_keys_are_off_for_who_switched_them_off(ben: User, sign_in: SignIn) -> None:
    assert "data-shortcuts" in sign_in(ben).get(PROFILE).content.decode()
    User.objects.update(has_shortcuts=False)
    assert "data-shortcuts" not in sign_in(User.objects.get()).get(PROFILE).content.decode()


def test_a_mistake_is_shown_and_nothing_is_saved(ben: User, sign_in: SignIn) -> None:
    answer = sign_in(ben).post(PROFILE, GIVEN | {"name": "", "theme": "pink"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_name"' in text
    assert 'href="#id_theme"' in text
    ben.refresh_from_db()
    assert (ben.name, ben.language) == ("Ben", "de")


def test_nobody_gives_themselves_roles_by_their_profile(ben: User, sign_in: SignIn) -> None:
    sign_in(ben).post(PROFILE, GIVEN | {"roles": "admin", "is_active": "on", "email": "admin@example.com"})
    fresh = User.objects.get(pk=ben.pk)
    assert (fresh.roles(), fresh.email) == (ben.roles(), "ben@example.com")


@pytest.mark.parametrize("path", [PROFILE, "/account/2fa/", "/account/password/change/"])
def test_everyone_signed_in_reaches_their_own_pages(fremd: User, sign_in: SignIn, path: str) -> None:
    assert sign_in(fremd).get(path).status_code == 200


def test_a_stranger_is_asked_to_sign_in(client: Client, db: None) -> None:
    assert client.get(PROFILE).headers["Location"] == f"/account/login/?next={PROFILE}"
