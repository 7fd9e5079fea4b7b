"""A process whose parent is gone ends by itself, whenever the parent died."""

import os
import signal
import subprocess
import sys

import pytest

from leadstern.config.lifeline import PARENT

BEGIN = "import os, signal, sys, time; from leadstern.config import lifeline; lifeline.GRACE = 0.5\n"
LIVE = "lifeline.end_with_parent(); time.sleep(%s); print('still here')\n"
FORK = "if os.fork(): time.sleep(%s); os.kill(os.getpid(), signal.SIGKILL)\n"
ON_TERM = "signal.signal(signal.SIGTERM, lambda *_: (print('asked to end', flush=True), %s))\n"


def run(script: str, parent: str) -> "subprocess.CompletedProcess[str]":
    """Returns when the process and all who were forked off it have ended."""
    environment = os.environ | {PARENT: parent}
    return subprocess.run(
        [sys.executable, "-c", BEGIN + script],
        env=environment,
        timeout=60,
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def dead() -> str:
    died = subprocess.Popen([sys.executable, "-c", ""])
    died.wait()
    return str(died.pid)


def test_it_ends_when_the_parent_died_before_the_first_look(dead: str) -> None:
    done = run(LIVE % 50, dead)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"The process {dead} that started this one is gone." in done.stderr


@pytest.mark.parametrize("on_term", ["sys.exit()", "0"])
def test_it_is_asked_to_end_and_made_to_when_the_parent_dies(on_term: str) -> None:
    """The child looks, the parent dies; the child ends cleanly, or hangs in its end."""
    done = run(FORK % 1 + ON_TERM % on_term + "os.environ[lifeline.PARENT] = ''\n" + LIVE % 50, "")
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "asked to end\n")


def test_who_is_forked_off_and_looks_too_late_ends() -> None:
    """So does a worker of the web server: its parent may be killed while it starts."""
    done = run("lifeline.end_with_parent()\n" + FORK % 0 + "time.sleep(1)\n" + LIVE % 2, str(os.getpid()))
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "")


@pytest.mark.parametrize("parent", ["ours", "not told"])
def test_it_lives_as_long_as_the_parent_does(parent: str) -> None:
    done = run(LIVE % 1.2, str(os.getpid()) if parent == "ours" else "")
    assert (done.returncode, done.stdout) == (0, "still here\n")
