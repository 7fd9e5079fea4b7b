"""The form for a website. Enters: what a person typed; leaves: a name and a list of addresses. Called by the views."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SiteForm(forms.Form):
    """Name and addresses. Whether the addresses are right and free is decided in `visitors.actions`."""

    name = forms.CharField(label=_("Name"), max_length=120)
    origins = forms.CharField(
        label=_("Addresses"),
        help_text=_(
            "One per line, as the browser shows it, without a path: https://www.example.com. "
            "With and without “www” are two addresses."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "none"}),
        max_length=4000,
    )

    def addresses(self) -> list[str]:
        """The lines that are not empty. Only after `is_valid()`."""
        return [line.strip() for line in self.cleaned_data["origins"].splitlines() if line.strip()]
