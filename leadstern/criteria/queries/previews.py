"""What a condition means for the leads we have: its sentence, how many, and the first twenty.

Enters: a checked tree. Leaves: a `Preview` for the condition editor and the segment pages.
"""

from dataclasses import dataclass
from datetime import datetime

from leadstern.criteria.logic.checks import doubts
from leadstern.criteria.queries.filters import leads_matching
from leadstern.criteria.queries.sentences import sentence
from leadstern.criteria.terms import Tree
from leadstern.leads.models import Lead

MOST = 1000
EXAMPLES = 20


@dataclass(frozen=True)
class Preview:
    """`count` is exact up to 1,000; beyond that `is_capped` says "more than 1,000" and nobody waits for the rest.
    `leads` are the newest of them, at most twenty."""

    sentence: str
    count: int
    is_capped: bool
    leads: list[Lead]
    doubts: list[str]

    @property
    def is_part(self) -> bool:
        """Whether there are more than are shown."""
        return self.count > len(self.leads)


def preview(tree: Tree, *, language: str, now: datetime) -> Preview:
    """Two queries: a count that stops at 1,001, and the newest twenty with their companies."""
    matching = leads_matching(tree, now=now)
    found = matching.values("pk")[: MOST + 1].count()
    newest = matching.select_related("company").order_by("-captured_at", "-pk")[:EXAMPLES]
    return Preview(sentence(tree, language=language), min(found, MOST), found > MOST, list(newest), doubts(tree.root))
