"""Who works here: adds people, changes roles, ends access, and records each of it. Called by `views/people.py`.

Writing is `accounts.actions`; the audit trail stands above accounts, so it is recorded here, in the same transaction.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from leadstern.accounts import actions
from leadstern.accounts.models import Team, User
from leadstern.accounts.terms import Role
from leadstern.audit.actions import record
from leadstern.core.db import write


def add_person(details: dict[str, Any], *, roles: Iterable[Role], by: User, now: datetime) -> User:
    """A new colleague with `details` (name, email, phone, language, team). Refused for a known address."""
    with write():
        roles = sorted(roles)
        user = actions.add_user(**details, roles=roles, now=now, by=by)
        record("person.added", user, by=by, now=now, data={"name": user.name, "roles": list(roles)})
    return user


def change_person(user: User, *, team: Team | None, roles: Iterable[Role], by: User, now: datetime) -> None:
    """Sets team and roles. Refused when `by` takes the administrator's role from themselves."""
    with write():
        given, taken = actions.set_roles(user, roles=roles, by=by)
        changed = actions.change_user(user, changes={"team": team}, by=by)
        if given or taken or changed:
            data = {"given": sorted(given), "taken": sorted(taken), "team": team.name if team else None}
            record("person.changed", user, by=by, now=now, data=data)


def end_access(user: User, *, by: User, now: datetime) -> None:
    """The person cannot sign in any more. Refused for oneself."""
    with write():
        actions.deactivate_user(user, by=by)
        record("person.access_ended", user, by=by, now=now)


def give_access(user: User, *, by: User, now: datetime) -> None:
    """The person may sign in again."""
    with write():
        actions.activate_user(user, by=by)
        record("person.access_given", user, by=by, now=now)


def add_team(*, name: str, by: User, now: datetime) -> Team:
    """Refused when there is a team of that name."""
    with write():
        team = actions.add_team(name=name, by=by)
        record("team.added", team, by=by, now=now, data={"name": team.name})
    return team
