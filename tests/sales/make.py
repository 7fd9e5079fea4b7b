"""Leads in the hands of sales, for the tests of this stage and of the desk."""

from collections.abc import Callable
from datetime import datetime
from threading import Barrier, Thread
from typing import Any

from django.db import connection

from leadstern.accounts.models import User
from leadstern.capture.models import Form, FormVersion, Submission
from leadstern.capture.terms import CaptureChannel, FormKind, SubmissionState
from leadstern.core.errors import LeadsternError
from leadstern.leads.models import Activity, Lead
from leadstern.leads.terms import ActivityKind
from leadstern.qualification.terms import Stage
from leadstern.routing.actions import assign_lead, take_verdicts
from leadstern.routing.models import Region
from leadstern.routing.terms import RegionRole
from leadstern.sales import actions
from leadstern.sales.logic import AnswerInput
from leadstern.sales.models import Task
from leadstern.sales.terms import AnswerState, Question
from tests.conftest import NOW
from tests.routing.make import make_lead, make_region, ready_lead

ALL_YES = {question: AnswerInput(AnswerState.YES, "ja") for question in Question}


def run_steps(*, now: datetime = NOW) -> None:
    """Routing and sales until nothing is waiting, in path order."""
    while take_verdicts(now=now, limit=100) + actions.take_assignments(now=now, limit=100):
        pass
    while actions.take_verdicts(now=now, limit=100):
        pass


def make_regions(inside: User, field: User | None = None) -> None:
    """One region of each role around Cologne."""
    make_region("Köln/Bonn", inside)
    if field is not None:
        make_region("Außendienst West", field, role=RegionRole.FIELD_SALES)


def mql(owner: User, name: str = "Kim Muster", *, now: datetime = NOW, **details: Any) -> Lead:
    """An MQL in the queue of `owner`, with a first call to make."""
    if not Region.objects.filter(role=RegionRole.INSIDE_SALES).exists():
        make_regions(owner)
    lead = ready_lead(name, **details)
    run_steps(now=now)
    return lead


def sql(inside: User, field: User, name: str = "Kim Muster", **details: Any) -> Lead:
    """An SQL that waits for `field` to accept or return it."""
    if not Region.objects.exists():
        make_regions(inside, field)
    lead = mql(inside, name, **details)
    actions.record_answers(lead, ALL_YES, said_by=name, by=inside, now=NOW)
    actions.qualify_lead(lead, by=inside, now=NOW)
    run_steps()
    return lead


def by_hand(owner: User, head: User, name: str = "Kim Muster", **details: Any) -> Lead:
    """A lead that is not ready, given to `owner` by a person."""
    lead = make_lead(name, **details)
    assign_lead(lead, owner=owner, by=head, reason="Messe", now=NOW)
    run_steps()
    return lead


def enquiry(lead: Lead, *, phone: str = "", at: datetime = NOW) -> Activity:
    """The lead has used the contact form."""
    form, _new = Form.objects.get_or_create(
        key="kontakt", defaults={"name": "Kontakt", "kind": FormKind.CONTACT, "created_at": at}
    )
    version, _new = FormVersion.objects.get_or_create(form=form, number=1, defaults={"content": {}, "published_at": at})
    submission = Submission.objects.create(
        key=f"enquiry-{lead.pk}-{at.isoformat()}",
        channel=CaptureChannel.FORM,
        form_version=version,
        raw={},
        details={"phone": phone} if phone else {},
        captured_at=at,
        received_at=at,
        state=SubmissionState.TAKEN,
    )
    return Activity.objects.create(lead=lead, kind=ActivityKind.SUBMISSION, at=at, submission=submission)


def stage_of(lead: Lead) -> Stage:
    return Stage(lead.verdicts.get(is_current=True).stage)


def open_kinds(lead: Lead) -> list[str]:
    """What is still to be done with the lead."""
    return sorted(Task.objects.filter(lead=lead, done_at__isnull=True).values_list("kind", flat=True))


def at_once(*deeds: Callable[[], object]) -> list[LeadsternError]:
    """Runs the deeds in threads that start together; the refusals."""
    start, refused = Barrier(len(deeds)), list[LeadsternError]()

    def run(deed: Callable[[], object]) -> None:
        start.wait()
        try:
            deed()
        except LeadsternError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused
