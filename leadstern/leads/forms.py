"""The forms of this stage: details and contact points of a lead (hosted by the desk), spend. Called by views."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leadstern.core.money import read_amount
from leadstern.core.text import country_code
from leadstern.leads.models import Lead
from leadstern.leads.queries import spend_sources
from leadstern.leads.terms import Acquisition, IdentityKind, Salutation, source_code, source_words

TEXTS = {
    "title": (_("Title"), 40),
    "first_name": (_("First name"), 80),
    "last_name": (_("Last name"), 80),
    "company": (_("Company"), 200),
    "position": (_("Position"), 80),
    "street": (_("Street and number"), 120),
    "postcode": (_("Postcode"), 12),
    "city": (_("Town"), 80),
    "country": (_("Country"), 60),
    "interest": (_("Interest"), 80),
    "source": (_("Source"), 120),
    "campaign": (_("Campaign"), 120),
    "referred_by": (_("Recommended by"), 120),
}
ANOTHER = "+"
"""The choice of a source that is not in the list; no source that leads come from is called so."""
BUSINESS = {"": None, "yes": True, "no": False}


class SourceField(forms.CharField):
    """A source by its words: „Paid search“ is typed and read, `paid_search` recorded."""

    def prepare_value(self, value: Any) -> Any:
        return source_words(value) if isinstance(value, str) else value

    def to_python(self, value: Any) -> str:
        return source_code(super().to_python(value) or "")


class LeadForm(forms.Form):
    """The details of a lead. `changes()` holds only what was changed, for `actions.change_lead`."""

    salutation = forms.ChoiceField(label=_("Salutation"), required=False, choices=Salutation.choices)
    is_business = forms.ChoiceField(
        label=_("Business customer"),
        required=False,
        choices=[("", _("Not known")), ("yes", _("Yes")), ("no", _("No, private"))],
    )
    language = forms.ChoiceField(label=_("Language"), choices=[("de", _("German")), ("en", _("English"))])
    acquisition = forms.ChoiceField(label=_("Kind of acquisition"), choices=Acquisition.choices)
    field_order = (
        "salutation", "title", "first_name", "last_name", "is_business", "company", "position", "street", "postcode",
        "city", "country", "language", "interest", "source", "campaign", "acquisition", "referred_by",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, lead: Lead) -> None:
        words = {value: key for key, value in BUSINESS.items()}
        initial = {name: getattr(lead, name) for name in (*TEXTS, "salutation", "language", "acquisition")}
        initial |= {"company": lead.company.name if lead.company else "", "is_business": words[lead.is_business]}
        super().__init__(data, initial=initial)
        for name, (label, length) in TEXTS.items():
            self.fields[name] = forms.CharField(label=label, required=False, max_length=length)
        self.fields["source"] = SourceField(label=TEXTS["source"][0], required=False, max_length=TEXTS["source"][1])
        self.order_fields(self.field_order)

    def clean_country(self) -> str:
        text: str = self.cleaned_data["country"]
        code = country_code(text)
        if text and not code:
            raise forms.ValidationError(gettext("Please enter a country, for example Germany or DE."))
        return code

    def clean_source(self) -> str | None:
        return self.cleaned_data["source"] or None

    def changes(self) -> dict[str, Any]:
        """What `change_lead` has to change, of a valid form."""
        changed = {name: self.cleaned_data[name] for name in self.changed_data}
        if "is_business" in changed:
            changed["is_business"] = BUSINESS[changed["is_business"]]
        return changed


class ContactPointForm(forms.Form):
    """A further address or number, for `actions.add_contact_point`."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            (IdentityKind.EMAIL.value, IdentityKind.EMAIL.label),
            (IdentityKind.PHONE.value, IdentityKind.PHONE.label),
        ],
    )
    value = forms.CharField(label=_("Address or number"), max_length=254)


class SpendForm(forms.Form):
    """What a source cost in a month. A source that nothing came from yet has to be named on purpose: a mere slip of the
    pen would become a row without leads."""

    month = forms.CharField(
        label=_("Month"), max_length=7, widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-11"})
    )
    source = forms.ChoiceField(
        label=_("Source"), error_messages={"invalid_choice": _("Please choose a source from the list.")}
    )
    new_source = forms.CharField(
        label=_("New source"), max_length=120, required=False,
        help_text=_("Only with “Another source”: exactly as it will stand in the campaign link or the file."),
    )  # fmt: skip
    campaign = forms.CharField(
        label=_("Campaign"), max_length=120, required=False, help_text=_("Empty: all of the source.")
    )
    amount = forms.CharField(label=_("Amount"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    field_order = ("month", "amount", "source", "new_source", "campaign", "note")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.known = spend_sources()
        source = self.fields["source"]
        assert isinstance(source, forms.ChoiceField)
        source.choices = [("", _("Please choose")), *self.known.items(), (ANOTHER, _("Another source"))]

    def clean_month(self) -> date:
        try:
            return date.fromisoformat(f"{self.cleaned_data['month']}-01")
        except ValueError:
            raise forms.ValidationError(gettext("Please enter a month as 2026-11.")) from None

    def clean_amount(self) -> Decimal:
        try:
            return read_amount(self.cleaned_data["amount"])
        except ValueError:
            raise forms.ValidationError(gettext("Please enter an amount, for example 1,234.50.")) from None

    def clean(self) -> dict[str, Any]:
        """`source` becomes the one to record; a new one that is known after all is taken as the known one."""
        cleaned = super().clean() or self.cleaned_data
        named = source_code(cleaned.pop("new_source", ""))
        if cleaned.get("source") == ANOTHER:
            cleaned["source"] = {code.casefold(): code for code in self.known}.get(named.casefold(), named)
            if not named:
                self.add_error("new_source", gettext("Please name the source."))
        elif named and "source" in cleaned:
            self.add_error("new_source", gettext("Please choose “Another source” or leave this empty."))
        return cleaned
