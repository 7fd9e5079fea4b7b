"""Erases a person from every stage (GDPR Art. 17). Called by the privacy pages."""

from datetime import datetime

from django.db import IntegrityError, OperationalError
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.core.db import write
from leadstern.core.errors import Refused
from leadstern.core.registry import personal_data
from leadstern.leads.models import Lead
from leadstern.privacy.subject import subject_of

ATTEMPTS = 5


def erase_person(lead: Lead, *, by: User, now: datetime) -> None:
    """In path order, all in one transaction: a crash leaves everything or nothing erased.

    The lead is locked first, then collected what belongs to the person, then erased: who writes about the lead at the
    same time comes before (and is erased, too) or after, and then is refused or makes a new lead. Where the worker
    holds a row and waits for the lead, PostgreSQL ends one of the two, which is repeated.

    Counts stay right: the lead's row remains without anything that points to a person. Addresses that were blocked for
    advertising stay blocked (Art. 21 outlives erasure). Raises Refused for somebody who is erased already.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _erase(lead, by=by, now=now)
        except (IntegrityError, OperationalError):
            if attempt == ATTEMPTS:
                raise
        else:
            break


def _erase(lead: Lead, *, by: User, now: datetime) -> None:
    with write():
        living = Lead.objects.select_for_update().filter(pk=lead.pk, erased_at__isnull=True)
        if not living.values_list("pk", flat=True):
            raise Refused(_("This person has been erased already."))
        subject = subject_of(lead.pk)
        for offer in personal_data:
            offer.erase(subject, now)
        record("person.erased", lead, by=by, now=now)
