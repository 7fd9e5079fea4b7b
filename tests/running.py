"""Leadstern as real processes, for tests that need a server, a browser or a kill -9.

Enters: a database address and a folder. Leaves: a running `leadstern serve` with its address, its parts findable and
killable. Used by the kill tests and the browser tests.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.own_database import own_database


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_answering(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2):
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return True
    except OSError:
        return False


@contextmanager
def fresh(home: Path, *, like: "Running") -> Iterator["Running"]:
    """A copy of an installation that does not run, with a database of its own."""
    with own_database(like=like.database) as database:
        shutil.copytree(like.home, home)
        running = Running(home, database)
        try:
            yield running
        finally:
            running.stop()


@dataclass
class Running:
    """`start()` returns once the web server answers; `stop()` ends everything, also after a test has killed parts."""

    home: Path
    database: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        own = {"LEADSTERN_HOME": str(self.home), "DATABASE_URL": self.database, "LEADSTERN_BASE_URL": self.address}
        return {**os.environ, **own, **self.extra}

    def command(self, *arguments: str) -> Any:
        """Runs a `leadstern` command to its end; returns its JSON answer."""
        done = subprocess.run(
            [sys.executable, "-m", "leadstern.cli", *arguments, "--json"],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def module(self, name: str) -> Any:
        """Runs a module of the tests with Django set up for this installation; returns what it wrote, read as JSON."""
        script = f"import django, runpy; django.setup(); runpy.run_module({name!r}, run_name='__main__')"
        environment = self.environment() | {"DJANGO_SETTINGS_MODULE": "leadstern.config.settings"}
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout or "null")

    def start(self) -> "Running":
        command = [sys.executable, "-m", "leadstern.cli", "serve", "--port", str(self.port), *self.arguments]
        with (self.home / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environment(), stdout=log, stderr=log, start_new_session=True
            )
        self.wait_until_up()
        return self

    def wait_until_up(self, address: str = "", *, seconds: float = 90) -> None:
        """Until something answers under `address` (our sign-in page)."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if is_answering(address or f"{self.address}/account/login/"):
                return
            time.sleep(0.1)
        raise AssertionError(self.log()[-4000:])

    def log(self) -> str:
        """What the processes have said so far."""
        return (self.home / "serve.log").read_text(encoding="utf-8", errors="replace")

    def children(self, word: str) -> list[int]:
        """Ids of our processes whose command line contains `word` (`config.web`, `config.work`)."""
        assert self.process is not None
        listed = subprocess.run(["ps", "-eo", "pid,pgid,args"], capture_output=True, text=True, check=True).stdout
        rows = (line.split(None, 2) for line in listed.splitlines()[1:])
        return [int(row[0]) for row in rows if row[1] == str(self.process.pid) and word in row[2]]

    def kill(self, word: str) -> None:
        """kill -9 for every process of that part; the parent starts it again."""
        for process_id in self.children(word):
            os.kill(process_id, signal.SIGKILL)

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
