"""`leadstern user add`: the first way in. Without `--password-stdin` it prints a password that nobody else knows."""

import argparse
import secrets
import sys

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from leadstern.accounts.actions import add_user
from leadstern.accounts.terms import Role
from leadstern.cli.answer import Answer
from leadstern.core.errors import Refused
from leadstern.core.time import now


def run(options: argparse.Namespace) -> Answer:
    """Refused for an unknown role, a weak password or an address that has an account already."""
    password = sys.stdin.readline().rstrip("\n") if options.password_stdin else secrets.token_urlsafe(15)
    _check(password)
    language = options.language or settings.LANGUAGE_CODE
    name = options.name or options.email.split("@")[0]
    user = add_user(
        email=options.email,
        name=name,
        roles=_roles(options.role),
        language=language,
        password=password,
        now=now(),
        by=None,
    )
    shown = {} if options.password_stdin else {"password": password}
    text = _("%(email)s may sign in now.") % {"email": user.email}
    if shown:
        text += "\n" + _("Password: %(password)s (change it after signing in)") % shown
    return Answer({"email": user.email, "roles": options.role, **shown}, text)


def _roles(names: list[str]) -> list[Role]:
    try:
        return [Role(name) for name in names]
    except ValueError:
        known = ", ".join(Role.values)
        raise Refused(_("Unknown role. The roles are: %(roles)s") % {"roles": known}) from None


def _check(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from None
