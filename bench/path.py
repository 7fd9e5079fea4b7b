"""From a form to the owner's queue: how soon it is there, how many a second come in, how many walk the whole path.

* Twenty submissions a second against a running `leadstern serve`; seen by a connection of its own every 10 ms.
* Submissions a second over HTTP; the limit is a Django view behind the same middlewares that inserts one row.
* Stored, understood, scored, judged, assigned and in the queue, in one process; the limit is one inserted row each.
"""

import http.client
import os
import secrets
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django

from bench.figures import Figure, Goal, rates, spread, timed
from bench.load import ask
from bench.serving import serving

django.setup()

from django.http import HttpRequest, HttpResponse  # noqa: E402 -- after the set-up
from django.urls import path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402

from bench.fill import add_people  # noqa: E402
from leadstern.capture.actions import create_form, publish_draft, receive, save_draft  # noqa: E402
from leadstern.capture.channels.form.intake import understand  # noqa: E402
from leadstern.capture.channels.form.signed import Shown, sign_shown  # noqa: E402
from leadstern.capture.models import Form, Submission  # noqa: E402
from leadstern.capture.queries import live_version  # noqa: E402
from leadstern.capture.terms import CaptureChannel, FormKind  # noqa: E402
from leadstern.config.bridge import django_application  # noqa: E402
from leadstern.consent.actions import publish_wording  # noqa: E402
from leadstern.core.time import now  # noqa: E402
from leadstern.journey.actions import walk_until_done  # noqa: E402
from leadstern.leads.models import Identity  # noqa: E402
from leadstern.leads.terms import IdentityKind  # noqa: E402
from leadstern.sales.models import Task  # noqa: E402
from tests.running import Running  # noqa: E402

A_SECOND, SECONDS, CONNECTIONS, ROUNDS = 20, 10.0, 16, 3
ANSWERS = {"name": "Kim Muster", "postcode": "50667", "interest": "Solar", "message": "Ein Dach mit 80 m²"}
Make = Callable[[int], bytes]


def figures(scale: float) -> list[Figure]:
    form = _form()
    return [*_seen(form, max(2.0, SECONDS * scale)), _taken_in(form, max(1.0, 5 * scale)), _walked(form, scale)]


def _form() -> Form:
    moment = now()
    add_people(5, now=moment)
    publish_wording(purpose="privacy", language="de", text="Datenschutz", now=moment, by=None)
    form = create_form("Kontakt", key="bench", kind=FormKind.CONTACT, by=None, now=moment)
    content = form.versions.get().content | {"captcha": False}
    save_draft(form, content=content, by=None, now=moment)
    publish_draft(form, by=None, now=moment)
    return form


def _body(form: Form, number: int) -> str:
    """What a browser sends; each showing of the form has its own key."""
    version = live_version(form)
    assert version is not None
    shown = Shown(f=form.pk, v=version.pk, l="de", t=time.time() - 20, k=secrets.token_urlsafe(16))
    given = {"email": f"kim{number}@example.com", "phone": f"0221 {1_000_000 + number}", "ls_token": sign_shown(shown)}
    return urlencode(ANSWERS | given)


# --- how soon ---


def _seen(form: Form, seconds: float) -> list[Figure]:
    count = int(A_SECOND * seconds)
    bodies = [_body(form, number) for number in range(count)]
    home, database = Path(os.environ["LEADSTERN_HOME"]), os.environ["DATABASE_URL"]
    running = Running(home, database, extra={"LEADSTERN_RATE_LIMITS": "false"}).start()
    seen: dict[str, float] = {}
    stored: dict[str, float] = {}
    stopped = threading.Event()
    watching = threading.Thread(target=_watch, args=(seen, stored, stopped))
    try:
        time.sleep(2)
        watching.start()
        with ThreadPoolExecutor(32) as pool:
            sent = list(pool.map(partial(_send, running.port, time.perf_counter()), range(count), bodies))
        deadline = time.monotonic() + 30
        while len(seen) < count and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        stopped.set()
        watching.join()
        running.stop()
    times = _since(sent, seen)
    note = f"{count - len(times)} of {count} not seen; limit: the raw row seen the same way"
    limit = statistics.median(_since(sent, stored))
    return [
        spread(f"submission in the queue, {A_SECOND} a second", times, limit=limit, goal=Goal("p95", 1000), note=note),
        spread("submission answered", [done - began for began, done in sent]),
    ]


def _since(sent: list[tuple[float, float]], seen: dict[str, float]) -> list[float]:
    """Seconds from sending to being seen."""
    addresses = ((f"kim{number}@example.com", began) for number, (began, _done) in enumerate(sent))
    return [seen[address] - began for address, began in addresses if address in seen]


def _send(port: int, start: float, number: int, body: str) -> tuple[float, float]:
    time.sleep(max(0.0, start + number / A_SECOND - time.perf_counter()))
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/f/bench/", body, {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    if answer.status != 303:
        raise RuntimeError(f"the form answered {answer.status}")
    connection.close()
    return began, time.perf_counter()


def _watch(seen: dict[str, float], stored: dict[str, float], stopped: threading.Event) -> None:
    """Notes when each submission became visible, and when the task of its lead did."""
    last_task = last_row = 0
    while not stopped.wait(0.01):
        for pk, raw in Submission.objects.filter(pk__gt=last_row).order_by("pk").values_list("pk", "raw"):
            stored[raw["email"]], last_row = time.perf_counter(), pk
        found = dict(Task.objects.filter(pk__gt=last_task).values_list("lead_id", "pk"))
        if found:
            moment = time.perf_counter()
            addresses = Identity.objects.filter(lead_id__in=found, kind=IdentityKind.EMAIL)
            seen.update((address, moment) for address in addresses.values_list("value", flat=True))
            last_task = max(found.values())


# --- how many come in ---


def _taken_in(form: Form, seconds: float) -> Figure:
    start = secrets.randbelow(10**6) * 1000
    bodies = [_body(form, start + number) for number in range(int(seconds * 1500 * ROUNDS))]
    ours, limits = [], []
    for number in range(ROUNDS):
        part = bodies[number::ROUNDS]
        with serving("leadstern.config.asgi:application") as port:
            make = partial(_request, "/f/bench/", part)
            ours.append(ask(port, make, connections=CONNECTIONS, seconds=seconds, expected=(303,)))
        with serving("bench.path:limit_application", is_factory=True) as port:
            make = partial(_request, "/limit/", part)
            limits.append(ask(port, make, connections=CONNECTIONS, seconds=seconds))
    reached, limit = [one.per_second for one in ours], statistics.median(one.per_second for one in limits)
    goal, note = Goal("ratio", 0.6, is_least=True), f"{sum(one.failed for one in ours)} failed"
    n = sum(len(one.times) for one in ours)
    return rates("submissions over HTTP", reached, n=n, limit=limit, goal=goal, note=note)


def _request(where: str, bodies: list[str], number: int) -> bytes:
    body = bodies[number % len(bodies)].encode()
    head = f"POST {where} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def limit_application() -> Any:
    """Django with one view that inserts one row. Granian calls this once in its worker."""
    from leadstern.config import urls  # noqa: PLC0415 -- only this server has the extra address

    urls.urlpatterns.append(path("limit/", insert_one))
    return django_application()


@csrf_exempt
def insert_one(request: HttpRequest) -> HttpResponse:
    """The limit."""
    _insert({"body": len(request.body)})
    return HttpResponse(status=204)


insert_one.is_public = True  # type: ignore[attr-defined]


def _insert(raw: dict[str, Any]) -> Submission:
    moment, key = now(), f"limit:{secrets.token_urlsafe(16)}"
    return Submission.objects.create(
        key=key, channel="manual", raw=raw, captured_at=moment, received_at=moment, state="spam"
    )


# --- the whole path ---


def _walked(form: Form, scale: float) -> Figure:
    count = max(50, int(2_000 * scale))
    limit = timed(lambda: [_insert({"number": number}) for number in range(count)])
    ours = [count / timed(partial(_walk_all, form, range(start, start + count))) for start in (0, count, 2 * count)]
    goal = Goal("median", 500, is_least=True)
    return rates("whole path in one process", ours, n=len(ours) * count, limit=count / limit, goal=goal)


def _walk_all(form: Form, numbers: range) -> None:
    version, moment = live_version(form), now()
    for number in numbers:
        row = receive(
            channel=CaptureChannel.FORM, key=f"path:{number}", origin={"language": "de"}, captured_at=moment,
            raw=ANSWERS | {"email": f"way{number}@example.com", "phone": f"030 {1_000_000 + number}"},
            now=moment, form_version=version,
        )  # fmt: skip
        understand(row, now=moment)
    walk_until_done(now=now())
