"""What every company starts with: texts, a score model, names of the stages, a definition, a sequence.

Called by `leadstern prepare`. Everything here can be changed or removed by people later; what exists is
never touched again.
"""

from datetime import datetime

from leadstern.consent.actions import ensure_default_wordings
from leadstern.nurture.actions import ensure_default_sequence
from leadstern.qualification.actions import ensure_default_definition, ensure_default_labels
from leadstern.scoring.actions import ensure_default_model


def ensure_defaults(*, now: datetime) -> None:
    """Adds what is missing. Repeating it changes nothing."""
    ensure_default_wordings(now=now)
    ensure_default_model(now=now)
    ensure_default_labels()
    ensure_default_definition(now=now)
    ensure_default_sequence(now=now)
