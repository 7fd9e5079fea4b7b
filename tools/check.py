"""Every check that needs no running product. `make check` and CI call it; it names all failures, not just the first."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

CHECKS: dict[str, list[str | Path]] = {
    "style": [BIN / "ruff", "check", "."],
    "format": [BIN / "ruff", "format", "--check", "."],
    "types": [BIN / "mypy", "leadstern", "tools", "bench", "tests"],
    "path order": [BIN / "lint-imports"],
    "templates": [BIN / "djlint", "leadstern", "--lint", "--quiet"],
    "migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
    "translations": [sys.executable, "tools/messages.py", "--check"],
    "settings": [sys.executable, "manage.py", "check", "--fail-level", "WARNING"],
    "architecture, documentation": [sys.executable, "-m", "pytest", "tests/architecture", "-n", "0"],
}


def main() -> int:
    failed = []
    for name, command in CHECKS.items():
        print(f"== {name}", flush=True)
        if subprocess.run([str(part) for part in command], cwd=ROOT, check=False).returncode:
            failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
