"""Writing verdicts, judgements and definitions. Called by the worker, by sales (`move_lead`, `correct_verdict`) and by
the editor."""

from leadstern.qualification.actions.correcting import correct_verdict
from leadstern.qualification.actions.definitions import (
    discard_draft,
    edit_draft,
    ensure_default_definition,
    publish_definition,
    save_draft,
    start_draft,
)
from leadstern.qualification.actions.hand_overs import HandedOver, take_hand_overs
from leadstern.qualification.actions.judging import judge_changed, recheck_due, return_due
from leadstern.qualification.actions.labels import ensure_default_labels, save_labels
from leadstern.qualification.actions.moving import erase_stages, move_lead

__all__ = [
    "HandedOver",
    "correct_verdict",
    "discard_draft",
    "edit_draft",
    "ensure_default_definition",
    "ensure_default_labels",
    "erase_stages",
    "judge_changed",
    "move_lead",
    "publish_definition",
    "recheck_due",
    "return_due",
    "save_draft",
    "save_labels",
    "start_draft",
    "take_hand_overs",
]
