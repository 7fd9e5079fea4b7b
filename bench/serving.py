"""Starts an application under Granian in a process of its own, as the product does, for the time of a block."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

from bench.places import ROOT


@contextlib.contextmanager
def serving(application: str, *, is_factory: bool = False) -> Iterator[int]:
    """The port on which `application` ("module:name") answers with one worker."""
    port = free_port()
    command = [sys.executable, "-m", "granian", application, "--interface", "asgi", "--port", str(port)]
    command += ["--no-ws", "--log-level", "error", *(["--factory"] if is_factory else [])]
    environment = {**os.environ, "LEADSTERN_SERVER": "1"}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)  # noqa: S603 -- our own words
    try:
        _wait_for(port)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            time.sleep(0.5)
            return
    raise RuntimeError("the server does not answer")
