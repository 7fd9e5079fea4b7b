"""The sender is killed at random points against a real mail server: no mail twice, none lost but the uncertain ones."""

import os
import random
import subprocess
import sys
import time
from datetime import datetime, timedelta

import pytest
from django.db import connection

from leadstern.outbox.actions import queue_mails
from leadstern.outbox.models import Delivery
from leadstern.outbox.terms import Mail
from tests.outbox.make import Server, make_sender

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.kills]
MAILS, KILLS = 120, 7


def database_url() -> str:
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    return f"postgresql://{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


def started(moment: datetime, server: Server) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "leadstern.config.settings",
        "LEADSTERN_SMTP_URL": f"smtp://127.0.0.1:{server.port}?tls=none",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.outbox.passes", moment.isoformat()], env=environment, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def killed(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def unfinished() -> bool:
    return Delivery.objects.filter(state__in=["waiting", "sending"]).exists()


def test_killed_sender_sends_nothing_twice_and_loses_nothing(now: datetime, server: Server) -> None:
    make_sender(now)
    queue_mails([Mail(f"k{each}", f"a{each}@example.com", "Hallo", "Text") for each in range(MAILS)], now=now)
    server.takes_seconds = 0.01
    chance, moment = random.Random(20261118), now
    for _ in range(KILLS):
        process = started(moment, server)
        time.sleep(chance.uniform(0.05, 0.45))
        killed(process)
        moment += timedelta(minutes=11)
    server.takes_seconds = 0
    last, waited = started(moment, server), time.monotonic()
    while unfinished() and time.monotonic() - waited < 60:
        time.sleep(0.05)
    killed(last)

    arrived = server.recipients
    uncertain = set(Delivery.objects.filter(state="uncertain").values_list("recipient", flat=True))
    sent = set(Delivery.objects.filter(state="sent").values_list("recipient", flat=True))
    assert len(arrived) == len(set(arrived)), "a mail arrived twice"
    assert sent <= set(arrived), "recorded as sent, but never arrived"
    assert len(sent) + len(uncertain) == MAILS
    assert set(arrived) - sent <= uncertain
    assert len(uncertain) <= KILLS
