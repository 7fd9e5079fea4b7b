"""`leadstern backup FILE`: database, files and secret key in one archive, while everything runs.

SQLite is copied by its online backup (a consistent moment, writers go on), PostgreSQL by `pg_dump`. The archive holds
personal data and the key: keep it as safe as the database itself.
"""

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from leadstern import __version__
from leadstern.cli.answer import Answer
from leadstern.core.errors import Refused
from leadstern.core.time import now


def run(options: argparse.Namespace) -> Answer:
    """The archive appears under its name only when it is whole. Refused when the target exists or pg_dump fails."""
    target = Path(options.file)
    if target.exists():
        raise Refused(_("%(file)s exists already; choose another name") % {"file": target})
    with tempfile.TemporaryDirectory(dir=target.resolve().parent, prefix=".leadstern-backup-") as folder:
        parts = _collect(Path(folder))
        whole = Path(folder) / "whole.tar.gz"
        _pack(whole, parts)
        whole.replace(target)
    size = target.stat().st_size
    return Answer({"file": str(target), "bytes": size}, _("Backup written: %(file)s") % {"file": target})


def _collect(folder: Path) -> dict[str, Path]:
    """Name in the archive to the file on disk; the manifest comes first."""
    parts = {"database": dump_database(folder / "database")}
    key = settings.LEADSTERN_HOME / "secret_key"
    parts |= {"secret_key": key} if key.exists() else {}
    parts |= _copied_files(folder)
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps(_manifest(parts)), encoding="utf-8")
    return {"manifest.json": manifest} | parts


def _copied_files(folder: Path) -> dict[str, Path]:
    """Copies, so that a file that is being written or removed right now cannot differ from its sum."""
    copies = {}
    for number, path in enumerate(sorted(settings.FILES.rglob("*")) if settings.FILES.exists() else ()):
        if path.is_file():
            copy = folder / f"file-{number}"
            with contextlib.suppress(FileNotFoundError):  # gone meanwhile
                shutil.copy2(path, copy)
                copies[f"files/{path.relative_to(settings.FILES).as_posix()}"] = copy
    return copies


def _manifest(parts: dict[str, Path]) -> dict[str, Any]:
    sums = {name: digest(path) for name, path in parts.items()}
    return {"leadstern": __version__, "database": connection.vendor, "at": now().isoformat(), "sha256": sums}


def dump_database(target: Path) -> Path:
    """A consistent copy of the database at `target`."""
    if connection.vendor == "sqlite":
        source = sqlite3.connect(settings.DATABASES["default"]["NAME"])
        copy = sqlite3.connect(target)
        with source, copy:
            source.backup(copy)
        source.close()
        copy.close()
        return target
    command = ["pg_dump", "--format=custom", "--no-owner", "--file", str(target), *postgres_arguments()]
    run_postgres(command)
    return target


def postgres_arguments() -> list[str]:
    own = settings.DATABASES["default"]
    given = {"--host": own["HOST"], "--port": own["PORT"], "--username": own["USER"], "--dbname": own["NAME"]}
    return [part for name, value in given.items() if value for part in (name, value)]


def run_postgres(command: list[str]) -> None:
    """Runs a PostgreSQL tool; the password goes by environment, never by command line."""
    environment = os.environ | {"PGPASSWORD": settings.DATABASES["default"]["PASSWORD"]}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Refused(_("%(tool)s is not installed on this machine") % {"tool": command[0]}) from None
    if done.returncode:
        raise Refused(done.stderr.strip())


def digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _pack(target: Path, parts: dict[str, Path]) -> None:
    target.touch(mode=0o600)
    with tarfile.open(target, "w:gz") as archive:
        for name, path in parts.items():
            archive.add(path, arcname=name, recursive=False)
