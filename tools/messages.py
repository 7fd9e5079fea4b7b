"""German catalogues: refreshes them from the sources, or checks that none misses a string (needs GNU gettext).

`make messages` refreshes; `tools/check.py` calls it with --check, which works on a copy and changes nothing.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
BESIDES = ("cli", "config", "demo")


def stages(root: Path) -> list[Path]:
    """Every package with a catalogue of its own."""
    return [
        path for path in sorted((root / "leadstern").iterdir()) if (path / "apps.py").exists() or path.name in BESIDES
    ]


def refresh(root: Path) -> None:
    """Runs makemessages in each package below `root`."""
    environment = os.environ | {"LEADSTERN_HOME": tempfile.gettempdir(), "PYTHONPATH": str(ROOT)}
    for stage in stages(root):
        (stage / "locale").mkdir(exist_ok=True)
        command = [
            sys.executable,
            str(ROOT / "manage.py"),
            "makemessages",
            "-l",
            "de",
            "--no-obsolete",
            "--no-location",
        ]
        subprocess.run([*command, "-v", "0"], cwd=stage, check=True, env=environment)


def _known(stage: Path) -> set[object]:
    path = stage / "locale" / "de" / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return set()
    with path.open("rb") as stream:
        return {(message.context, str(message.id)) for message in read_po(stream, locale="de") if message.id}


def missing() -> list[str]:
    """Strings of the sources that a catalogue does not hold."""
    with tempfile.TemporaryDirectory() as folder:
        ignored = shutil.ignore_patterns("static", "__pycache__", "*.mo")
        shutil.copytree(ROOT / "leadstern", Path(folder) / "leadstern", ignore=ignored)
        refresh(Path(folder))
        pairs = zip(stages(ROOT), stages(Path(folder)), strict=True)
        return [
            f"{ours.name}: {text}" for ours, fresh in pairs for text in sorted(map(str, _known(fresh) - _known(ours)))
        ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    if shutil.which("xgettext") is None:
        print("GNU gettext is not on this machine; the catalogues were not compared with the sources.")
        return int("gettext" in os.environ.get("LEADSTERN_REQUIRE", ""))
    if not options.check:
        refresh(ROOT)
        return 0
    found = missing()
    print("\n".join(found) or "every string is in its catalogue")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
