"""Adding people, changing roles, ending access: each way out."""

import pytest
from django.db import IntegrityError

from leadstern.accounts.actions import (
    activate_user,
    add_team,
    add_user,
    change_user,
    deactivate_user,
    set_roles,
)
from leadstern.accounts.models import User
from leadstern.accounts.queries import active_people, names, teams
from leadstern.accounts.terms import Right, Role
from leadstern.core.errors import Refused
from tests.conftest import NOW


def add(email: str = "kim@example.com", **details: str) -> User:
    return add_user(email=email, name="Kim", roles=[Role.MARKETING], language="de", now=NOW, by=None, **details)  # type: ignore[arg-type]


def test_a_person_is_added_with_roles_and_password(db: None) -> None:
    user = add(password="ein langes Kennwort 7")
    assert user.roles() == {Role.MARKETING}
    assert user.check_password("ein langes Kennwort 7")


def test_without_a_password_nobody_can_guess_one(db: None) -> None:
    user = add()
    assert user.has_usable_password()
    assert not user.check_password("")


def test_a_known_address_is_refused_whatever_its_letter_case(db: None) -> None:
    add()
    with pytest.raises(Refused):
        add(" KIM@example.com ")
    assert User.objects.count() == 1


def test_the_database_itself_refuses_a_second_address(ben: User) -> None:
    with pytest.raises(IntegrityError):
        User.objects.create(email="BEN@example.com", name="Ben 2", created_at=NOW)


def test_roles_are_replaced_and_the_difference_told(ben: User, emil: User) -> None:
    given, taken = set_roles(ben, roles=[Role.FIELD_SALES, Role.HEAD], by=emil)
    assert given == {Role.FIELD_SALES, Role.HEAD}
    assert taken == {Role.INSIDE_SALES}
    assert ben.roles() == {Role.FIELD_SALES, Role.HEAD}
    assert ben.has_right(Right.SELL)


def test_the_same_roles_change_nothing(ben: User, emil: User) -> None:
    assert set_roles(ben, roles=[Role.INSIDE_SALES], by=emil) == (frozenset(), frozenset())


def test_an_administrator_cannot_take_their_own_role(emil: User) -> None:
    with pytest.raises(Refused):
        set_roles(emil, roles=[Role.MARKETING], by=emil)
    assert User.objects.get(pk=emil.pk).roles() == {Role.ADMIN}


def test_an_administrator_may_give_themselves_a_second_role(emil: User) -> None:
    set_roles(emil, roles=[Role.ADMIN, Role.HEAD], by=emil)
    assert emil.roles() == {Role.ADMIN, Role.HEAD}


def test_access_ends_and_begins_again_with_the_same_roles(ben: User, emil: User) -> None:
    deactivate_user(ben, by=emil)
    assert not User.objects.get(pk=ben.pk).has_right(Right.SIGNED_IN)
    activate_user(ben, by=emil)
    assert User.objects.get(pk=ben.pk).has_right(Right.WORK_QUEUE)


def test_nobody_ends_their_own_access(emil: User) -> None:
    with pytest.raises(Refused):
        deactivate_user(emil, by=emil)
    assert User.objects.get(pk=emil.pk).is_active


def test_only_what_really_changed_is_told(ben: User) -> None:
    assert change_user(ben, changes={"name": "Ben", "phone": "0221 1"}, by=ben) == ["phone"]
    assert change_user(ben, changes={"phone": "0221 1"}, by=ben) == []


def test_an_address_or_a_password_is_never_changed_this_way(ben: User) -> None:
    with pytest.raises(ValueError, match="not changeable"):
        change_user(ben, changes={"email": "x@example.com"}, by=ben)


def test_a_second_team_of_the_same_name_is_refused(emil: User) -> None:
    add_team(name="Nord", by=emil)
    with pytest.raises(Refused):
        add_team(name=" nord ", by=emil)


def test_teams_count_only_people_with_access(ben: User, anna: User, emil: User) -> None:
    team = add_team(name="Nord", by=emil)
    for user in (ben, anna):
        change_user(user, changes={"team": team}, by=emil)
    deactivate_user(anna, by=emil)
    assert [(found.name, found.members) for found in teams()] == [("Nord", 1)]  # type: ignore[attr-defined]


def test_people_with_a_right_are_those_whose_roles_give_it(anna: User, ben: User, carla: User, fremd: User) -> None:
    assert list(active_people(right=Right.SELL)) == [carla]
    assert list(active_people(right=Right.WORK_QUEUE)) == [ben, carla]
    assert list(active_people()) == [anna, ben, carla, fremd]
    deactivate_user(ben, by=carla)
    assert list(active_people(right=Right.WORK_QUEUE)) == [carla]


def test_names_leave_out_who_does_not_exist(ben: User) -> None:
    assert names([ben.pk, 987_654]) == {ben.pk: "Ben"}


def test_the_last_administrator_stays(emil: User, doris: User) -> None:
    with pytest.raises(Refused):
        deactivate_user(emil, by=None)
    with pytest.raises(Refused):
        set_roles(emil, roles=[], by=doris)
    set_roles(doris, roles=[Role.ADMIN], by=emil)
    deactivate_user(emil, by=doris)
    with pytest.raises(Refused):
        set_roles(doris, roles=[Role.HEAD], by=None)
    assert list(User.objects.filter(is_active=True, grants__role=Role.ADMIN)) == [doris]
