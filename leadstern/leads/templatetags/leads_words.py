"""Filters for pages that show leads: `{% load leads_words %}`."""

from django import template

from leadstern.leads.terms import source_words

register = template.Library()
register.filter("source_words", source_words)
