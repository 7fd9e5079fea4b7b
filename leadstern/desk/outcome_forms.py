"""The empty forms of everything that can come of a call, and the times they propose.

Enters: what is known of the lead. Leaves: the forms by name, for "Today"; `outcomes.py` reads what was entered.
"""

import secrets
from datetime import datetime, timedelta

from django.forms import BaseForm

from leadstern.core.calendar import business_calendar
from leadstern.leads.models import Lead
from leadstern.sales import forms
from leadstern.sales.logic import next_attempts
from leadstern.sales.queries import Guide, attempts_since_reached
from leadstern.sales.terms import MOST_ATTEMPTS, RecycleReason


def outcome_forms(lead: Lead, known: Guide, attempts: int, *, now: datetime) -> dict[str, BaseForm]:
    """By the names of the outcomes. `attempts`: how often nobody answered since somebody last did."""
    proposals = _proposals(attempts, now=now)
    reason = RecycleReason.NOT_REACHED if attempts >= MOST_ATTEMPTS else ""
    later = (now + timedelta(days=90)).date()
    key = secrets.token_hex
    return {
        "reached": forms.ReachedForm(auto_id="reached_%s", initial={"key": key(16)}),
        "not_reached": forms.NotReachedForm(auto_id="not_reached_%s", proposals=proposals, initial={"key": key(16)}),
        "later": forms.SnoozeForm(auto_id="later_%s", initial={"until": proposals[0]}),
        "answers": forms.AnswersForm(auto_id="answers_%s", guide=known, initial={"said_by": str(lead)}),
        "recycle": forms.RecycleForm(auto_id="recycle_%s", initial={"reason": reason, "return_at": later}),
        "disqualify": forms.DisqualifyForm(auto_id="disqualify_%s"),
        "return": forms.RejectForm(auto_id="return_%s"),
    }


def next_proposals(lead_id: int, *, now: datetime) -> list[datetime]:
    """When to try again if nobody answers now."""
    return _proposals(attempts_since_reached(lead_id), now=now)


def _proposals(attempts: int, *, now: datetime) -> list[datetime]:
    return next_attempts(attempts + 1, now=now, calendar=business_calendar())
