"""A table is written by its own stage only; others read it, or ask its actions."""

import ast

import pytest

from tests.architecture.sources import trees
from tests.architecture.writers import Project


def test_no_stage_writes_the_tables_of_another() -> None:
    assert sorted(set(Project(trees("leadstern")).breaches())) == []


HEAD = """
from leadstern.leads.models import Lead, Identity
from leadstern.leads import queries
from leadstern.leads.queries import live_leads
from leadstern.core.db import claim
from leadstern.scoring.models import Score
"""


@pytest.mark.parametrize(
    "deed",
    [
        "Lead.objects.create(name='x')",
        "Lead.objects.filter(pk=1).order_by('id').update(name='x')",
        "Lead(name='x').save()",
        "Lead.objects.bulk_create([])",
        "lead.save()",
        "lead.delete()",
        "lead.identities.all().delete()",
        "lead.identities.create(value='x')",
        "lead.company.save()",
        "for one in Lead.objects.all():\n        one.save()",
        "one = Lead.objects.get(pk=1)\n    one.save(update_fields=['name'])",
        "one, _new = Lead.objects.get_or_create(pk=1)",
        "for one in claim(Lead.objects.filter(pk=1), limit=1):\n        one.delete()",
        "live_leads().update(name='x')",
        "queries.live_leads().delete()",
        "[score.lead.save() for score in Score.objects.all()]",
        "leads[0].save()",
        "rows.filter(pk=1).update(name='x')",
        "cursor.execute('UPDATE leads_lead SET name = 1')",
    ],
)
def test_a_write_from_elsewhere_is_found(deed: str) -> None:
    text = f"{HEAD}\ndef do(lead: Lead, leads: list[Lead], rows: 'QuerySet[Lead]') -> None:\n    {deed}\n"
    project = Project({**trees("leadstern"), "leadstern/scoring/planted.py": ast.parse(text)})
    found = project.breaches("leadstern/scoring/planted.py")
    assert found
    assert all("writes leads." in breach for breach in found)


@pytest.mark.parametrize(
    "deed",
    [
        "Score.objects.filter(lead=lead).update(is_changed=False)",
        "lead.scores.all().delete()",
        "Score(lead=lead).save()",
        "Lead.objects.filter(pk=1).first()",
        "{'a': 1}.update(b=2)",
    ],
)
def test_what_a_stage_may_do_is_not_reported(deed: str) -> None:
    text = f"{HEAD}\ndef do(lead: Lead) -> None:\n    {deed}\n"
    project = Project({**trees("leadstern"), "leadstern/scoring/planted.py": ast.parse(text)})
    assert project.breaches("leadstern/scoring/planted.py") == []
