"""A process whose parent is gone ends by itself, even when the parent died before the process could look."""

import os
import signal
import subprocess
import sys

import pytest

from leadstern.config.lifeline import PARENT

LIVES = "import time; from leadstern.config.lifeline import end_with_parent; end_with_parent(); time.sleep(%s)"
HANGS = (
    "import signal; from leadstern.config import lifeline; lifeline.GRACE = 0.5; "
    "signal.signal(signal.SIGTERM, signal.SIG_IGN); "
)


def ended(seconds: float, parent: str, *, before: str = "") -> int:
    """The status of a process that would live so long, started by us, told that its parent is that one."""
    command = [sys.executable, "-c", before + LIVES % seconds]
    return subprocess.run(command, env=os.environ | {PARENT: parent}, timeout=60, check=False).returncode


@pytest.fixture
def dead() -> str:
    died = subprocess.Popen([sys.executable, "-c", ""])
    died.wait()
    return str(died.pid)


def test_it_ends_when_the_parent_died_before_the_first_look(dead: str) -> None:
    assert ended(50, dead) == -signal.SIGTERM


def test_it_is_ended_when_it_hangs_in_its_end(dead: str) -> None:
    assert ended(50, dead, before=HANGS) == -signal.SIGKILL


@pytest.mark.parametrize("parent", ["ours", "not told"])
def test_it_lives_as_long_as_the_parent_does(parent: str) -> None:
    assert ended(1.2, str(os.getpid()) if parent == "ours" else "") == 0
