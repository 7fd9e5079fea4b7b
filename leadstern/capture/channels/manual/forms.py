"""The quick entry of a lead by a colleague."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leadstern.capture.labels import ACQUISITIONS
from leadstern.capture.logic.content import FormField
from leadstern.capture.logic.values import Wrong, read_value
from leadstern.capture.terms import FieldType

COUNTRIES = [("DE", _("Germany")), ("AT", _("Austria")), ("CH", _("Switzerland"))]
_CHECKED = {"name": FieldType.TEXT, "email": FieldType.EMAIL, "phone": FieldType.PHONE, "postcode": FieldType.POSTCODE}


class QuickEntryForm(forms.Form):
    """Name and one way to reach the person are enough; everything else may follow."""

    name = forms.CharField(label=_("Name"), max_length=160, widget=forms.TextInput(attrs={"autofocus": True}))
    company = forms.CharField(label=_("Company"), max_length=200, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=12, required=False)
    city = forms.CharField(label=_("Place"), max_length=80, required=False)
    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES, initial="DE")
    interest = forms.CharField(label=_("Interest"), max_length=80, required=False)
    message = forms.CharField(
        label=_("Note"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    source = forms.CharField(
        label=_("Source"), max_length=120, required=False, help_text=_("For example trade fair or telephone.")
    )
    acquisition = forms.ChoiceField(label=_("Kind of acquisition"), choices=ACQUISITIONS, initial="spear")
    referred_by = forms.CharField(label=_("Recommended by"), max_length=120, required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, kind in _CHECKED.items():
            self._read(data, name, kind)
        if not (data.get("email") or data.get("phone")) and not self.errors:
            self.add_error("phone", _("Give a telephone number or an e-mail address."))
        if data.get("acquisition") == "seed" and not data.get("referred_by"):
            self.add_error("referred_by", _("Who recommended us? A recommendation is nothing without its name."))
        return data

    def _read(self, data: dict[str, Any], name: str, kind: FieldType) -> None:
        field = FormField(name, kind, {}, {}, False, (), name, "full")
        try:
            data[name] = read_value(field, data.get(name) or "", country=data.get("country", ""), language="de")
        except Wrong as wrong:
            self.add_error(name, str(wrong))
