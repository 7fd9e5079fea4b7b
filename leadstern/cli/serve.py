"""`leadstern serve`: web and worker (and the demo website) as children of one small parent.

The parent prepares the database, starts the children, starts again what dies, and ends them all on SIGTERM or Ctrl C.
It never imports Django, so it stays small. When the parent itself is killed, the children notice and end.
"""

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from types import FrameType

from leadstern.config.environment import is_given, load
from leadstern.config.lifeline import PARENT

RESTART_AFTER = (0.2, 1.0, 3.0, 10.0)
STEADY = 30.0
WELCOME = {
    "de": ("Der Worker läuft.", "Leadstern läuft auf %s", "Website der Demo-Firma: %s", "Strg C beendet es."),
    "en": ("The worker runs.", "Leadstern runs on %s", "The demo company's website: %s", "Ctrl C ends it."),
}


@dataclass
class Child:
    """One process we look after. `failures` counts deaths in quick succession."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    failures: int = 0
    again_at: float = 0.0

    def start(self) -> None:
        environment = self.environment | {PARENT: str(os.getpid())}
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, env=environment)
        self.started = time.monotonic()

    def look_after(self) -> None:
        """Starts the process again if it has died, the later the more often it died."""
        if self.process is not None and self.process.poll() is not None:
            lived = time.monotonic() - self.started
            self.failures = 0 if lived > STEADY else self.failures + 1
            pause = RESTART_AFTER[min(self.failures, len(RESTART_AFTER) - 1)]
            _say(f"{self.name} ended with status {self.process.returncode}; it starts again in {pause:g} s")
            self.process, self.again_at = None, time.monotonic() + pause
        if self.process is None and time.monotonic() >= self.again_at:
            self.start()

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()


def run(options: argparse.Namespace) -> int:
    """Serves until told to stop. Status 0 after a clean stop, 2 if the database cannot be prepared (it says why).

    Raises WrongSetting for a settings file that cannot be read.
    """
    environment = _environment(options)
    own = [sys.executable, "-m", "leadstern.cli"]
    demo = ["--demo", "--demo-port", str(options.demo_port)] if options.demo else []
    prepared = subprocess.run([*own, "prepare", *demo], env=environment, check=False)
    if prepared.returncode:
        return 2
    children = _children(options, own, environment)
    stopped = _stop_on_signal()
    for child in children:
        child.start()
    _say(_welcome(options))
    while not stopped.wait(0.3):
        for child in children:
            child.look_after()
    return _end(children)


def _environment(options: argparse.Namespace) -> dict[str, str]:
    """What the children see: links in mails and snippets lead to this port unless LEADSTERN_BASE_URL is given."""
    if is_given("LEADSTERN_BASE_URL", os.environ):
        return dict(os.environ)
    return {**os.environ, "LEADSTERN_BASE_URL": _address(options.host, options.port)}


def _address(host: str, port: int) -> str:
    """As a browser on this machine reaches it: “all interfaces” is no address one can go to."""
    reachable = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 -- compared, not bound
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


def _children(options: argparse.Namespace, own: list[str], environment: dict[str, str]) -> list[Child]:
    web = [sys.executable, "-m", "leadstern.config.web", options.host, str(options.port)]
    children = []
    if not options.work:
        children.append(Child("web", web, environment))
    if not options.web:
        children.append(Child("worker", [sys.executable, "-m", "leadstern.config.work"], environment))
    if options.demo:
        site = [*own, "demo-site", "--host", options.host, "--port", str(options.demo_port)]
        children.append(Child("demo website", site, environment))
    return children


def _welcome(options: argparse.Namespace) -> str:
    """In the language that is set; the few words stand here because the parent has no catalogue."""
    worker, runs, website, end = WELCOME[load()["LEADSTERN_LANGUAGE"]]
    lines = [worker if options.work else runs % _address(options.host, options.port)]
    if options.demo:
        lines.append(website % _address(options.host, options.demo_port))
    return "\n".join([*lines, end])


def _end(children: list[Child]) -> int:
    for child in children:
        child.end()
    deadline = time.monotonic() + 15
    for child in children:
        if child.process is not None:
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
    return 0


def _stop_on_signal() -> threading.Event:
    stopped = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopped


def _say(text: str) -> None:
    print(text, flush=True, file=sys.stderr if os.environ.get("LEADSTERN_QUIET") else sys.stdout)
