"""The one condition editor as a form field, and the form of a segment.

How another stage includes the editor: give its form a `ConditionField` (initial: the stored JSON; cleaned: a `Tree`,
saved with `logic.to_json`) and render the field as any other. The widget brings the text area, the live sentence, the
count, twenty leads (answered by `criteria:condition`, without JavaScript in a new tab) and the list of details.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from leadstern.core.registry import FactKind, facts
from leadstern.criteria.logic import parse, read, to_text
from leadstern.criteria.models import Segment
from leadstern.criteria.terms import MAX_TEXT, Tree, WrongCondition

SHOWN_CHOICES = 12
_KINDS = {
    FactKind.TEXT: _("Text"),
    FactKind.NUMBER: _("Number"),
    FactKind.BOOLEAN: _("Yes or no"),
    FactKind.MOMENT: _("Point in time"),
    FactKind.CHOICE: _("Choice"),
}


class ConditionInput(forms.Textarea):
    """The text area with everything around it."""

    template_name = "criteria/editor.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["details"] = [
            {
                "key": fact.key,
                "label": fact.label,
                "kind": _KINDS[fact.kind],
                "choices": list(fact.choices() if fact.choices else [])[:SHOWN_CHOICES],
            }
            for fact in facts
        ]
        return context


class ConditionField(forms.CharField):
    """Text in, `Tree` out. `initial` may be the stored JSON, a `Tree` or text."""

    widget = ConditionInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Condition"))
        super().__init__(max_length=MAX_TEXT, **options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return shown_text(value)
        return to_text(value) if isinstance(value, Tree) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse(text)
        except WrongCondition as error:
            raise ValidationError(str(error), code="condition") from None


def shown_text(stored: dict[str, Any]) -> str:
    """The text of a stored condition; empty when it asks for something that no stage offers any more."""
    try:
        return to_text(read(stored))
    except WrongCondition:
        return ""


class SegmentForm(forms.Form):
    """Name and condition of a segment."""

    name = forms.CharField(label=_("Name"), max_length=80)
    condition = ConditionField()

    @classmethod
    def of(cls, segment: Segment | None, data: Any = None) -> "SegmentForm":
        initial = {"name": segment.name, "condition": segment.condition} if segment else {}
        return cls(data, initial=initial)
