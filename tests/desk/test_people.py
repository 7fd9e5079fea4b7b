"""The people pages: for administrators only, recorded, and never a way to lock everyone out."""

from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from leadstern.accounts.models import Team, User
from leadstern.accounts.terms import Role
from leadstern.audit.models import Entry
from tests.conftest import make_user

SignIn = Callable[[User], Client]
NEW = {
    "name": "Kim Muster",
    "email": "kim@example.com",
    "phone": "",
    "language": "en",
    "team": "",
    "roles": ["marketing"],
}


@pytest.mark.parametrize("name", ["anna", "ben", "carla", "doris", "fremd"])
@pytest.mark.parametrize("path", ["/setup/people/", "/setup/people/new/", "/setup/people/1/"])
def test_only_administrators_see_the_people_pages(
    name: str, path: str, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    client = sign_in(request.getfixturevalue(name))
    assert client.get(path).status_code == 403


@pytest.mark.parametrize("path", ["access/", "password/"])
def test_only_administrators_act_on_people(path: str, doris: User, ben: User, sign_in: SignIn) -> None:
    assert sign_in(doris).post(f"/setup/people/{ben.pk}/{path}", {"access": "end"}).status_code == 403
    assert User.objects.get(pk=ben.pk).is_active


def test_the_list_shows_everyone_with_roles(emil: User, ben: User, sign_in: SignIn) -> None:
    text = sign_in(emil).get("/setup/people/").content.decode()
    assert "ben@example.com" in text
    assert "Innendienst" in text


def test_the_list_costs_the_same_for_many(
    emil: User, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(emil)
    with django_assert_num_queries(6):
        client.get("/setup/people/")
    for name in ("Xaver", "Yvonne", "Zoe"):
        make_user(name, Role.MARKETING, Role.HEAD)
    with django_assert_num_queries(6):
        client.get("/setup/people/")


def test_a_new_person_gets_a_link_in_their_language(
    emil: User, sign_in: SignIn, mailoutbox: list[EmailMessage]
) -> None:
    answer = sign_in(emil).post("/setup/people/new/", NEW, follow=True)
    assert "Ein Link zum Festlegen des Passworts ist unterwegs an kim@example.com." in answer.content.decode()
    assert User.objects.get(email="kim@example.com").roles() == {Role.MARKETING}
    (mail,) = mailoutbox
    assert mail.subject == "Set your password for Leadstern"
    assert mail.to == ["kim@example.com"]


def test_adding_a_person_is_recorded_without_the_password(emil: User, sign_in: SignIn) -> None:
    sign_in(emil).post("/setup/people/new/", NEW)
    entry = Entry.objects.get(verb="person.added")
    assert entry.actor == emil
    assert entry.data == {"name": "Kim Muster", "roles": ["marketing"]}


def test_a_known_address_is_refused_in_words(emil: User, ben: User, sign_in: SignIn) -> None:
    answer = sign_in(emil).post("/setup/people/new/", NEW | {"email": "BEN@example.com"})
    assert answer.status_code == 422
    assert "Diese Adresse hat bereits einen Zugang." in answer.content.decode()
    assert not Entry.objects.exists()


def test_roles_and_team_are_changed_and_recorded(emil: User, ben: User, sign_in: SignIn) -> None:
    team = Team.objects.create(name="Nord")
    sign_in(emil).post(f"/setup/people/{ben.pk}/", {"team": team.pk, "roles": ["field_sales"]})
    fresh = User.objects.get(pk=ben.pk)
    assert fresh.roles() == {Role.FIELD_SALES}
    assert fresh.team == team
    data = Entry.objects.get(verb="person.changed").data
    assert data == {"given": ["field_sales"], "taken": ["inside_sales"], "team": "Nord"}


def test_saving_without_a_change_records_nothing(emil: User, ben: User, sign_in: SignIn) -> None:
    sign_in(emil).post(f"/setup/people/{ben.pk}/", {"team": "", "roles": ["inside_sales"]})
    assert not Entry.objects.exists()


def test_an_administrator_cannot_take_their_own_role(emil: User, sign_in: SignIn) -> None:
    answer = sign_in(emil).post(f"/setup/people/{emil.pk}/", {"team": "", "roles": ["marketing"]})
    assert answer.status_code == 422
    assert "nicht selbst nehmen" in answer.content.decode()
    assert User.objects.get(pk=emil.pk).roles() == {Role.ADMIN}


def test_an_unknown_role_is_refused(emil: User, ben: User, sign_in: SignIn) -> None:
    assert sign_in(emil).post(f"/setup/people/{ben.pk}/", {"roles": ["owner"]}).status_code == 422
    assert User.objects.get(pk=ben.pk).roles() == {Role.INSIDE_SALES}


def test_ending_the_access_ends_the_open_session(emil: User, ben: User, sign_in: SignIn) -> None:
    bens = sign_in(ben)
    assert bens.get("/setup/profile/").status_code == 200
    sign_in(emil).post(f"/setup/people/{ben.pk}/access/", {"access": "end"})
    assert bens.get("/setup/profile/").status_code == 302
    assert Entry.objects.get().verb == "person.access_ended"


def test_access_can_be_given_again(emil: User, ben: User, sign_in: SignIn) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False)
    sign_in(emil).post(f"/setup/people/{ben.pk}/access/", {"access": "give"})
    assert sign_in(User.objects.get(pk=ben.pk)).get("/setup/profile/").status_code == 200


def test_nobody_ends_their_own_access(emil: User, sign_in: SignIn) -> None:
    answer = sign_in(emil).post(f"/setup/people/{emil.pk}/access/", {"access": "end"}, follow=True)
    assert "Ihren eigenen Zugang nicht beenden" in answer.content.decode()
    assert User.objects.get(pk=emil.pk).is_active


def test_looking_at_a_person_changes_nothing(emil: User, ben: User, sign_in: SignIn) -> None:
    client = sign_in(emil)
    assert client.get(f"/setup/people/{ben.pk}/access/").status_code == 405
    assert client.get(f"/setup/people/{ben.pk}/").status_code == 200
    assert User.objects.get(pk=ben.pk).is_active


def test_a_team_is_added_once(emil: User, sign_in: SignIn) -> None:
    client = sign_in(emil)
    client.post("/setup/teams/new/", {"name": "Nord"})
    again = client.post("/setup/teams/new/", {"name": "nord"})
    assert again.status_code == 422
    assert Team.objects.count() == 1
