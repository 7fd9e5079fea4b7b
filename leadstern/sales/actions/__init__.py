"""Writing calls, answers, tasks, opportunities and outcomes. Called by the worker, the desk, imports."""

from leadstern.sales.actions.calls import record_answers, record_call
from leadstern.sales.actions.correcting import take_back
from leadstern.sales.actions.importing import ImportResult, import_outcomes
from leadstern.sales.actions.qualifying import disqualify_lead, qualify_lead, recycle_lead
from leadstern.sales.actions.selling import (
    accept_lead,
    change_opportunity,
    lose_opportunity,
    reject_lead,
    win_opportunity,
)
from leadstern.sales.actions.tasks import snooze_task, take_assignments, take_verdicts

__all__ = [
    "ImportResult",
    "accept_lead",
    "change_opportunity",
    "disqualify_lead",
    "import_outcomes",
    "lose_opportunity",
    "qualify_lead",
    "record_answers",
    "record_call",
    "recycle_lead",
    "reject_lead",
    "snooze_task",
    "take_assignments",
    "take_back",
    "take_verdicts",
    "win_opportunity",
]
