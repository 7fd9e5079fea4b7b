"""Forms of the sequence editor. Enters: what staff typed. Leaves: cleaned values for `nurture.actions`."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from leadstern.criteria.forms import ConditionField
from leadstern.nurture.logic import LANGUAGES, LONGEST_WAIT_HOURS, NAMES
from leadstern.nurture.terms import Step

_HELP = format_lazy("{words} {names}", words=_("Can be filled in:"), names=" ".join(f"{{{name}}}" for name in NAMES))


class NameForm(forms.Form):
    """A new sequence."""

    name = forms.CharField(label=_("Name"), max_length=120)


class SequenceForm(forms.Form):
    """Name, order and who enters."""

    name = forms.CharField(label=_("Name"), max_length=120)
    priority = forms.IntegerField(
        label=_("Order"),
        min_value=1,
        max_value=1000,
        help_text=_("A lead enters the first active sequence that fits it; small numbers are asked first."),
    )
    entry = ConditionField(
        label=_("Who enters"),
        required=False,
        help_text=_("Empty: everybody who is not ready and has agreed to e-mails."),
    )


class StepForm(forms.Form):
    """One mail: how long to wait before it, and its text in both languages."""

    wait_hours = forms.IntegerField(
        label=_("Wait before it, in hours"),
        min_value=0,
        max_value=LONGEST_WAIT_HOURS,
        help_text=_("After the step before; for the first step, after entering. 24 hours are a day."),
    )
    subject_de = forms.CharField(label=_("Subject, German"), max_length=150)
    body_de = forms.CharField(
        label=_("Text, German"), max_length=20000, widget=forms.Textarea(attrs={"rows": 12}), help_text=_HELP
    )
    subject_en = forms.CharField(label=_("Subject, English"), max_length=150)
    body_en = forms.CharField(
        label=_("Text, English"), max_length=20000, widget=forms.Textarea(attrs={"rows": 12}), help_text=_HELP
    )

    @classmethod
    def of(cls, step: Step | None, data: Any = None) -> "StepForm":
        """The form of a step there is, or of a new one."""
        if step is None:
            return cls(data, initial={"wait_hours": 72})
        texts = {f"{part}_{code}": step[part][code] for part in ("subject", "body") for code in LANGUAGES}
        return cls(data, initial={"wait_hours": step["wait_hours"], **texts})

    def step(self) -> Step:
        """What was entered, as a step. Only after `is_valid`."""
        values = self.cleaned_data
        return {
            "wait_hours": values["wait_hours"],
            "subject": {code: values[f"subject_{code}"] for code in LANGUAGES},
            "body": {code: values[f"body_{code}"] for code in LANGUAGES},
        }


class PreviewForm(forms.Form):
    """Which lead to read the mails as."""

    reader = forms.CharField(label=_("Name, e-mail address, company or place"), max_length=200, required=False)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("the lead's own")), ("de", _("German")), ("en", _("English"))],
        required=False,
    )
