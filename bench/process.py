"""Memory of the whole process tree (parent, web, worker), idle and after some pages; cold start to the first page.

RSS counts shared memory in every process, PSS once; the goals are meant as RSS. Read from /proc, so Linux only. The
limit is a server that answers nothing and a Django with nothing in it (`bare`): any such product needs both.
"""

import contextlib
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import django

from bench.figures import Figure, Goal, timed
from bench.places import ROOT
from bench.serving import serving

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
    bare = sorted(_bare() for _ in range(STARTS))[STARTS // 2]
    starts = [_started() for _ in range(STARTS)]
    seconds, idle, used = (sorted(one[place] for one in starts) for place in range(3))
    pss = [f"RSS; PSS {memory[1][1]:.0f}; limit: bare server and Django" for memory in (idle, used)]
    idle_rss, used_rss = ([rss for rss, _pss in memory] for memory in (idle, used))
    return [
        _figure("cold start to the first page", "s", seconds, bare[0], Goal("median", 3), "limit: bare server, Django"),
        _figure("memory idle", "MB", idle_rss, bare[1], Goal("median", 200), pss[0]),
        _figure("memory after pages", "MB", used_rss, bare[1], Goal("median", 300), pss[1]),
    ]


def _figure(name: str, unit: str, values: list[float], limit: float, goal: Goal, note: str) -> Figure:
    return Figure(name, unit, STARTS, values[STARTS // 2], values[-1], limit, goal, note)


def _started() -> tuple[Any, Any, Any]:
    """(seconds to the first page, memory when idle, memory after some pages)"""
    running = Running(Path(os.environ["LEADSTERN_HOME"]), os.environ["DATABASE_URL"])
    seconds = timed(running.start)
    time.sleep(6)
    idle = _memory(_group(running))
    _visit(running)
    used = _memory(_group(running))
    running.stop()
    return seconds, idle, used


def _bare() -> tuple[float, float]:
    """(seconds until both answer, one after the other; their memory together) of a server and a Django with nothing
    in them."""
    command = [sys.executable, "-m", "bench.bare"]
    began = time.perf_counter()
    with (
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as empty,  # noqa: S603 -- our own words
        contextlib.ExitStack() as stack,
    ):
        assert empty.stdout is not None
        empty.stdout.readline()
        port = stack.enter_context(serving("bench.bare:application"))
        seconds = time.perf_counter() - began
        memory = _memory([empty.pid, *_listeners(port)])[0]
        empty.terminate()
    return seconds, memory


def _listeners(port: int) -> list[int]:
    """The processes of the bare server."""
    rows = _processes()
    return [process for process, _group, words in rows if f"--port {port}" in words]


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


def _group(running: Running) -> list[int]:
    assert running.process is not None
    return [process for process, group, _words in _processes() if group == running.process.pid]


def _processes() -> list[tuple[int, int, str]]:
    """(id, group, command line)"""
    listed = subprocess.run(["ps", "-eo", "pid,pgid,args"], capture_output=True, text=True, check=True).stdout  # noqa: S607
    rows = (line.split(None, 2) for line in listed.splitlines()[1:])
    return [(int(row[0]), int(row[1]), row[2]) for row in rows if len(row) == 3]


def _memory(processes: list[int]) -> tuple[float, float]:
    """(RSS, PSS) of these processes together in MB."""
    totals = {"Rss:": 0, "Pss:": 0}
    for process in processes:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
            name, *rest = line.split()
            if name in totals:
                totals[name] += int(rest[0])
    return totals["Rss:"] / 1024, totals["Pss:"] / 1024
