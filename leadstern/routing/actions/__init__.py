"""Writing owners, regions and members. Called by the worker (`take_verdicts`), by sales and by the pages."""

from leadstern.routing.actions.by_person import assign_lead, note_accepted
from leadstern.routing.actions.dealing import take_verdicts
from leadstern.routing.actions.regions import add_member, delete_region, remove_member, save_region, set_absence
from leadstern.routing.actions.restoring import restore_owner
from leadstern.routing.actions.storing import mark_taken, note_first_contact

__all__ = [
    "add_member",
    "assign_lead",
    "delete_region",
    "mark_taken",
    "note_accepted",
    "note_first_contact",
    "remove_member",
    "restore_owner",
    "save_region",
    "set_absence",
    "take_verdicts",
]
