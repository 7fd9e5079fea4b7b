"""On the way to the MQL: what the definition says of one lead, criterion by criterion, with what to ask next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from leadstern.criteria.queries import sentence
from leadstern.qualification.models import Judgement
from leadstern.qualification.queries.definitions import stored_bar
from leadstern.qualification.terms import Finding, Importance


@dataclass(frozen=True)
class AccountLine:
    """One criterion: its name, its condition as a sentence, what it says, the value found, and what to ask when
    unknown."""

    key: str
    label: str
    sentence: str
    importance: Importance
    finding: Finding
    value: Any
    ask: str


@dataclass(frozen=True)
class Account:
    """The newest judgement of a lead. `version`: the number of the definition that judged."""

    result: Finding
    lines: tuple[AccountLine, ...]
    should_needed: int
    version: int
    judged_at: datetime
    recheck_at: datetime | None

    def open_questions(self) -> tuple[str, ...]:
        """What to ask next."""
        return tuple(line.ask for line in self.lines if line.finding is Finding.UNKNOWN and line.ask)


def judgement(lead_id: int) -> Account | None:
    """The account of one lead, in the language of the person; None when no definition has judged it yet. One query."""
    row = Judgement.objects.filter(lead_id=lead_id).select_related("definition").first()
    if row is None:
        return None
    bar = stored_bar(row.definition.content)
    found = {one["criterion"]: one for one in row.findings}
    language = "de" if (get_language() or "de").startswith("de") else "en"
    lines = tuple(
        AccountLine(
            key=criterion.key,
            label=criterion.label[language],
            sentence=sentence(criterion.condition, language=language),
            importance=criterion.importance,
            finding=Finding(found[criterion.key]["finding"]),
            value=found[criterion.key]["value"],
            ask=criterion.ask[language],
        )
        for criterion in bar.criteria
        if criterion.key in found
    )
    return Account(Finding(row.result), lines, bar.should_needed, row.definition.number, row.judged_at, row.recheck_at)
