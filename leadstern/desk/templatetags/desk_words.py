"""Filters for the pages of this stage: `{% load desk_words %}`."""

from django import template

from leadstern.reports.pages.parts import source_label

register = template.Library()


@register.filter
def source_name(source: str | None) -> str:
    """The name of a channel, else the source as recorded; empty when there is none, so that `default` can follow."""
    return source_label(source) if source else ""
