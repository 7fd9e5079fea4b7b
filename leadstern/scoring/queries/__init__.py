"""Reading scores: points of this second with their reasons, the hottest leads, facts for conditions, previews.

Called by every stage behind; nothing here writes.
"""

from leadstern.scoring.queries.hottest import hottest
from leadstern.scoring.queries.model import draft, fit_facts, published_version, rules_of, stored_rules
from leadstern.scoring.queries.points import (
    ExplainedLine,
    Explanation,
    Fading,
    Points,
    explain,
    fading,
    points,
    with_negative_lines,
)
from leadstern.scoring.queries.preview import Distribution, Move, Preview, distribution, preview
from leadstern.scoring.queries.shown import ShownModel, ShownRule, shown_model

__all__ = [
    "Distribution",
    "ExplainedLine",
    "Explanation",
    "Fading",
    "Move",
    "Points",
    "Preview",
    "ShownModel",
    "ShownRule",
    "distribution",
    "draft",
    "explain",
    "fading",
    "fit_facts",
    "hottest",
    "points",
    "preview",
    "published_version",
    "rules_of",
    "shown_model",
    "stored_rules",
    "with_negative_lines",
]
