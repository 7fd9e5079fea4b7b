"""The editor's forms: one rule, and the thresholds. They give the raw values that `logic.content` checks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leadstern.criteria.forms import ConditionField
from leadstern.criteria.logic import to_json
from leadstern.leads.terms import ActivityKind
from leadstern.scoring.logic.content import LONGEST_HALF_LIFE, MOST_POINTS, SHORTEST_HALF_LIFE

GIVES = {"prefix": _("begins with"), "exact": _("is exactly")}


class RuleForm(forms.Form):
    """What both kinds of rules have."""

    label_de = forms.CharField(label=_("Name in German"), max_length=120)
    label_en = forms.CharField(label=_("Name in English"), max_length=120)
    points = forms.FloatField(
        label=_("Points"), min_value=-MOST_POINTS, max_value=MOST_POINTS, help_text=_("Negative points are deducted.")
    )

    @classmethod
    def values_of(cls, rule: dict[str, Any]) -> dict[str, Any]:
        """The form's initial values for a stored rule."""
        return {"label_de": rule["label"]["de"], "label_en": rule["label"]["en"], "points": rule["points"]}

    def rule(self) -> dict[str, Any]:
        """The stored form of what was entered. Only after `is_valid()`."""
        data = self.cleaned_data
        return {"label": {"de": data["label_de"], "en": data["label_en"]}, "points": data["points"]}


class FitForm(RuleForm):
    """Points for what a lead is."""

    condition = ConditionField()

    @classmethod
    def values_of(cls, rule: dict[str, Any]) -> dict[str, Any]:
        return {**super().values_of(rule), "condition": rule["condition"]}

    def rule(self) -> dict[str, Any]:
        return {**super().rule(), "condition": to_json(self.cleaned_data["condition"])}


class ActivityForm(RuleForm):
    """Points for what a lead does."""

    kind = forms.MultipleChoiceField(
        label=_("Which activities count"), choices=ActivityKind.choices, widget=forms.CheckboxSelectMultiple
    )
    how = forms.ChoiceField(
        label=_("Content"), choices=[("", _("any content")), *GIVES.items()], required=False,
        help_text=_("A page by its address (/preise), a form by its key, a document by its title."),
    )  # fmt: skip
    content = forms.CharField(label=_("Compared with"), max_length=500, required=False)
    half_life_days = forms.FloatField(
        label=_("Half-life in days"), required=False, min_value=SHORTEST_HALF_LIFE, max_value=LONGEST_HALF_LIFE,
        help_text=_("After this time half of the points are left. Empty: they never fade."),
    )  # fmt: skip
    cap = forms.FloatField(
        label=_("Cap"), required=False, min_value=0.01, max_value=1_000_000,
        help_text=_("More than this the rule never gives. Empty: no limit."),
    )  # fmt: skip

    @classmethod
    def values_of(cls, rule: dict[str, Any]) -> dict[str, Any]:
        how, text = next(iter((rule["content"] or {"": ""}).items()))
        kinds = [rule["kind"]] if isinstance(rule["kind"], str) else rule["kind"]
        shown = {
            "kind": kinds,
            "how": how,
            "content": text,
            "half_life_days": rule["half_life_days"],
            "cap": rule["cap"],
        }
        return {**super().values_of(rule), **shown}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("how")) != bool(cleaned.get("content")):
            self.add_error("content", _("Say how the content is compared and with what, or leave both empty."))
        return cleaned

    def rule(self) -> dict[str, Any]:
        data = self.cleaned_data
        content = {data["how"]: data["content"]} if data["how"] else None
        lasting = {"half_life_days": data["half_life_days"], "cap": data["cap"]}
        return {**super().rule(), "kind": data["kind"], "content": content, **lasting}


class ThresholdForm(forms.Form):
    """From how many points a lead is warm, hot, A to C, 1 to 3."""

    warm = forms.FloatField(label=_("Warm from (activity points)"), min_value=0.01)
    hot = forms.FloatField(label=_("Hot from (activity points)"), min_value=0.01)
    fit_a = forms.FloatField(label=_("A from (fit points)"))
    fit_b = forms.FloatField(label=_("B from (fit points)"))
    fit_c = forms.FloatField(label=_("C from (fit points)"))
    activity_1 = forms.FloatField(label=_("1 from (activity points)"))
    activity_2 = forms.FloatField(label=_("2 from (activity points)"))
    activity_3 = forms.FloatField(label=_("3 from (activity points)"))

    @classmethod
    def values_of(cls, content: dict[str, Any]) -> dict[str, Any]:
        fit, activity = content["grades"]["fit"], content["grades"]["activity"]
        letters = dict(zip(("fit_a", "fit_b", "fit_c"), fit, strict=True))
        numbers = dict(zip(("activity_1", "activity_2", "activity_3"), activity, strict=True))
        return {**content["temperature"], **letters, **numbers}

    def thresholds(self) -> dict[str, Any]:
        """The part of a model's content that this form edits."""
        data = self.cleaned_data
        fit = [data[f"fit_{letter}"] for letter in "abc"]
        activity = [data[f"activity_{number}"] for number in "123"]
        return {
            "temperature": {"warm": data["warm"], "hot": data["hot"]},
            "grades": {"fit": fit, "activity": activity},
        }
