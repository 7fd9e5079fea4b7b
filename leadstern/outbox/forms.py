"""The form for the sender. Enters: what staff typed. Leaves: cleaned values for `outbox.actions.save_sender`."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SenderForm(forms.Form):
    """Who mails come from, and what the law wants in each of them and on each page for strangers."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("What people see as the sender."))
    address = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("Must belong to a domain that your mail server may send for (SPF, DKIM)."),
    )
    reply_to = forms.EmailField(
        label=_("Replies go to"), max_length=254, required=False, help_text=_("Empty: to the sender address.")
    )
    company_details = forms.CharField(
        label=_("Company details"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Company and legal form, seat, register court and number, managing directors (§ 35a GmbHG, § 37a HGB, "
            "§ 80 AktG). Stands at the end of every mail and at the foot of every page that strangers see."
        ),
    )
    imprint_url = forms.URLField(
        label=_("Address of your imprint"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Linked at the foot of every page that strangers see (§ 5 DDG)."),
    )
    privacy_url = forms.URLField(
        label=_("Address of your privacy page"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Linked there, too (Art. 13 GDPR)."),
    )
