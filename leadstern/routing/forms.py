"""Regions, members, the simulator, and giving a lead to somebody else."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leadstern.accounts.models import User
from leadstern.routing.logic import normalise_postcode, read_ranges, show_ranges
from leadstern.routing.models import Region
from leadstern.routing.queries import possible_owners
from leadstern.routing.terms import Country, RegionRole

LONGEST_RANGES = 5000


class RegionForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A region; its ranges as one line of text."""

    postcodes = forms.CharField(
        label=_("Postcodes"),
        required=False,
        max_length=LONGEST_RANGES,
        help_text=_("Prefixes or ranges, separated by commas: 50-53, 40210-40629, 57. Empty: the whole country."),
    )

    class Meta:
        model = Region
        fields = ["name", "role", "country", "order", "is_fallback"]
        labels = {
            "name": _("Name"),
            "role": _("For"),
            "country": _("Country"),
            "order": _("Order"),
            "is_fallback": _("Steps in for every lead that no region covers"),
        }
        help_texts = {"order": _("The region with the smaller number is asked first.")}

    field_order = ["name", "role", "country", "postcodes", "order", "is_fallback"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["postcodes"] = show_ranges(self.instance.ranges)

    def clean(self) -> dict[str, Any]:
        """Puts the ranges that were read on the region."""
        data = super().clean() or self.cleaned_data
        if data.get("country") and "postcodes" in data:
            try:
                self.instance.ranges = read_ranges(data["postcodes"], country=data["country"])
            except ValueError as error:
                text = gettext("“%(part)s” is neither a postcode of this country nor a range.")
                self.add_error("postcodes", text % {"part": error})
        return data


class MemberForm(forms.Form):
    """Who takes part."""

    user = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none(), empty_label=_("Please choose"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = possible_owners()


class SimulatorForm(forms.Form):
    """Who would get a lead from here?"""

    role = forms.ChoiceField(label=_("For"), choices=RegionRole.choices, initial=RegionRole.INSIDE_SALES)
    country = forms.ChoiceField(label=_("Country"), choices=[*Country.choices, ("", _("another"))], required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=12, required=False)

    def clean(self) -> dict[str, Any]:
        """A postcode that regions cannot read is said; a lead with one is treated as if it had none."""
        data = super().clean() or self.cleaned_data
        country, postcode = data.get("country", ""), data.get("postcode", "")
        if country in Country.values and postcode and not normalise_postcode(country, postcode)[1]:
            self.add_error("postcode", gettext("This is no postcode of this country."))
        return data


class AssignForm(forms.Form):
    """Giving a lead to somebody else; for the lead page, too."""

    owner = forms.ModelChoiceField(label=_("New owner"), queryset=User.objects.none(), empty_label=_("Please choose"))
    reason = forms.CharField(label=_("Why?"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = possible_owners()
