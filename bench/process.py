"""Memory of the whole process tree (parent, web, worker), idle and after some pages; cold start to the first page.

RSS counts shared memory in every process, PSS once; the goals are meant as RSS. Read from /proc, so Linux only.
"""

import os
import subprocess
import time
import urllib.request
from pathlib import Path

import django

from bench.figures import Figure, Goal

django.setup()

from django.conf import settings  # noqa: E402 -- after the set-up
from django.test import Client  # noqa: E402

from bench.fill import fill, walk  # noqa: E402
from leadstern.accounts.models import User  # noqa: E402
from leadstern.core.time import now  # noqa: E402
from tests.running import Running  # noqa: E402

PAGES = ("/", "/today/", "/leads/", "/leads/1/", "/reports/", "/score/", "/setup/", "/leads/?order=hot", "/capture/")
STARTS = 3


def figures(scale: float) -> list[Figure]:
    fill(int(3_000 * scale), now=now())
    walk(now=now())
    home, database = Path(os.environ["LEADSTERN_HOME"]), os.environ["DATABASE_URL"]
    seconds = []
    for _ in range(STARTS):
        running = Running(home, database)
        began = time.perf_counter()
        running.start()
        seconds.append(time.perf_counter() - began)
        time.sleep(6)
        idle = _memory(running)
        _visit(running)
        used = _memory(running)
        running.stop()
    seconds.sort()
    return [
        Figure("cold start to the first page", "s", STARTS, seconds[1], seconds[-1], None, Goal("median", 3)),
        Figure("memory idle", "MB", 1, idle[0], None, None, Goal("median", 200), f"RSS; PSS {idle[1]:.0f}"),
        Figure("memory after pages", "MB", 1, used[0], None, None, Goal("median", 300), f"RSS; PSS {used[1]:.0f}"),
    ]


def _visit(running: Running) -> None:
    client = Client()
    client.force_login(User.objects.get(email="head@example.com"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    for _ in range(3):
        for page in PAGES:
            cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
            request = urllib.request.Request(running.address + page, headers=cookie)  # noqa: S310 -- our own address
            try:
                urllib.request.urlopen(request, timeout=30).close()  # noqa: S310
            except urllib.error.HTTPError as error:
                error.close()


def _memory(running: Running) -> tuple[float, float]:
    """(RSS, PSS) of the process group in MB."""
    assert running.process is not None
    listed = subprocess.run(["ps", "-eo", "pid,pgid"], capture_output=True, text=True, check=True).stdout  # noqa: S607
    rows = [line.split() for line in listed.splitlines()[1:]]
    totals = {"Rss:": 0, "Pss:": 0}
    for process in [int(pid) for pid, group in rows if int(group) == running.process.pid]:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
            name, *rest = line.split()
            if name in totals:
                totals[name] += int(rest[0])
    return totals["Rss:"] / 1024, totals["Pss:"] / 1024
