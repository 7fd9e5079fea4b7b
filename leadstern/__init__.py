"""Leadstern: lead management from visitor to customer."""

__version__ = "0.1.0"
