"""The forms of an import: the file, then what each column is. Called by the views of this channel."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leadstern.capture.channels.file_import.guess import guess_mapping
from leadstern.capture.channels.file_import.queries import Column
from leadstern.capture.channels.file_import.terms import EXTRA, FIELDS, STAGES

KEEP = "extra"


class UploadForm(forms.Form):
    """A CSV file."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("From Excel: “Save as”, then “CSV UTF-8”. Other encodings are recognised, too."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
    )


class MappingForm(forms.Form):
    """What each column is, and values that hold for the whole file."""

    stage = forms.ChoiceField(
        label=_("Stage of these leads"),
        required=False,
        choices=lambda: list(STAGES.items()),
        help_text=_("Stated stages are taken over as they are; score and definition do not decide again."),
    )
    source = forms.CharField(
        label=_("Source"), required=False, max_length=120, help_text=_("For lines without a source of their own.")
    )
    acquisition = forms.ChoiceField(
        label=_("Kind of acquisition"),
        required=False,
        choices=[
            ("", _("Net: online or mass channel")),
            ("seed", _("Seed: recommendation")),
            ("spear", _("Spear: direct contact by sales")),
        ],
    )

    def __init__(self, *args: Any, columns: list[Column], mapping: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._headings = [column.heading for column in columns]
        chosen = {heading: name for name, heading in (mapping or guess_mapping(tuple(self._headings))).items()}
        choices = [("", _("Leave out")), (KEEP, _("Keep as a further answer")), *FIELDS.items()]
        for number, column in enumerate(columns):
            name = chosen.get(column.heading, "")
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=column.heading,
                required=False,
                choices=choices,
                initial=KEEP if name.startswith(EXTRA) else name,
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        taken: dict[str, str] = {}
        for number, heading in enumerate(self._headings):
            name = data.get(f"column_{number}", "")
            if name and name != KEEP and name in taken:
                text = gettext("Column “%(other)s” is this already.") % {"other": taken[name]}
                self.add_error(f"column_{number}", text)
            taken.setdefault(name, heading)
        return data

    def mapping(self) -> dict[str, str]:
        """{our field: heading} of a valid form."""
        chosen = ((self.cleaned_data[f"column_{number}"], name) for number, name in enumerate(self._headings))
        return {f"{EXTRA}{name[:80]}" if field == KEEP else field: name for field, name in chosen if field}

    def options(self) -> dict[str, str]:
        """The values for the whole file."""
        return {name: self.cleaned_data[name] for name in ("stage", "source", "acquisition") if self.cleaned_data[name]}
