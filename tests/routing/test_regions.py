"""Regions, their members and absences."""

import pytest

from leadstern.accounts.models import User
from leadstern.core.errors import Refused
from leadstern.routing.actions import (
    add_member,
    delete_region,
    save_region,
    set_absence,
    take_verdicts,
)
from leadstern.routing.models import Member, Region
from leadstern.routing.queries import owner_of
from leadstern.routing.terms import RegionRole
from tests.conftest import NOW
from tests.routing.make import make_region, ready_lead


def test_save_region_allows_one_fallback_per_role(doris: User) -> None:
    save_region(Region(name="Übrige", is_fallback=True), by=doris, now=NOW)
    save_region(Region(name="Übrige", is_fallback=True, role=RegionRole.FIELD_SALES), by=doris, now=NOW)

    with pytest.raises(Refused):
        save_region(Region(name="Andere", is_fallback=True), by=doris, now=NOW)
    with pytest.raises(Refused):
        save_region(Region(name="Übrige"), by=doris, now=NOW)


def test_delete_region_leaves_the_owners(ben: User, doris: User) -> None:
    region = make_region("Köln/Bonn", ben)
    lead = ready_lead()
    take_verdicts(now=NOW, limit=100)

    delete_region(region, by=doris, now=NOW)

    assert owner_of(lead.pk) == ben
    assert not Member.objects.exists()


def test_members_are_added_once_and_absent_everywhere(ben: User, doris: User) -> None:
    regions = [make_region(name) for name in ("Köln/Bonn", "Aachen")]
    for region in [*regions, *regions]:
        add_member(region, user=ben, by=doris, now=NOW)

    set_absence(ben, is_absent=True, by=doris, now=NOW)

    assert Member.objects.filter(is_absent=True).count() == 2 == Member.objects.count()
