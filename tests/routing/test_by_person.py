"""People decide who looks after a lead."""

from datetime import timedelta

import pytest

from leadstern.accounts.models import User
from leadstern.accounts.terms import Role
from leadstern.audit.models import Entry
from leadstern.core.errors import Refused
from leadstern.routing.actions import (
    assign_lead,
    note_first_contact,
    take_verdicts,
)
from leadstern.routing.models import Assignment
from leadstern.routing.queries import reason_sentence
from tests.conftest import NOW, make_user
from tests.routing.make import make_lead, make_region, ready_lead


def test_assign_lead_ends_the_old_assignment_and_keeps_the_first_contact(ben: User, doris: User) -> None:
    make_region("Köln/Bonn", ben)
    birgit = make_user("Birgit", Role.INSIDE_SALES)
    lead = ready_lead()
    take_verdicts(now=NOW, limit=100)
    note_first_contact(lead.pk, at=NOW + timedelta(minutes=5))

    assign_lead(lead, owner=birgit, by=doris, reason="spricht Türkisch", now=NOW + timedelta(hours=1))

    old, new = Assignment.objects.order_by("id")
    assert old.ended_at == NOW + timedelta(hours=1)
    assert (new.owner, new.assigned_by, new.met_at) == (birgit, doris, NOW + timedelta(minutes=5))
    assert reason_sentence(new) == "Zugeteilt von Doris: spricht Türkisch"
    assert Entry.objects.filter(verb="lead.assigned", actor=doris).count() == 1


@pytest.mark.parametrize("words", ["", "   "])
def test_assign_lead_wants_a_reason(ben: User, doris: User, words: str) -> None:
    with pytest.raises(Refused):
        assign_lead(make_lead(), owner=ben, by=doris, reason=words, now=NOW)
    assert not Assignment.objects.exists()


def test_assign_lead_refuses_people_without_a_queue(anna: User, doris: User) -> None:
    with pytest.raises(Refused, match="Anna"):
        assign_lead(make_lead(), owner=anna, by=doris, reason="Test", now=NOW)


def test_assign_lead_refuses_the_owner_there_is(ben: User, doris: User) -> None:
    lead = make_lead()
    assign_lead(lead, owner=ben, by=doris, reason="Messe", now=NOW)

    with pytest.raises(Refused, match="Ben"):
        assign_lead(lead, owner=ben, by=doris, reason="nochmals", now=NOW)


def test_note_first_contact_counts_only_the_first(ben: User, doris: User) -> None:
    lead = make_lead()
    assign_lead(lead, owner=ben, by=doris, reason="Messe", now=NOW)

    note_first_contact(lead.pk, at=NOW)
    note_first_contact(lead.pk, at=NOW + timedelta(hours=1))

    assert Assignment.objects.get().met_at == NOW
