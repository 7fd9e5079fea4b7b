"""Runs the whole suite: on SQLite, in Chromium and on PostgreSQL where the machine has them. `make test` calls it.

LEADSTERN_REQUIRE=postgres,browser turns a missing part into a failure. What is skipped is named at the end.
"""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.browser import chromium
from tools.postgres import server

ROOT = Path(__file__).resolve().parent.parent
BROWSER = ["tests/capture", "tests/visitors", "tests/e2e"]
WHOLE = "tests"
NOTHING_SELECTED = 5
MEMORY, ENOUGH = Path("/dev/shm"), 4 * 2**30
UNWANTED = {"PYTHONDONTWRITEBYTECODE"}
"""Thousands of processes start in a run: without compiled files each would compile all of Leadstern again."""


def is_failed(statuses: list[int], *, is_whole: bool) -> bool:
    """Whether pytest's statuses are a failure: errors (1 to 4), an end by a signal (below 0), nothing that ran (5).

    A part of the suite may have no tests of one kind; then at least one of another kind must have run.
    """
    allowed = {0} if is_whole else {0, NOTHING_SELECTED}
    return 0 not in statuses or not allowed.issuperset(statuses)


def _pytest(arguments: list[str], database: str) -> int:
    # One more than there are cores: many tests wait for a server or a lock.
    processes = os.environ.get("LEADSTERN_TEST_PROCESSES") or str((os.cpu_count() or 1) + 1)
    wanted = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    command = [sys.executable, "-m", "pytest", "-n", processes, *arguments]
    return subprocess.run(command, cwd=ROOT, env=wanted | {"DATABASE_URL": database}, check=False).returncode


def _without_browser(arguments: list[str], database: str) -> int:
    return _pytest([*arguments, "-m", "not browser"], database)


def _in_browser(only: str, rest: list[str]) -> int:
    """In processes of their own with a browser each: its driver keeps an event loop, which others must not meet."""
    folders = [only] if only != WHOLE else BROWSER
    return _pytest([*folders, *rest, "-m", "browser"], "")


def _on_postgres(arguments: list[str]) -> int | None:
    with server(is_durable=False) as address:
        if address is None:
            return None
        print("== PostgreSQL", flush=True)
        return _without_browser(arguments, f"{address}/postgres")


@contextlib.contextmanager
def _in_memory() -> Iterator[None]:
    """What tests write lies in memory where the machine has enough of it: they kill processes, not the power."""
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ENOUGH:
        yield
        return
    with tempfile.TemporaryDirectory(dir=MEMORY, prefix="leadstern-tests-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL runs as another user
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        yield


def main() -> int:
    with _in_memory():
        return _main()


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=WHOLE)
    parser.add_argument("rest", nargs="*")
    options = parser.parse_args()
    arguments = [options.only, *options.rest]
    required = set(filter(None, os.environ.get("LEADSTERN_REQUIRE", "").split(",")))
    missing = [] if chromium() else ["browser"]
    print("== SQLite", flush=True)
    statuses = [_without_browser(arguments, "")]
    if not missing:
        print("== Chromium", flush=True)
        statuses.append(_in_browser(options.only, options.rest))
    on_postgres = _on_postgres(arguments)
    if on_postgres is None:
        missing.append("postgres")
    else:
        statuses.append(on_postgres)
    for part in missing:
        print(f"SKIPPED: {part} is not on this machine; the tests that need it did not run.")
    is_whole = options.only == WHOLE and not options.rest
    return int(is_failed(statuses, is_whole=is_whole) or bool(required & set(missing)))


if __name__ == "__main__":
    sys.exit(main())
