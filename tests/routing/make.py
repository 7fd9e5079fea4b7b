"""Leads, regions and members for the tests of routing and of the stages behind."""

from datetime import datetime
from typing import Any

from leadstern.accounts.models import User
from leadstern.leads.models import Company, Identity, Lead
from leadstern.leads.terms import IdentityKind
from leadstern.qualification.actions import move_lead
from leadstern.qualification.terms import Cause, Stage
from leadstern.routing.models import Member, Region
from leadstern.routing.terms import RegionRole
from tests.conftest import NOW

COLOGNE = {"country": "DE", "postcode": "50667", "city": "Köln"}


def make_lead(
    name: str = "Kim Muster", *, at: datetime = NOW, phone: str = "", external: str = "", **details: Any
) -> Lead:
    """A lead in Cologne unless said otherwise."""
    first, _space, last = name.partition(" ")
    values = COLOGNE | {"first_name": first, "last_name": last, "captured_at": at, "created_at": at} | details
    lead = Lead.objects.create(**values)
    for kind, value in ((IdentityKind.PHONE, phone), (IdentityKind.EXTERNAL, external)):
        if value:
            Identity.objects.create(lead=lead, kind=kind, value=value, shown=value, created_at=at)
    return lead


def make_company(name: str = "Muster Bau GmbH") -> Company:
    return Company.objects.create(name=name, name_key=name.lower(), created_at=NOW)


def ready_lead(name: str = "Kim Muster", *, stage: Stage = Stage.MARKETING_QUALIFIED, **details: Any) -> Lead:
    """A lead that has just been moved to `stage`, waiting for routing."""
    lead = make_lead(name, **details)
    move_lead(lead, stage=stage, cause=Cause.IMPORTED, now=NOW)
    lead.verdicts.update(cause=Cause.DEFINITION)
    return lead


def make_region(name: str = "Köln/Bonn", *users: User, **values: Any) -> Region:
    """A region of inside sales around Cologne unless said otherwise; the users are members in this order."""
    defaults = {"country": "DE", "ranges": [["50", "53"]], "role": RegionRole.INSIDE_SALES}
    region = Region.objects.create(name=name, **(defaults | values))
    Member.objects.bulk_create(Member(region=region, user=user) for user in users)
    return region
