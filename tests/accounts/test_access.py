"""Roles give exactly the rights of the table."""

from leadstern.accounts.models import User
from leadstern.accounts.terms import Right


def test_marketing_builds_forms_but_does_not_sell(anna: User) -> None:
    assert anna.has_right(Right.BUILD_FORMS)
    assert not anna.has_right(Right.SELL)


def test_nobody_without_a_role_sees_leads(fremd: User) -> None:
    assert fremd.has_right(Right.SIGNED_IN)
    assert not fremd.has_right(Right.SEE_LEADS)


def test_an_inactive_person_has_no_right_at_all(emil: User) -> None:
    emil.is_active = False
    assert not emil.has_right(Right.SIGNED_IN)
