"""What a definition says of real leads: how many it qualifies, and whom just so and just not."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadstern.criteria.queries import facts_of
from leadstern.leads.queries import live_leads
from leadstern.qualification.logic.content import Bar
from leadstern.qualification.logic.judging import Judge, Judged, missing_musts
from leadstern.qualification.terms import Finding
from leadstern.scoring.terms import Temperature

SAMPLE = 500
SHOWN = 20
INACTIVE = {"score.activity": 0.0, "score.temperature": Temperature.COLD.value}
"""What is known of somebody who does nothing."""


@dataclass(frozen=True)
class PreviewedLead:
    """A lead beside the bar. `missing`: the name of the one criterion that keeps it below; empty above."""

    lead: Any
    activity: float
    missing: str = ""


@dataclass(frozen=True)
class Preview:
    """Over the newest `of` leads with a score. `above`: met, those with the fewest activity points first, and without
    those who would be without any. `below`: exactly one must is missing, those with the most first."""

    of: int
    met: int
    not_met: int
    unknown: int
    above: tuple[PreviewedLead, ...]
    below: tuple[PreviewedLead, ...]


def preview(bar: Bar, *, language: str, now: datetime) -> Preview:
    """Judges the newest 500 leads by `bar`, whatever stage they are in. Two queries."""
    leads = live_leads().select_related("company").order_by("-captured_at", "-id")[:SAMPLE]
    known = {lead.pk: lead for lead in leads}
    facts = facts_of(list(known), keys=bar.fact_keys() | {"score.activity"}, now=now)
    scored = {lead_id: one for lead_id, one in facts.items() if one["score.activity"] is not None}
    judge = Judge(bar).judge
    judged = {lead_id: judge(one) for lead_id, one in scored.items()}
    count = Counter(one.result for one in judged.values())
    asks_for_points = not bar.fact_keys().isdisjoint(INACTIVE)
    labels = {criterion.key: criterion.label[language] for criterion in bar.criteria}

    def shown(lead_id: int, missing: str = "") -> PreviewedLead:
        return PreviewedLead(known[lead_id], scored[lead_id]["score.activity"], labels.get(missing, ""))

    def near(lead_id: int) -> bool:
        """Whether the points decide: somebody who is known in person is over the bar, but not just so."""
        return not asks_for_points or judge(scored[lead_id] | INACTIVE).result is not Finding.MET

    above = [shown(lead_id) for lead_id, one in judged.items() if one.result is Finding.MET and near(lead_id)]
    below = [shown(lead_id, key) for lead_id, one in judged.items() if (key := _only_missing(bar, one))]
    return Preview(
        of=len(judged),
        met=count[Finding.MET],
        not_met=count[Finding.NOT_MET],
        unknown=count[Finding.UNKNOWN],
        above=tuple(sorted(above, key=lambda one: one.activity)[:SHOWN]),
        below=tuple(sorted(below, key=lambda one: -one.activity)[:SHOWN]),
    )


def _only_missing(bar: Bar, judged: Judged) -> str:
    missing = missing_musts(bar, judged)
    return missing[0] if len(missing) == 1 else ""
