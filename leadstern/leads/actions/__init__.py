"""All writing of this stage: arrivals and visits become leads, people correct them, stages tell what happened."""

from leadstern.leads.actions.activities import add_activities, add_activity, mark_changed, take_changed
from leadstern.leads.actions.details import (
    add_contact_point,
    change_lead,
    correct_contact_point,
    remove_contact_point,
    set_health,
)
from leadstern.leads.actions.erasing import erase_lead
from leadstern.leads.actions.locks import claim_with_leads, lock_leads
from leadstern.leads.actions.spend import delete_spend, record_spend
from leadstern.leads.actions.submissions import take_submissions
from leadstern.leads.actions.visits import take_downloads, take_hits

__all__ = [
    "add_activities",
    "add_activity",
    "add_contact_point",
    "change_lead",
    "claim_with_leads",
    "correct_contact_point",
    "delete_spend",
    "erase_lead",
    "lock_leads",
    "mark_changed",
    "record_spend",
    "remove_contact_point",
    "set_health",
    "take_changed",
    "take_downloads",
    "take_hits",
    "take_submissions",
]
