"""What the stage offers to the others when Django starts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from leadstern.core.registry import Page, pages


class AccountsConfig(AppConfig):
    name = "leadstern.accounts"
    label = "accounts"

    def ready(self) -> None:
        pages.offer(
            Page(
                "profile",
                _("My profile"),
                "accounts:profile",
                "setup",
                "signed_in",
                _("name telephone language colours keys second factor password"),
            )
        )
