"""Erasing one person: former addresses, shared ones, companies, and who writes about the lead at the same time."""

from collections.abc import Callable
from datetime import datetime

import pytest

from leadstern.accounts.models import User
from leadstern.capture.models import Submission
from leadstern.consent.actions import request_consent
from leadstern.consent.models import LedgerEntry
from leadstern.core.errors import Refused
from leadstern.journey.actions import walk_until_done
from leadstern.leads.actions import add_activities, add_activity, add_contact_point, correct_contact_point
from leadstern.leads.models import Activity, Company, Identity, Lead
from leadstern.leads.terms import ActivityKind, IdentityKind, NewActivity
from leadstern.nurture.models import Enrollment, SequenceVersion, StepRun
from leadstern.outbox.actions import queue_mail
from leadstern.outbox.models import Delivery
from leadstern.privacy.actions import erase_person
from leadstern.privacy.subject import subject_of
from leadstern.qualification.actions import move_lead
from leadstern.qualification.models import HandOver, Verdict
from leadstern.qualification.terms import Cause, Stage
from leadstern.routing.actions import assign_lead
from leadstern.routing.models import Assignment
from leadstern.sales.actions import record_call
from leadstern.sales.models import CallRecord, Task
from leadstern.sales.terms import CallResult
from tests.journey.make import company
from tests.leads.make import lead as make_lead
from tests.leads.make import submission

pytestmark = pytest.mark.django_db
OLD, NEW = "alt@muster.example", "neu@muster.example"


@pytest.fixture
def moved(now: datetime, anna: User, ben: User, carla: User) -> Lead:
    """A person whose address was corrected."""
    company(inside=ben, field=carla, by=anna)
    lead = make_lead(email=OLD, phone="+492215550100", last_name="Muster")
    correct_contact_point(Identity.objects.get(lead=lead, value=OLD), value=NEW, by=anna, now=now)
    return lead


def _wrote(now: datetime, *addresses: str) -> None:
    for address in addresses:
        queue_mail(key=address, recipient=address, subject="Hallo", text="Kim", now=now)
        request_consent(channel="email", address=address, purpose="marketing", wording=None, evidence={}, now=now)


def test_mails_and_requests_to_a_former_address_go_too(moved: Lead, emil: User, now: datetime) -> None:
    _wrote(now, OLD, NEW, "andere@muster.example")
    erase_person(moved, by=emil, now=now)
    assert list(Delivery.objects.values_list("recipient", flat=True)) == ["andere@muster.example"]
    assert list(LedgerEntry.objects.values_list("address", flat=True)) == ["andere@muster.example"]


def test_an_address_that_belongs_to_somebody_else_by_now_is_left_alone(moved: Lead, emil: User, now: datetime) -> None:
    heir = make_lead(email=OLD)
    _wrote(now, OLD, NEW)
    parked = submission(email=OLD, message="vom Erben")
    Submission.objects.filter(pk=parked.pk).update(state="parked")
    erase_person(moved, by=emil, now=now)
    assert list(Delivery.objects.values_list("recipient", flat=True)) == [OLD]
    assert list(LedgerEntry.objects.values_list("address", flat=True)) == [OLD]
    assert Submission.objects.get(pk=parked.pk).details["message"] == "vom Erben"
    heir.refresh_from_db()
    assert heir.erased_at is None
    assert Identity.objects.get(lead=heir).value == OLD


def test_a_mail_of_their_sequence_goes_whoever_has_the_address_now(
    moved: Lead, emil: User, anna: User, now: datetime
) -> None:
    walk_until_done(now=now)
    _wrote(now, OLD)
    version = SequenceVersion.objects.get()
    enrollment = Enrollment.objects.create(lead=moved, version=version, next_at=now, started_at=now)
    StepRun.objects.create(enrollment=enrollment, position=0, delivery=Delivery.objects.get(), at=now)
    make_lead(email=OLD)
    erase_person(moved, by=emil, now=now)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("sent", "is_theirs"),
    [
        ({"email": " ALT@Muster.example "}, True),
        ({"message": f"Schreiben Sie an <{NEW}>."}, True),
        ({"phone": "(0221) 5550-100"}, True),
        ({"phone": "+49 221 5550100", "message": "Bitte anrufen"}, True),
        ({"phone": "0221 5550100", "email": "kollegin@muster.example"}, False),
        ({"email": "andere@muster.example"}, False),
        ({"phone": "0221 5550 199"}, False),
        ({"name": "Kim Muster"}, False),
    ],
)
@pytest.mark.parametrize("state", ["invalid", "held", "parked", "spam", "received", "waiting"])
def test_what_never_became_the_lead_is_theirs_by_address_or_number(
    moved: Lead, emil: User, now: datetime, sent: dict[str, str], is_theirs: bool, state: str
) -> None:
    row = submission()
    Submission.objects.filter(pk=row.pk).update(raw=sent, state=state, errors={"email": ["?"]}, origin={"page": "/a"})
    erase_person(moved, by=emil, now=now)
    row.refresh_from_db()
    kept = {} if is_theirs else sent
    assert (row.raw, bool(row.errors), bool(row.origin)) == (kept, not is_theirs, not is_theirs)
    goes_on = state in ("received", "waiting")
    assert row.state == ("parked" if is_theirs and goes_on else state)


def test_a_company_goes_with_its_last_person(emil: User, now: datetime) -> None:
    first = make_lead(email="a@muster-bau.example", company="Muster Bau GmbH")
    second = make_lead(email="b@muster-bau.example", company="Muster Bau GmbH")
    erase_person(first, by=emil, now=now)
    assert Company.objects.get().name == "Muster Bau GmbH"
    erase_person(second, by=emil, now=now)
    assert not Company.objects.exists()


def test_everybody_joined_into_the_lead_goes_too(emil: User, now: datetime) -> None:
    kept, joined, earlier = (make_lead(email=f"{name}@muster.example") for name in "abc")
    Lead.objects.filter(pk=joined.pk).update(merged_into=kept)
    Lead.objects.filter(pk=earlier.pk).update(merged_into=joined)
    assert subject_of(kept.pk).lead_ids == (kept.pk, joined.pk, earlier.pk)
    erase_person(kept, by=emil, now=now)
    assert not Lead.objects.filter(erased_at=None).exists()
    assert not Identity.objects.exists()


def test_erasing_twice_is_refused(moved: Lead, emil: User, now: datetime) -> None:
    erase_person(moved, by=emil, now=now)
    with pytest.raises(Refused):
        erase_person(moved, by=emil, now=now)


# What others do at the same time, or afterwards


def _call(lead: Lead, by: User, now: datetime) -> None:
    record_call(lead, result=CallResult.REACHED, note="Kim sagt zu", by=by, now=now, key="k")


def _note(lead: Lead, by: User, now: datetime) -> None:
    add_activity(lead, kind=ActivityKind.NOTE, at=now, content="Kim sagt zu", by=by)


def _move(lead: Lead, by: User, now: datetime) -> None:
    move_lead(lead, stage=Stage.DISQUALIFIED, cause=Cause.PERSON, now=now, by=by, note="Kim sagt zu")


def _assign(lead: Lead, by: User, now: datetime) -> None:
    assign_lead(lead, owner=by, by=by, reason="kennt Kim", now=now)


def _point(lead: Lead, by: User, now: datetime) -> None:
    add_contact_point(lead, kind=IdentityKind.EMAIL, value="kim3@muster.example", by=by, now=now)


DEEDS = [_call, _note, _move, _assign, _point]


@pytest.mark.parametrize("deed", DEEDS)
def test_nothing_lands_on_an_erased_lead(
    moved: Lead, emil: User, carla: User, now: datetime, deed: Callable[[Lead, User, datetime], None]
) -> None:
    walk_until_done(now=now)
    stale = Lead.objects.get(pk=moved.pk)
    erase_person(moved, by=emil, now=now)
    with pytest.raises(Refused):
        deed(stale, carla, now)
    assert "kim" not in _told(moved)


def test_activities_in_a_batch_leave_the_erased_out(moved: Lead, emil: User, now: datetime) -> None:
    other = make_lead()
    erase_person(moved, by=emil, now=now)
    rows = [NewActivity(lead.pk, ActivityKind.NOTE, now, "Kim") for lead in (moved, other)]
    assert add_activities(rows) == 1
    assert list(Activity.objects.filter(content="Kim").values_list("lead_id", flat=True)) == [other.pk]


def test_a_later_enquiry_of_the_same_person_makes_a_new_lead(moved: Lead, emil: User, now: datetime) -> None:
    erase_person(moved, by=emil, now=now)
    again = make_lead(email=NEW, phone="+492215550100")
    assert again.pk != moved.pk
    moved.refresh_from_db()
    assert (moved.erased_at, moved.search, moved.is_changed) == (now, "", False)


def test_what_waits_for_the_stages_behind_is_not_taken_any_more(moved: Lead, emil: User, now: datetime) -> None:
    move_lead(moved, stage=Stage.MARKETING_QUALIFIED, cause=Cause.DEFINITION, now=now)
    assert HandOver.objects.filter(taken_at=None).exists()
    erase_person(moved, by=emil, now=now)
    walk_until_done(now=now)
    assert not HandOver.objects.filter(taken_at=None).exists()
    assert not Assignment.objects.filter(ended_at=None).exists()
    assert not Task.objects.filter(done_at=None).exists()


def test_an_assignment_on_its_way_to_sales_becomes_no_task(moved: Lead, emil: User, ben: User, now: datetime) -> None:
    assign_lead(moved, owner=ben, by=ben, reason="kennt Kim", now=now)
    assert Assignment.objects.get().is_waiting
    erase_person(moved, by=emil, now=now)
    walk_until_done(now=now)
    assert not Task.objects.exists()
    kept = Assignment.objects.get()
    assert (kept.owner, kept.reason_detail, kept.ended_at) == (ben, "", now)


def _told(lead: Lead) -> str:
    """Everything that hangs on the lead, in small letters."""
    tables = (Activity, CallRecord, Verdict, Assignment, Identity)
    return str([list(table.objects.filter(lead=lead).values()) for table in tables]).lower()
