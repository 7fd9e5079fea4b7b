"""The worker's loop: walks the path about every half second and says that it is alive. Started by `leadstern serve`."""

import itertools
import logging
import os
import signal
import socket
import threading
import time
from datetime import datetime, timedelta
from types import FrameType

from django.db import DatabaseError, close_old_connections

from leadstern.core.time import now
from leadstern.journey.actions import walk_once
from leadstern.journey.models import Worker
from leadstern.journey.rests import Rests

PAUSE = 0.3
BEAT = 5.0
STALE = timedelta(days=1)
THOROUGH = 10
log = logging.getLogger(__name__)


def run(*, stop: threading.Event | None = None) -> None:
    """Works until SIGTERM or SIGINT (or `stop`). Ends between two steps' transactions; a kill loses nothing either."""
    stopped, rests = stop or _stop_on_signal(), Rests()
    name, started_at, last_beat = f"{socket.gethostname()}:{os.getpid()}", now(), 0.0
    for number in itertools.count():
        if stopped.is_set():
            break
        began = time.monotonic()
        taken = _pass(number, rests)
        if began - last_beat >= BEAT:
            _beat(name, started_at, seconds=time.monotonic() - began, failing=rests.failing)
            last_beat = began
            close_old_connections()
        stopped.wait(0 if taken else PAUSE)
    Worker.objects.filter(name=name).delete()


def _pass(number: int, rests: Rests) -> int:
    """One walk; a database that is away costs a pause, never the worker."""
    try:
        return walk_once(now=now(), rests=rests, is_thorough=number % THOROUGH == 0)
    except DatabaseError:
        log.exception("the database does not answer; what waits is tried again")
        close_old_connections()
        return 0


def _stop_on_signal() -> threading.Event:
    stopped = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopped


def _beat(name: str, started_at: datetime, *, seconds: float, failing: list[str]) -> None:
    moment = now()
    told = {"seen_at": moment, "pass_seconds": seconds, "failing": failing}
    try:
        Worker.objects.update_or_create(name=name, defaults={"started_at": started_at, **told})
        Worker.objects.filter(seen_at__lt=moment - STALE).delete()
    except DatabaseError:
        close_old_connections()
