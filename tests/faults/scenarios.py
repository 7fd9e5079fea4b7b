"""What gives each step of the path several rows to take, and each public request something to do. Called by `Forks`.

Each scenario starts in a furnished company without leads, is given a moment and returns the moment at which the step
has something to do.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse

from leadstern.accounts.actions import add_user
from leadstern.accounts.models import User
from leadstern.accounts.terms import Role
from leadstern.capture.actions import (
    accept_submission,
    add_magnet,
    create_form,
    grant_download,
    publish_draft,
    receive,
    record_download,
    save_draft,
)
from leadstern.capture.channels.file_import.actions import begin_run, start_run
from leadstern.capture.channels.form.intake import understand
from leadstern.capture.models import DownloadGrant, Form, Submission
from leadstern.capture.queries import live_version
from leadstern.capture.terms import CaptureChannel, FormKind
from leadstern.consent.actions import confirm_consent, request_consent
from leadstern.core.time import clock_at, now
from leadstern.journey.actions import walk_until_done
from leadstern.journey.steps import STEPS
from leadstern.leads.models import Lead
from leadstern.nurture.actions import activate_sequence
from leadstern.nurture.models import Enrollment, Sequence
from leadstern.nurture.queries import unsubscribe_url
from leadstern.outbox.models import Delivery
from leadstern.outbox.terms import DeliveryState, Failure
from leadstern.qualification.actions import move_lead
from leadstern.qualification.models import Judgement
from leadstern.qualification.terms import Cause, Stage
from leadstern.routing.actions import add_member
from leadstern.routing.models import Region
from leadstern.visitors.models import Hit, Site
from tests.faults.senders import TOKEN, Sender

SOON = timedelta(minutes=1)


def furnish() -> None:
    """What the small company needs beyond its contact form: a second caller, a download, sequences that run."""
    emil = User.objects.get(email="emil@example.com")
    berta = add_user(email="berta@example.com", name="Berta", roles=[Role.INSIDE_SALES], language="de", now=now(),
                     by=None)  # fmt: skip
    add_user(email="carla@example.com", name="Carla", roles=[Role.FIELD_SALES], language="de", now=now(), by=None)
    add_member(Region.objects.get(), user=berta, by=emil, now=now())
    for sequence in Sequence.objects.all():
        activate_sequence(sequence, by=emil, now=now())
    magnet = add_magnet("Ratgeber", filename="ratgeber.pdf", chunks=[b"%PDF-1.7\nwhite paper"], by=emil, now=now())
    form = create_form("Ratgeber", key="ratgeber", kind=FormKind.DOWNLOAD, by=emil, now=now(), magnet=magnet)
    save_draft(form, content={**form.versions.get().content, "captcha": False}, by=emil, now=now())
    publish_draft(form, by=emil, now=now())


def prepare(name: str) -> str:
    """Makes the step of this name have something to do; the moment at which it has."""
    return SCENARIOS[name].make(now()).isoformat()


def prepare_request(name: str) -> dict[str, str]:
    """Makes the request of this name possible: its path, its body, its moment."""
    return REQUESTS[name](now())


# The people


def _received(number: int, at: datetime, *, form: str = "kontakt", **entries: str) -> Submission:
    """Somebody's entries, stored and not yet understood."""
    raw = {name: text for name, text in Sender(number).entries().items() if name != "ls_token"}
    return receive(
        channel=CaptureChannel.DOWNLOAD if form == "ratgeber" else CaptureChannel.FORM, key=f"{form}:{uuid.uuid4()}",
        raw=raw | entries, origin={"language": "de"}, captured_at=at, now=at,
        form_version=live_version(Form.objects.get(key=form)),
    )  # fmt: skip


def _sent(number: int, at: datetime, **more: str) -> Submission:
    """Somebody's entries, waiting to become a lead."""
    submission = _received(number, at, **more)
    understand(submission, now=at)
    return submission


def _known(number: int, at: datetime, *, visitor: uuid.UUID | None = None) -> None:
    """Waiting to become a lead of whom we know the address only; not ready."""
    submission = receive(
        channel=CaptureChannel.FORM, key=f"known:{number}", raw={"email": Sender(number).email},
        origin={"visitor": str(visitor)} if visitor else {}, captured_at=at, now=at,
    )  # fmt: skip
    accept_submission(submission, details={"email": Sender(number).email}, now=at)


def _consent(number: int, at: datetime) -> None:
    confirm_consent(_asked(number, at), evidence={}, now=at)


def _asked(number: int, at: datetime) -> str:
    asked = {"channel": "email", "address": Sender(number).email, "purpose": "marketing"}
    return request_consent(**asked, wording=None, evidence={}, now=at)[1]


def _walk_to(name: str, at: datetime) -> None:
    for step in STEPS:
        if step.name == name:
            break
        step.walk(now=at, limit=100)


# The steps


def _file(at: datetime) -> datetime:
    lines = [f"Person {number};{Sender(number).email}" for number in (0, 1, 2, 3, 0)]
    text = "\n".join(["Name;E-Mail", *lines, "Niemand;keine Adresse"]) + "\n"
    run = start_run(text.encode(), filename="a.csv", mapping={"email": "E-Mail", "name": "Name"}, options={}, by=None,
                    now=at)  # fmt: skip
    begin_run(run, by=None, now=at)
    return at


def _old_files(at: datetime) -> datetime:
    """Three imports that are over, two that never began; all so long ago that their lines go, too."""
    for number in range(5):
        text = f"E-Mail\n{Sender(number).email}\nkeine Adresse\n"
        run = start_run(text.encode(), filename="a.csv", mapping={"email": "E-Mail"}, options={}, by=None, now=at)
        if number < 3:
            begin_run(run, by=None, now=at)
            STEPS[0].walk(now=at, limit=100)
    return at + timedelta(days=31)


def _left_behind(at: datetime) -> datetime:
    _received(0, at)
    _received(1, at, ls_marketing="")
    _received(2, at, form="ratgeber")
    _received(3, at, email="keine Adresse")
    receive(channel=CaptureChannel.FORM, key="bare", raw={"name": "Kim"}, origin={}, captured_at=at, now=at)
    return at + SOON


def _enquiries(at: datetime) -> datetime:
    """Four that become three leads, and one that says nothing of how to reach them."""
    for number in (0, 1, 2):
        _sent(number, at)
    _sent(1, at, message="Noch eine Frage")
    nobody = receive(channel=CaptureChannel.FORM, key="nobody", raw={}, origin={}, captured_at=at, now=at)
    accept_submission(nobody, details={"name": "Kim"}, now=at)
    return at


def _hits(at: datetime) -> datetime:
    site = Site.objects.create(name="Website", key="w" * 16, origins=[], created_at=at)
    browsers = [uuid.UUID(int=number + 1) for number in range(2)]
    for number, browser in enumerate(browsers):
        _known(number, at, visitor=browser)
    walk_until_done(now=at)
    for number in range(5):
        Hit.objects.create(site=site, at=at, path=f"/preise/{number}", visitor_key=browsers[number % 2])
    return at


def _downloads(at: datetime) -> datetime:
    for number in range(3):
        _sent(number, at, form="ratgeber")
    walk_until_done(now=at)
    grants = list(DownloadGrant.objects.order_by("id"))
    for number in range(5):
        record_download(grants[number % 3], now=at)
    return at


def _captured(at: datetime) -> datetime:
    for number in range(3):
        _sent(number, at)
    for number in (3, 4):
        _known(number, at)
    _walk_to("visit", at)
    return at


def _scored(at: datetime) -> datetime:
    _captured(at)
    _walk_to("recheck", at)
    return at


def _faded(at: datetime) -> datetime:
    """Judged again they are ready, by something that no step was told of: so that the step has verdicts to write."""
    for number in range(5):
        _known(number, at)
    walk_until_done(now=at)
    Lead.objects.update(country="DE", acquisition="seed", interest="Dach")
    return max(row.recheck_at for row in Judgement.objects.exclude(recheck_at=None) if row.recheck_at)


def _recycled(at: datetime) -> datetime:
    back = at + timedelta(days=30)
    for number in range(5):
        _sent(number, at, ls_marketing="")
    walk_until_done(now=at)
    for lead in Lead.objects.order_by("id"):
        move_lead(lead, stage=Stage.RECYCLED, cause=Cause.PERSON, now=at, return_at=back)
    walk_until_done(now=at)
    return back


def _ready(at: datetime, *, until: str) -> datetime:
    for number in range(5):
        _sent(number, at)
    _walk_to(until, at)
    return at


def _given_up(at: datetime) -> datetime:
    """Leads with open tasks that were sorted out or go back to nurturing."""
    for number in range(5):
        _sent(number, at)
    walk_until_done(now=at)
    for lead in Lead.objects.order_by("id"):
        stage = Stage.DISQUALIFIED if lead.pk % 2 else Stage.RECYCLED
        back = None if lead.pk % 2 else at + timedelta(days=30)
        move_lead(lead, stage=stage, cause=Cause.PERSON, now=at, return_at=back)
    _walk_to("close", at)
    return at


def _to_enrol(at: datetime) -> datetime:
    for number in range(5):
        _known(number, at)
        if number:
            _consent(number, at)
    _walk_to("enrol", at)
    return at


def _welcome(at: datetime) -> datetime:
    for number in range(5):
        _known(number, at)
    walk_until_done(now=at)
    for number in range(5):
        _consent(number, at)
    return at


def _due(at: datetime) -> datetime:
    _welcome(at)
    walk_until_done(now=at)
    return max(row.next_at for row in Enrollment.objects.all() if row.next_at)


def _queued(at: datetime) -> datetime:
    due = _due(at)
    _walk_to("send", due)
    return due


def _left(at: datetime) -> datetime:
    due = _due(at)
    _walk_to("sent", due)
    return due


def _came_back(at: datetime) -> datetime:
    due = _queued(at)
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING)
    waiting.update(state=DeliveryState.DEAD, failure=Failure.RECIPIENT, last_error="550 unknown")
    return due


def _unanswered(at: datetime) -> datetime:
    for number in range(5):
        _asked(number, at)
    return at + timedelta(days=60)


@dataclass(frozen=True)
class Scenario:
    """`rows`: how many the step takes then. `limit` makes at least two portions of them."""

    make: Callable[[datetime], datetime]
    rows: int = 5

    @property
    def limit(self) -> int:
        return self.rows * 3 // 5


SCENARIOS = {
    "import": Scenario(_file, rows=6),
    "tidy": Scenario(_old_files),
    "understand": Scenario(_left_behind),
    "capture": Scenario(_enquiries),
    "visit": Scenario(_hits),
    "download": Scenario(_downloads),
    "score": Scenario(_captured),
    "recheck": Scenario(_faded),
    "return": Scenario(_recycled),
    "judge": Scenario(_scored),
    "route": Scenario(lambda at: _ready(at, until="route"), rows=10),
    "queue": Scenario(lambda at: _ready(at, until="queue")),
    "close": Scenario(_given_up),
    "enrol": Scenario(_to_enrol),
    "welcome back": Scenario(_welcome),
    "nurture": Scenario(_due),
    "send": Scenario(_queued),
    "sent": Scenario(_left),
    "bounce": Scenario(_came_back),
    "forget": Scenario(_unanswered),
}


# The requests of strangers


def _fill_in(at: datetime) -> dict[str, str]:
    with clock_at(at):
        found = TOKEN.search(Client(SERVER_NAME="127.0.0.1").get("/f/kontakt/").content.decode())
    assert found
    entries = Sender(0).entries() | {"ls_token": found[1]}
    return {"path": "/f/kontakt/", "body": urlencode(entries), "at": (at + timedelta(seconds=20)).isoformat()}


def _fetch(at: datetime) -> dict[str, str]:
    submission = _sent(0, at, form="ratgeber")
    walk_until_done(now=at)
    return _press(reverse("capture:download", args=[grant_download(submission, now=at)]), at)


def _confirm(at: datetime) -> dict[str, str]:
    _known(0, at)
    walk_until_done(now=at)
    return _press(reverse("consent:confirm", args=[_asked(0, at)]), at)


def _unsubscribe(at: datetime) -> dict[str, str]:
    due = _queued(at)
    link = unsubscribe_url(enrollment_id=Enrollment.objects.earliest("id").pk, address=Sender(0).email)
    return _press("/" + link.split("/", 3)[3], due)


def _press(path: str, at: datetime) -> dict[str, str]:
    return {"path": path, "body": "button=on", "at": at.isoformat()}


REQUESTS: dict[str, Callable[[datetime], dict[str, Any]]] = {
    "enquiry": _fill_in,
    "download": _fetch,
    "confirmation": _confirm,
    "unsubscribing": _unsubscribe,
}
