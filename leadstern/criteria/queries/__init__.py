"""Conditions against the database: which leads meet one, what is known of leads, and what a condition says in words.

Enters: checked trees. Leaves: querysets, plain facts, sentences. Called by scoring, qualification, nurture and routing.
"""

from leadstern.criteria.queries.filters import fact_rows, facts_of, leads_matching
from leadstern.criteria.queries.previews import Preview, preview
from leadstern.criteria.queries.sentences import sentence

__all__ = ["Preview", "fact_rows", "facts_of", "leads_matching", "preview", "sentence"]
