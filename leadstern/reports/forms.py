"""The filter of a report. Called by the views."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from leadstern.reports.terms import Period

BY_LABELS = {"source": _("By source"), "campaign": _("By campaign"), "month": _("By month")}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
    )


class FilterForm(forms.Form):
    """Period and grouping, as they stand in the address. What cannot be read is said and left out."""

    since = _day(pgettext_lazy("period", "From"))
    until = _day(pgettext_lazy("period", "To"))
    by = forms.ChoiceField(label=_("Grouped"), required=False)

    def __init__(self, data: Any, *, groupings: tuple[str, ...] = ()) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.groupings = groupings
        by = self.fields["by"]
        assert isinstance(by, forms.ChoiceField)
        by.choices = [(key, BY_LABELS[key]) for key in groupings]
        if not groupings:
            del self.fields["by"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            raise forms.ValidationError(_("The period ends before it begins."))
        return cleaned

    def period(self) -> Period:
        """The chosen period; everything when it cannot be read."""
        if not self.is_valid():
            return Period()
        return Period(self.cleaned_data["since"], self.cleaned_data["until"])

    def by_or_first(self) -> str:
        chosen = self.cleaned_data.get("by") if self.is_valid() else ""
        return chosen or next(iter(self.groupings), "")
