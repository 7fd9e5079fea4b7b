"""Writing scores and score models. Called by the worker (`score_changed`), qualification (`take_changed`) and the
editor."""

from leadstern.scoring.actions.default_model import ensure_default_model
from leadstern.scoring.actions.models import discard_draft, edit_draft, publish_version, save_draft, start_draft
from leadstern.scoring.actions.scores import erase_scores, mark_all_changed, score_changed, take_changed

__all__ = [
    "discard_draft",
    "edit_draft",
    "ensure_default_model",
    "erase_scores",
    "mark_all_changed",
    "publish_version",
    "save_draft",
    "score_changed",
    "start_draft",
    "take_changed",
]
