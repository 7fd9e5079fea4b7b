"""How sign-in differs from allauth's defaults: nobody registers themselves. Named in the settings."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator (page or `leadstern user add`)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- allauth's signature
        return False

    def format_email_subject(self, subject: str) -> str:
        """Without the host name in brackets: the sender says who writes."""
        return subject
