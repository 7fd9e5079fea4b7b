"""Runs the whole suite: on SQLite, then on PostgreSQL when the machine has it. `make test` calls it.

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


def _pytest(arguments: list[str], database: str) -> int:
    environment = os.environ | {"DATABASE_URL": database}
    command = [sys.executable, "-m", "pytest", "-n", os.environ.get("LEADSTERN_TEST_PROCESSES", "2"), *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def _on_sqlite(arguments: list[str]) -> int:
    print("== SQLite", flush=True)
    return _pytest(arguments, "")


def _on_postgres(arguments: list[str]) -> int | None:
    with server() as address:
        if address is None:
            return None
        print("== PostgreSQL", flush=True)
        return _pytest(arguments, f"{address}/postgres")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="tests")
    parser.add_argument("rest", nargs="*")
    options = parser.parse_args()
    arguments = [options.only, *options.rest]
    required = set(filter(None, os.environ.get("LEADSTERN_REQUIRE", "").split(",")))
    missing = [] if chromium() else ["browser"]
    results = [_on_sqlite(arguments), _on_postgres([*arguments, "-m", "not browser or postgres"])]
    if results[1] is None:
        missing.append("postgres")
    for part in missing:
        print(f"SKIPPED: {part} is not on this machine; the tests that need it did not run.")
    return int(any(results) or bool(required & set(missing)))


if __name__ == "__main__":
    sys.exit(main())
