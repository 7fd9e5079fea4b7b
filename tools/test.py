"""Runs the whole suite: on SQLite, in Chromium and on PostgreSQL where the machine has them. `make test` calls it.

LEADSTERN_REQUIRE=postgres,browser turns a missing part into a failure. What is skipped is named at the end.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.browser import chromium
from tools.postgres import server

ROOT = Path(__file__).resolve().parent.parent
BROWSER = ["tests/capture", "tests/visitors", "tests/e2e"]
NOTHING_SELECTED = 5


def _pytest(arguments: list[str], database: str, *, processes: str) -> int:
    environment = os.environ | {"DATABASE_URL": database}
    command = [sys.executable, "-m", "pytest", "-n", processes, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    return 0 if done == NOTHING_SELECTED else done


def _without_browser(arguments: list[str], database: str) -> int:
    processes = os.environ.get("LEADSTERN_TEST_PROCESSES", "2")
    return _pytest([*arguments, "-m", "not browser"], database, processes=processes)


def _in_browser(only: str, rest: list[str]) -> int:
    """One process a folder: the browser's driver keeps an event loop in its process, which others must not meet."""
    folders = [only] if only != "tests" else BROWSER
    return max(_pytest([folder, *rest, "-m", "browser"], "", processes="0") for folder in folders)


def _on_postgres(arguments: list[str]) -> int | None:
    with server(is_durable=False) as address:
        if address is None:
            return None
        print("== PostgreSQL", flush=True)
        return _without_browser(arguments, f"{address}/postgres")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="tests")
    parser.add_argument("rest", nargs="*")
    options = parser.parse_args()
    arguments = [options.only, *options.rest]
    required = set(filter(None, os.environ.get("LEADSTERN_REQUIRE", "").split(",")))
    missing = [] if chromium() else ["browser"]
    print("== SQLite", flush=True)
    results: list[int | None] = [_without_browser(arguments, "")]
    if not missing:
        print("== Chromium", flush=True)
        results.append(_in_browser(options.only, options.rest))
    results.append(_on_postgres(arguments))
    if results[-1] is None:
        missing.append("postgres")
    for part in missing:
        print(f"SKIPPED: {part} is not on this machine; the tests that need it did not run.")
    return int(any(results) or bool(required & set(missing)))


if __name__ == "__main__":
    sys.exit(main())
