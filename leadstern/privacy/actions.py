"""Erases a person from every stage (GDPR Art. 17). Called by the privacy pages."""

from datetime import datetime

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.core.db import write
from leadstern.core.registry import personal_data
from leadstern.leads.models import Lead


def erase_person(lead: Lead, *, by: User, now: datetime) -> None:
    """Later stages first, all in one transaction: a crash leaves everything or nothing erased.

    Counts stay right: the lead's row remains without anything that points to a person. Addresses that were blocked for
    advertising stay blocked (Art. 21 outlives erasure).
    """
    with write():
        for offer in reversed(list(personal_data)):
            offer.erase(lead.pk)
        record("person.erased", lead, by=by, now=now)
