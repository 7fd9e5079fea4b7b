"""The forms of the definition page and of the stage labels. They give the raw values that `logic.content` checks."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leadstern.criteria.forms import ConditionField
from leadstern.criteria.logic import to_json
from leadstern.qualification.models import StageLabel
from leadstern.qualification.terms import Importance, Stage


class CriterionForm(forms.Form):
    """One sentence of the agreement."""

    label_de = forms.CharField(label=_("Name in German"), max_length=120)
    label_en = forms.CharField(label=_("Name in English"), max_length=120)
    must = forms.ChoiceField(
        label=_("How it counts"),
        choices=[
            (Importance.MUST, _("Must: without it no lead is an MQL")),
            (Importance.SHOULD, _("Should: a certain number of these is needed")),
            (Importance.MUST_NOT, _("Must not: where it holds, a lead is no MQL")),
        ],
        widget=forms.RadioSelect,
    )
    condition = ConditionField()
    ask_de = forms.CharField(
        label=_("Question in German"), max_length=200, required=False,
        help_text=_("What to ask next while the answer is unknown."),
    )  # fmt: skip
    ask_en = forms.CharField(label=_("Question in English"), max_length=200, required=False)

    @classmethod
    def values_of(cls, criterion: dict[str, Any]) -> dict[str, Any]:
        """The form's initial values for a stored criterion."""
        texts = {f"{name}_{code}": criterion[name][code] for name in ("label", "ask") for code in ("de", "en")}
        return {**texts, "must": criterion["must"], "condition": criterion["condition"]}

    def criterion(self) -> dict[str, Any]:
        """The stored form of what was entered. Only after `is_valid()`."""
        data = self.cleaned_data
        return {
            "label": {"de": data["label_de"], "en": data["label_en"]},
            "condition": to_json(data["condition"]),
            "must": data["must"],
            "ask": {"de": data["ask_de"], "en": data["ask_en"]},
        }


class NeededForm(forms.Form):
    """How many of the shoulds a lead needs."""

    should_needed = forms.IntegerField(label=_("How many of the shoulds are needed"), min_value=0, max_value=60)


class PublishForm(forms.Form):
    """What everybody will read beside the version."""

    note = forms.CharField(
        label=_("What changed and why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stands beside the version in its history."),
    )  # fmt: skip


class LabelsForm(forms.Form):
    """German and English label of every stage."""

    def __init__(self, *args: Any, rows: Iterable[StageLabel], **options: Any) -> None:
        super().__init__(*args, **options)
        known = {row.role: row for row in rows}
        roles = [*known, *(stage.value for stage in Stage if stage.value not in known)]
        self.stages = [Stage(role) for role in roles]
        for stage in self.stages:
            row = known.get(stage.value)
            for code, language in (("de", _("in German")), ("en", _("in English"))):
                initial = getattr(row, f"label_{code}") if row else str(stage.label)
                label = _("%(stage)s %(language)s") % {"stage": stage.label, "language": language}
                self.fields[f"{stage.value}_{code}"] = forms.CharField(label=label, max_length=60, initial=initial)

    def labels(self) -> Mapping[Stage, tuple[str, str]]:
        """(German, English) by stage, in the order of the form. Only after `is_valid()`."""
        data = self.cleaned_data
        return {stage: (data[f"{stage.value}_de"], data[f"{stage.value}_en"]) for stage in self.stages}
