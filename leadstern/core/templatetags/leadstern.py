"""Template filters and tags that every page may use. Registered as builtins: nothing needs `{% load %}`."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.forms import BaseForm, BoundField

from leadstern.core import formats

register = template.Library()

register.filter("moment", formats.moment)
register.filter("day", formats.day)
register.filter("ago", formats.ago)
register.filter("money", formats.money)
register.filter("decimal", formats.decimal)
register.filter("number", formats.number)
register.filter("percent", formats.percent)
register.filter("phone", formats.phone)


@dataclass(frozen=True)
class Mistake:
    """One sentence of the error summary; `label` and `anchor` (an id) are of the field it is about, or empty."""

    text: str
    label: Any = ""
    anchor: str = ""


@register.simple_tag
def error_summary(form: BaseForm) -> list[Mistake]:
    """The mistakes of a bound form, once per form: a page that places the summary itself does not get it twice.

    Field order, then what concerns the whole form.
    """
    if not form.is_bound or getattr(form, "has_shown_summary", False):
        return []
    form.has_shown_summary = True  # type: ignore[attr-defined]
    fields = [
        Mistake(str(text)) if bound.is_hidden else Mistake(str(text), bound.label, _anchor(bound))
        for bound in form
        for text in bound.errors
    ]
    return [Mistake(str(text)) for text in form.non_field_errors()] + fields


def _anchor(bound: BoundField) -> str:
    """The first thing of the field that can take the focus: a group of choices has an id per choice."""
    return f"{bound.auto_id}_0" if bound.use_fieldset else bound.id_for_label or str(bound.auto_id)


@register.filter
def level(message: Any) -> str:
    """The `notice` class of a message of django.contrib.messages."""
    return {"success": "good", "warning": "warning", "error": "error"}.get(message.level_tag, "")
