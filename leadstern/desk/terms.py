"""What the combined pages show, as plain values. Filled by `desk.queries`, read by templates."""

from dataclasses import dataclass, field
from typing import Any

from leadstern.accounts.models import User
from leadstern.criteria.terms import Tree
from leadstern.leads.models import Lead


@dataclass(frozen=True)
class LeadRow:
    """One line of the lead list: a lead and what the later stages say of it."""

    lead: Lead
    stage: str
    stage_label: str
    owner: User | None
    points: Any

    @property
    def id(self) -> int:
        return self.lead.pk


@dataclass(frozen=True)
class LeadFilter:
    """What the address asks for. Every value is checked against known ones before it reaches a query.

    `owner`: an id, "me" or "none"; `task`: "open" or "late"; `agreement`: a key of `desk.agreement`. `condition` is the
    text or `segment` the id that `tree` comes from.
    """

    words: str = ""
    stage: str = ""
    owner: str = ""
    source: str = ""
    task: str = ""
    agreement: str = ""
    segment: str = ""
    condition: str = ""
    order: str = "new"
    tree: Tree | None = field(default=None, repr=False)
