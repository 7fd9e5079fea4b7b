"""The condition language without a database: text <-> tree <-> JSON, and the answer for facts already at hand.

Enters: text or JSON of a person or a table. Leaves: `Tree`s and answers. Called by every stage that
decides by conditions.
"""

from leadstern.criteria.logic.canonical import read, to_json
from leadstern.criteria.logic.matching import fact_keys, matches
from leadstern.criteria.logic.text import parse, to_text

__all__ = ["fact_keys", "matches", "parse", "read", "to_json", "to_text"]
