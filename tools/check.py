"""Every check that needs no running product. `make check` and CI call it; it names all failures, not just the first."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

CHECKS: dict[str, list[str | Path]] = {
    "types": [BIN / "mypy", "leadstern", "tools", "bench", "tests"],
    "style": [BIN / "ruff", "check", "."],
    "format": [BIN / "ruff", "format", "--check", "."],
    "path order": [BIN / "lint-imports"],
    "templates": [BIN / "djlint", "leadstern", "--lint", "--quiet"],
    "migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
    "translations": [sys.executable, "tools/messages.py", "--check"],
    "settings": [sys.executable, "manage.py", "check", "--fail-level", "WARNING"],
    "architecture, documentation": [sys.executable, "-m", "pytest", "tests/architecture", "-n", "0"],
}


def _run(command: list[str | Path]) -> "subprocess.CompletedProcess[str]":
    words = [str(part) for part in command]
    return subprocess.run(words, cwd=ROOT, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def main() -> int:
    """As many at once as there are cores; each is told when it is done, in this order."""
    failed = []
    with ThreadPoolExecutor(os.cpu_count()) as cores:
        for name, done in zip(CHECKS, cores.map(_run, CHECKS.values()), strict=True):
            print(f"== {name}\n{done.stdout}", end="", flush=True)
            if done.returncode:
                failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
