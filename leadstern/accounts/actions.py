"""Adds people, gives and takes roles, locks out. Called by the people pages, `leadstern user add` and the demo.

Who did what is recorded by the caller: the audit trail stands above this package.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from leadstern.accounts.models import RoleGrant, Team, User
from leadstern.accounts.queries import is_known_address
from leadstern.accounts.terms import Role
from leadstern.core.db import write
from leadstern.core.errors import Refused

CHANGEABLE = frozenset({"name", "phone", "language", "team", "has_shortcuts", "theme"})


def add_user(
    *,
    email: str,
    name: str,
    roles: Iterable[Role],
    language: str,
    password: str | None = None,
    phone: str = "",
    team: Team | None = None,
    now: datetime,
    by: User | None,
) -> User:
    """A person who may sign in. Without `password` they set one by the link of a password mail.

    Refused when the address has an account already, whatever its letter case.
    """
    address = email.strip()
    # An unusable password would keep the reset from working; nobody knows this one.
    secret = make_password(password or secrets.token_urlsafe(40))
    try:
        with write():
            user = User.objects.create(
                email=address, name=name, phone=phone, language=language, team=team, password=secret, created_at=now
            )
            _grant(user, roles)
    except IntegrityError:
        if not is_known_address(address):
            raise
        raise Refused(_("%(email)s has an account already.") % {"email": address}) from None
    return user


def change_user(user: User, *, changes: dict[str, Any], by: User) -> list[str]:
    """Writes the given fields of CHANGEABLE; answers with the names of those that really changed.

    ValueError for a field that is not one of them.
    """
    if not changes.keys() <= CHANGEABLE:
        raise ValueError(f"not changeable: {sorted(changes.keys() - CHANGEABLE)}")
    changed = [name for name, value in changes.items() if getattr(user, name) != value]
    for name in changed:
        setattr(user, name, changes[name])
    if changed:
        with write():
            user.save(update_fields=changed)
    return changed


def set_roles(user: User, *, roles: Iterable[Role], by: User | None) -> tuple[frozenset[Role], frozenset[Role]]:
    """Replaces the roles; answers with (given, taken).

    Refused when `by` takes the administrator's role from themselves, and when no administrator would be left.
    """
    with write():
        wanted = frozenset(roles)
        held = frozenset(Role(role) for role in user.grants.select_for_update().values_list("role", flat=True))
        if by is not None and by.pk == user.pk and Role.ADMIN in held - wanted:
            raise Refused(_("You cannot take the administrator’s role from yourself. Another administrator can."))
        if Role.ADMIN in held - wanted:
            _keep_an_administrator(besides=user)
        user.grants.filter(role__in=held - wanted).delete()
        _grant(user, wanted - held)
    vars(user).pop("_roles", None)
    return wanted - held, held - wanted


def deactivate_user(user: User, *, by: User | None) -> None:
    """Ends the person's access at once: with the next request an open session counts as signed out.

    Their name stays on what they did. Refused for oneself and for the last administrator.
    """
    if by is not None and by.pk == user.pk:
        raise Refused(_("You cannot end your own access. Another administrator can."))
    with write():
        if user.grants.filter(role=Role.ADMIN).exists():
            _keep_an_administrator(besides=user)
        User.objects.filter(pk=user.pk).update(is_active=False)
    user.is_active = False


def activate_user(user: User, *, by: User | None) -> None:
    """Gives access again, with the roles and the password of before."""
    with write():
        User.objects.filter(pk=user.pk).update(is_active=True)
    user.is_active = True


def add_team(*, name: str, by: User | None) -> Team:
    """A new team. Refused when there is one of that name, letter case ignored."""
    if Team.objects.annotate(small=Lower("name")).filter(small=name.strip().lower()).exists():
        raise Refused(_("There is a team of that name already."))
    with write():
        return Team.objects.create(name=name.strip())


def _keep_an_administrator(*, besides: User) -> None:
    """Locks all of them, so that two who end each other's access at once do not both succeed."""
    active = RoleGrant.objects.select_for_update().filter(role=Role.ADMIN, user__is_active=True)
    if all(user_id == besides.pk for user_id in active.values_list("user_id", flat=True)):
        raise Refused(_("Somebody has to be administrator. Give the role to another person first."))


def _grant(user: User, roles: Iterable[Role]) -> None:
    RoleGrant.objects.bulk_create([RoleGrant(user=user, role=role) for role in sorted(roles)])
