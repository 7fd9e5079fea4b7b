"""A PostgreSQL server for tests and benchmarks: the one the environment names, else one of our own.

Enters: LEADSTERN_TEST_POSTGRES (postgresql://user@host:port, a server where we may create databases), optional.
Leaves: its address, or None when the machine has no PostgreSQL. Called by `tools/test.py`, `bench` and CI.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


def _binaries() -> Path | None:
    """The folder with initdb and pg_ctl, newest version first."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).parent] if on_path else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in found if (folder / "initdb").exists() and (folder / "pg_ctl").exists()), None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _as_owner() -> list[str]:
    """PostgreSQL refuses to run as root: then it runs as the user postgres."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


@contextlib.contextmanager
def server(*, is_durable: bool) -> Iterator[str | None]:
    """The address of a running server for the time of the block, or None.

    One that is not durable would lose data if the machine failed: enough for tests, which only ever kill our own side.
    """
    given = os.environ.get("LEADSTERN_TEST_POSTGRES")
    binaries = _binaries()
    if given or binaries is None:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="leadstern-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    control = [*_as_owner(), str(binaries / "pg_ctl"), "-D", str(folder / "data"), "-w"]
    port = _free_port()
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200"
    options += "" if is_durable else " -c fsync=off -c full_page_writes=off"
    initialise = [str(binaries / "initdb"), "-D", str(folder / "data"), "-A", "trust", "-U", "leadstern", "-E", "UTF8"]
    try:
        subprocess.run([*_as_owner(), *initialise, "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL, cwd="/")
        start = [*control, "-o", options, "-l", str(folder / "log"), "start"]
        subprocess.run(start, check=True, stdout=subprocess.DEVNULL, cwd="/")
        yield f"postgresql://leadstern@127.0.0.1:{port}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, stdout=subprocess.DEVNULL, cwd="/")
        shutil.rmtree(folder, ignore_errors=True)
