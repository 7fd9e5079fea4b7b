"""All writing of nurturing: who enters, what is sent, who leaves, and the editing of sequences."""

from leadstern.nurture.actions.editing import (
    activate_sequence,
    create_sequence,
    deactivate_sequence,
    ensure_default_sequence,
    move_step,
    publish_version,
    remove_step,
    save_sequence,
    save_step,
)
from leadstern.nurture.actions.enrolling import enrol_consented, take_verdicts
from leadstern.nurture.actions.leaving import (
    resume_enrollment,
    stop_enrollment,
    take_bounces,
    unsubscribe,
)
from leadstern.nurture.actions.sending import run_due, take_sent

__all__ = [
    "activate_sequence",
    "create_sequence",
    "deactivate_sequence",
    "enrol_consented",
    "ensure_default_sequence",
    "move_step",
    "publish_version",
    "remove_step",
    "resume_enrollment",
    "run_due",
    "save_sequence",
    "save_step",
    "stop_enrollment",
    "take_bounces",
    "take_sent",
    "take_verdicts",
    "unsubscribe",
]
