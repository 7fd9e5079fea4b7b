"""The path as the worker walks it: order, what waits for whom, from a form to a queue, and a step that fails."""

import logging
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from leadstern.accounts.models import User
from leadstern.capture.actions import grant_download, record_download
from leadstern.capture.channels.file_import.actions import begin_run, start_run
from leadstern.capture.models import DownloadGrant, Submission
from leadstern.capture.terms import FormKind
from leadstern.consent.actions import request_consent
from leadstern.consent.logic import REQUEST_KEPT, REQUEST_LIFE
from leadstern.core.errors import Refused
from leadstern.journey import actions
from leadstern.journey.actions import walk_once, walk_until_done
from leadstern.journey.rests import Rests
from leadstern.journey.steps import STEPS, Step
from leadstern.journey.waiting import WAITING, steps_with_work
from leadstern.leads.models import Activity, Identity, Lead
from leadstern.nurture.models import Enrollment, NotNurtured
from leadstern.outbox.models import Delivery, MailboxMessage
from leadstern.outbox.terms import DeliveryState, Failure
from leadstern.qualification.actions import move_lead
from leadstern.qualification.models import HandOver, Judgement, Verdict
from leadstern.qualification.terms import Cause, Stage
from leadstern.routing.models import Assignment
from leadstern.sales.models import Task
from leadstern.sales.queries import queue
from leadstern.scoring.models import Score
from leadstern.visitors.models import Hit
from tests.capture.make import make_form, send
from tests.conftest import NOW
from tests.journey.make import KIM, company, website
from tests.leads import make as leads
from tests.nurture.make import consent

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=1)
WRITES = re.compile(r"(?<!FOR )\b(INSERT|UPDATE|DELETE|COPY)\b")
STEP = {step.name: step for step in STEPS}


@pytest.fixture(autouse=True)
def form(now: datetime, anna: User, ben: User, carla: User) -> None:
    company(inside=ben, field=carla, by=anna)


def walk_to(name: str, *, now: datetime) -> None:
    """Each step before `name`, once, in order: what it takes waits then."""
    for step in STEPS[: STEPS.index(STEP[name])]:
        step.walk(now=now, limit=100)


def has_written(do: Callable[[], object]) -> bool:
    """Whether it inserted, changed or deleted a row, whatever it says of itself."""
    written: list[int] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        answer = execute(sql, params, many, context)
        if WRITES.search(sql):
            written.append(context["cursor"].rowcount)
        return answer

    with connection.execute_wrapper(note):
        do()
    return any(written)


# What makes each step have something to do. Returns the moment at which it has.


def _file(_client: Client) -> datetime:
    run = start_run(b"E-Mail\nkim@muster.example\n", filename="a.csv", mapping={"email": "E-Mail"}, options={}, by=None,
                    now=NOW)  # fmt: skip
    begin_run(run, by=None, now=NOW)
    return NOW


def _left_behind(client: Client) -> datetime:
    send(client, **KIM)
    Submission.objects.update(state="received", details={})
    return SOON


def _imported(client: Client) -> datetime:
    at = _file(client)
    STEP["import"].walk(now=at, limit=100)
    return at


def _unanswered(_client: Client) -> datetime:
    request_consent(channel="email", address="kim@muster.example", purpose="marketing", wording=None, evidence={},
                    now=NOW)  # fmt: skip
    return NOW + REQUEST_LIFE + REQUEST_KEPT


def _sent(client: Client) -> datetime:
    send(client, **KIM)
    return SOON


def _hit(_client: Client) -> datetime:
    visitor = uuid.UUID("6f1c2b3a-0000-4000-8000-000000000001")
    leads.lead(email="kim@muster.example", origin={"visitor": str(visitor)})
    Hit.objects.create(site=website(), at=NOW, path="/preise", visitor_key=visitor)
    return NOW


def _download(client: Client) -> datetime:
    make_form("ratgeber", kind=FormKind.DOWNLOAD, captcha=False)
    send(client, "ratgeber", email="kim@muster.example")
    walk_until_done(now=SOON)
    secret = grant_download(Submission.objects.get(), now=SOON)
    assert secret
    record_download(DownloadGrant.objects.latest("id"), now=SOON)
    return SOON


def _new_lead(_client: Client) -> datetime:
    leads.lead(email="kim@muster.example")
    return NOW


def _scored(_client: Client) -> datetime:
    leads.lead(email="kim@muster.example")
    STEP["score"].walk(now=NOW, limit=10)
    return NOW


def _faded(_client: Client) -> datetime:
    leads.lead(email="kim@muster.example")
    walk_until_done(now=NOW)
    recheck_at = Judgement.objects.get().recheck_at
    assert recheck_at is not None
    return recheck_at


def _recycled(_client: Client) -> datetime:
    lead = leads.lead(email="kim@muster.example")
    walk_until_done(now=NOW)
    for stage in (Stage.MARKETING_QUALIFIED, Stage.RECYCLED):
        back = NOW + timedelta(days=30) if stage is Stage.RECYCLED else None
        if Verdict.objects.get(lead=lead, is_current=True).stage != stage:
            move_lead(lead, stage=stage, cause=Cause.IMPORTED, now=NOW, return_at=back)
    walk_until_done(now=NOW)
    return NOW + timedelta(days=30)


def _ready(client: Client, *, until: str) -> datetime:
    send(client, **KIM)
    walk_to(until, now=SOON)
    return SOON


def _consented(client: Client) -> datetime:
    make_form("ratgeber", kind=FormKind.DOWNLOAD, captcha=False)
    send(client, "ratgeber", email="kim@muster.example")
    walk_until_done(now=SOON)
    consent("kim@muster.example", now=SOON)
    return SOON


def _due_step(client: Client) -> datetime:
    _consented(client)
    walk_until_done(now=SOON)
    return Enrollment.objects.get().next_at or NOW


def _mail_to_send(client: Client) -> datetime:
    at = _due_step(client)
    STEP["nurture"].walk(now=at, limit=10)
    return at


def _mail_sent(client: Client) -> datetime:
    at = _mail_to_send(client)
    STEP["send"].walk(now=at, limit=10)
    return at


def _mail_back(client: Client) -> datetime:
    _mail_to_send(client)
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING)
    waiting.update(state=DeliveryState.DEAD, failure=Failure.RECIPIENT, last_error="550 unknown")
    return SOON


CAUSES: dict[str, Callable[[Client], datetime]] = {
    "import": _file,
    "tidy": _imported,
    "understand": _left_behind,
    "capture": _sent,
    "visit": _hit,
    "download": _download,
    "score": _new_lead,
    "recheck": _faded,
    "return": _recycled,
    "judge": _scored,
    "route": lambda client: _ready(client, until="route"),
    "queue": lambda client: _ready(client, until="queue"),
    "close": lambda client: _ready(client, until="close"),
    "enrol": lambda client: _ready(client, until="enrol"),
    "welcome back": _consented,
    "nurture": _due_step,
    "send": _mail_to_send,
    "sent": _mail_sent,
    "bounce": _mail_back,
    "forget": _unanswered,
}


def test_every_step_has_its_own_name_and_an_entry_in_what_waits() -> None:
    names = [step.name for step in STEPS]
    assert len(set(names)) == len(names)
    assert set(WAITING) == set(names) == set(CAUSES)


def test_the_stages_come_in_path_order() -> None:
    stages = [package for package, _steps in groupby(step.work.__module__.split(".")[1] for step in STEPS)]
    assert stages == [
        "capture", "leads", "scoring", "qualification", "routing", "sales", "nurture", "outbox", "nurture", "consent"
    ]  # fmt: skip


def test_nothing_waits_in_a_company_without_leads() -> None:
    assert steps_with_work(now=SOON) == set()
    assert walk_until_done(now=SOON) == 0


@pytest.mark.parametrize("name", CAUSES)
def test_a_step_that_has_something_to_take_is_named(client: Client, name: str) -> None:
    at = CAUSES[name](client)
    assert name in steps_with_work(now=at)
    assert STEP[name].walk(now=at, limit=100) == 1 + (name in {"route", "close", "enrol"})
    assert name not in steps_with_work(now=at)


@pytest.mark.parametrize("name", CAUSES)
def test_a_step_that_is_not_named_takes_nothing(client: Client, name: str) -> None:
    """Whatever the state of the path: looking only where something waits misses nothing."""
    at = CAUSES[name](client)
    is_another_state = True
    for walked in (*STEPS, *STEPS):
        if is_another_state:
            named = steps_with_work(now=at)
            quiet = [step for step in STEPS if step.name not in named]
            assert {step.name: step.walk(now=at, limit=100) for step in quiet} == {step.name: 0 for step in quiet}
        is_another_state = has_written(partial(walked.walk, now=at, limit=100))


def test_one_pass_takes_an_enquiry_from_the_form_into_the_queue(client: Client, ben: User) -> None:
    send(client, **KIM)
    walk_once(now=SOON, rests=Rests(), is_thorough=True)
    assert [(row.lead.last_name, row.kind) for row in queue(ben, now=SOON).rows] == [("Muster", "first_call")]


def test_an_enquiry_leaves_exactly_these_rows(client: Client, ben: User) -> None:
    assert send(client, **KIM, ls_marketing="on").status_code == 303
    walk_until_done(now=SOON)
    lead = Lead.objects.get()
    assert Submission.objects.get().state == "taken"
    assert sorted(Identity.objects.values_list("kind", "value")) == [
        ("email", "kim@muster-bau.example"),
        ("phone", "+492215550100"),
    ]
    assert [(each.model.is_main, each.is_changed) for each in Score.objects.select_related("model")] == [(True, False)]
    assert Judgement.objects.get().result == "met"
    verdicts = Verdict.objects.order_by("id").values_list("old_stage", "stage", "cause", "is_current")
    assert list(verdicts) == [
        ("", "captured", "captured", False),
        ("captured", "marketing_qualified", "definition", True),
    ]
    assert sorted(HandOver.objects.values_list("taker", "taken_at")) == [
        (taker, SOON) for taker in ("nurture", "nurture", "routing", "routing", "sales", "sales")
    ]
    assert [(each.owner, each.reason, each.is_waiting) for each in Assignment.objects.all()] == [
        (ben, "region_turn", False)
    ]
    tasks = Task.objects.values_list("lead", "owner", "kind", "is_deadline", "done_at")
    assert list(tasks) == [(lead.pk, ben.pk, "first_call", True, None)]
    assert sorted(Activity.objects.values_list("kind", "content")) == [
        ("owner", "Ben"),
        ("stage", "marketing_qualified"),
        ("submission", "kontakt"),
    ]
    assert [each.state for each in Delivery.objects.all()] == ["sent"]
    assert MailboxMessage.objects.count() == 1
    assert (Enrollment.objects.count(), NotNurtured.objects.count()) == (0, 0)


def test_walking_again_changes_nothing(client: Client) -> None:
    send(client, **KIM, ls_marketing="on")
    walk_until_done(now=SOON)
    before = _counts()
    assert steps_with_work(now=SOON) == set()
    assert walk_once(now=SOON, rests=Rests(), is_thorough=True) == 0
    assert _counts() == before


def test_many_enquiries_go_through_in_small_portions(client: Client, ben: User) -> None:
    for number in range(7):
        send(client, **KIM | {"email": f"kim{number}@muster.example", "phone": f"0221 5550 1{number:02}"})
    assert walk_until_done(now=SOON, limit=2) > 0
    assert Lead.objects.count() == Task.objects.filter(owner=ben, done_at=None).count() == 7


@pytest.mark.parametrize(
    "error",
    [OperationalError("locked"), Refused("no"), AttributeError("bug"), ZeroDivisionError("bug"), AssertionError("bug")],
    ids=lambda error: type(error).__name__,
)
def test_a_step_that_fails_is_told_and_stops_no_other(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def fail(*, now: datetime, limit: int) -> int:
        raise error

    broken = tuple(Step(step.name, "", "", fail) if step.name == "score" else step for step in STEPS)
    monkeypatch.setattr(actions, "STEPS", broken)
    send(client, **KIM, ls_marketing="on")
    with caplog.at_level(logging.ERROR):
        walk_once(now=SOON, rests=Rests(), is_thorough=True)
    assert [record.getMessage() for record in caplog.records] == ["step score failed; it is tried again in 1 s"]
    assert (Lead.objects.count(), MailboxMessage.objects.count(), Task.objects.count()) == (1, 1, 0)
    monkeypatch.setattr(actions, "STEPS", STEPS)
    walk_until_done(now=SOON)
    assert Task.objects.filter(done_at=None).count() == 1


def test_a_step_that_fails_again_rests_longer_and_goes_on_when_it_can(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[datetime] = []

    def fail(*, now: datetime, limit: int) -> int:
        tries.append(now)
        raise AttributeError("bug")

    monkeypatch.setattr(actions, "STEPS", (Step("score", "", "", fail),))
    send(client, **KIM)
    rests = Rests()
    for second in range(200):
        walk_once(now=SOON + timedelta(seconds=second), rests=rests, is_thorough=True)
    seconds = [int((at - SOON).total_seconds()) for at in tries]
    assert seconds == [0, 1, 3, 7, 15, 31, 63, 123, 183]
    assert rests.failing == ["score"]
    monkeypatch.setattr(actions, "STEPS", STEPS)
    walk_once(now=SOON + timedelta(hours=1), rests=rests, is_thorough=True)
    assert rests.failing == []
    assert Lead.objects.count() == Score.objects.count() == 1


def _counts() -> dict[str, int]:
    tables = (Submission, Lead, Identity, Activity, Score, Verdict, HandOver, Assignment, Task, Delivery)
    return {table.__name__: table.objects.count() for table in tables}
