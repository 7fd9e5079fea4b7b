"""While somebody is erased, people and the worker write about them (PostgreSQL): whoever commits first, nothing of the
person is left, and nothing is left to be done."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from leadstern.accounts.models import User
from leadstern.capture.models import Submission
from leadstern.core.db import write
from leadstern.core.errors import Refused
from leadstern.journey.actions import walk_until_done
from leadstern.journey.steps import STEPS
from leadstern.leads.actions import lock_leads, take_submissions
from leadstern.leads.models import Activity, Identity, Lead
from leadstern.nurture.models import Enrollment, NotNurtured
from leadstern.outbox.models import Delivery
from leadstern.privacy.actions import erase_person
from leadstern.qualification.models import HandOver, Judgement
from leadstern.routing.models import Assignment
from leadstern.sales.models import Task
from leadstern.scoring.models import Score
from tests.conftest import NOW
from tests.journey.make import company
from tests.journey.test_steps import CAUSES, SOON, STEP
from tests.leads import make as leads
from tests.privacy.dump import columns_with
from tests.privacy.test_erasing import DEEDS
from tests.privacy.test_everywhere import PROOF

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one transaction write at a time"),
]
ON_LEADS = [
    step.name for step in STEPS if step.name not in {"import", "tidy", "understand", "capture", "send", "forget"}
]
Deed = Callable[[Lead, User, datetime], None]


@pytest.fixture(autouse=True)
def form(now: datetime, anna: User, ben: User, carla: User) -> None:
    company(inside=ben, field=carla, by=anna)


class Beside:
    """Does something in a transaction of its own, beside the test's."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._work()
        except Exception as error:  # noqa: BLE001 -- raised again in the test's own thread
            self._error = error
        finally:
            connection.close()

    def is_waiting(self) -> bool:
        self._thread.join(0.4)
        return self._thread.is_alive()

    def end(self) -> None:
        self._thread.join(30)
        assert not self._thread.is_alive()
        if self._error:
            raise self._error


def _nothing_left(lead: Lead, at: datetime) -> None:
    walk_until_done(now=at)
    lead.refresh_from_db()
    assert lead.erased_at is not None
    assert columns_with("kim@muster") - PROOF == set()
    for waiting in (
        HandOver.objects.filter(taken_at=None), Assignment.objects.filter(ended_at=None), Score.objects,
        Task.objects.filter(done_at=None), Enrollment.objects, NotNurtured.objects, Delivery.objects, Judgement.objects,
    ):  # fmt: skip
        assert not waiting.all().exists()


@pytest.mark.parametrize("name", ON_LEADS)
def test_a_step_that_is_about_to_commit_is_waited_for(client: Client, name: str, emil: User) -> None:
    at = CAUSES[name](client)
    lead = Lead.objects.get()
    with write():
        assert STEP[name].walk(now=at, limit=100)
        eraser = Beside(lambda: erase_person(lead, by=emil, now=at))
        assert eraser.is_waiting()
    eraser.end()
    _nothing_left(lead, at)


@pytest.mark.parametrize("name", ON_LEADS)
def test_a_step_that_comes_while_somebody_is_erased_leaves_nothing(client: Client, name: str, emil: User) -> None:
    at = CAUSES[name](client)
    lead = Lead.objects.get()
    with write():
        erase_person(lead, by=emil, now=at)
        walker = Beside(lambda: _walked(name, at))
        walker.is_waiting()  # or it finds that somebody else has the row, and goes on
    walker.end()
    _nothing_left(lead, at)


def _walked(name: str, at: datetime) -> None:
    """As the worker does: a step that fails is tried again."""
    for _attempt in range(3):
        try:
            STEP[name].walk(now=at, limit=100)
        except OperationalError:
            continue
        return


@pytest.mark.parametrize("deed", DEEDS)
def test_what_a_person_is_about_to_commit_is_erased_too(deed: Deed, emil: User, carla: User) -> None:
    lead = leads.lead(email="kim@muster.example", phone="+492215550100", postcode="50667")
    walk_until_done(now=NOW)
    with write():
        deed(Lead.objects.get(pk=lead.pk), carla, NOW)
        eraser = Beside(lambda: erase_person(lead, by=emil, now=NOW))
        assert eraser.is_waiting()
    eraser.end()
    _nothing_left(lead, NOW)
    assert columns_with("sagt zu") | columns_with("kennt kim") == set()


@pytest.mark.parametrize("deed", DEEDS)
def test_what_a_person_does_while_somebody_is_erased_is_refused(deed: Deed, emil: User, carla: User) -> None:
    lead = leads.lead(email="kim@muster.example", phone="+492215550100", postcode="50667")
    walk_until_done(now=NOW)
    stale = Lead.objects.get(pk=lead.pk)
    with write():
        erase_person(lead, by=emil, now=NOW)
        person = Beside(lambda: deed(stale, carla, NOW))
        assert person.is_waiting()
    with pytest.raises(Refused):
        person.end()
    _nothing_left(lead, NOW)


def test_an_erasure_that_the_database_ends_is_repeated(client: Client, emil: User) -> None:
    """Each holds what the other waits for; PostgreSQL ends the one that has waited longer."""
    at = CAUSES["route"](client)
    lead = Lead.objects.get()
    with write():
        assert list(HandOver.objects.select_for_update().values_list("pk"))
        eraser = Beside(lambda: erase_person(lead, by=emil, now=at))
        assert eraser.is_waiting()
        assert lock_leads([lead.pk]) == {lead.pk}
        assert eraser.is_waiting()
    eraser.end()
    _nothing_left(lead, at)


def test_an_enquiry_that_is_being_taken_belongs_to_the_lead_and_is_erased(emil: User) -> None:
    lead = leads.lead(email="kim@muster.example")
    sent = leads.submission(email="kim@muster.example", message="Noch etwas von Kim")
    with write():
        assert take_submissions(now=SOON, limit=10) == 1
        eraser = Beside(lambda: erase_person(lead, by=emil, now=SOON))
        assert eraser.is_waiting()
    eraser.end()
    sent.refresh_from_db()
    assert (sent.state, sent.details) == ("taken", {})
    assert Lead.objects.count() == 1
    _nothing_left(lead, SOON)


def test_an_enquiry_that_comes_while_somebody_is_erased_makes_a_new_lead(emil: User) -> None:
    lead = leads.lead(email="kim@muster.example")
    with write():
        erase_person(lead, by=emil, now=SOON)
        taker = Beside(_enquire)
        assert taker.is_waiting()
    taker.end()
    again = Identity.objects.get(value="kim@muster.example").lead
    assert again.pk != lead.pk
    assert Submission.objects.get(state="taken", details__message="Ich bin es wieder")
    assert not Activity.objects.filter(lead=lead).exclude(data={}).exists()


def _enquire() -> None:
    leads.submission(email="kim@muster.example", message="Ich bin es wieder")
    take_submissions(now=SOON, limit=10)
