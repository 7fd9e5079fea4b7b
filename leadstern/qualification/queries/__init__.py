"""Reading stages, judgements and definitions. Called by every stage behind and by the pages; nothing here writes."""

from leadstern.qualification.queries.account import Account, AccountLine, judgement
from leadstern.qualification.queries.definitions import (
    bar_of,
    criteria_facts,
    draft,
    published_definition,
    stored_bar,
    versions,
)
from leadstern.qualification.queries.preview import Preview, PreviewedLead, preview
from leadstern.qualification.queries.shown import (
    ShownDefinition,
    ShownVersion,
    shown_changes,
    shown_definition,
    shown_versions,
)
from leadstern.qualification.queries.stages import (
    current_stage,
    current_verdict,
    label_rows,
    stage_history,
    stage_labels,
    stage_role,
    stages,
)

__all__ = [
    "Account",
    "AccountLine",
    "Preview",
    "PreviewedLead",
    "ShownDefinition",
    "ShownVersion",
    "bar_of",
    "criteria_facts",
    "current_stage",
    "current_verdict",
    "draft",
    "judgement",
    "label_rows",
    "preview",
    "published_definition",
    "shown_changes",
    "shown_definition",
    "shown_versions",
    "stage_history",
    "stage_labels",
    "stage_role",
    "stages",
    "stored_bar",
    "versions",
]
