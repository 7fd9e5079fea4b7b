"""`leadstern restore FILE`: brings back what `backup` wrote, after checking every part against its sum.

Refused while a worker is alive, over existing data without `--force`, and for a damaged or foreign archive. Nothing is
touched before the whole archive has been checked.
"""

import argparse
import json
import os
import shutil
import tarfile
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.cli.answer import Answer
from leadstern.cli.backup import digest, postgres_arguments, run_postgres
from leadstern.core.errors import Refused
from leadstern.core.time import now
from leadstern.journey.models import Worker
from leadstern.leads.models import Lead


def run(options: argparse.Namespace) -> Answer:
    """Afterwards the database is as it was at the backup, brought up to this version by migrations."""
    settings.LEADSTERN_HOME.mkdir(parents=True, exist_ok=True)
    _refuse_if_in_use(force=options.force)
    with tempfile.TemporaryDirectory(dir=settings.LEADSTERN_HOME, prefix=".restore-") as folder:
        manifest = _unpack(Path(options.file), Path(folder))
        _restore_database(Path(folder) / "database")
        _restore_files(Path(folder))
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    return Answer({"restored": True, "at": manifest["at"]}, _("Restored the state of %(at)s.") % {"at": manifest["at"]})


def _refuse_if_in_use(*, force: bool) -> None:
    try:
        alive = Worker.objects.filter(seen_at__gt=now() - timedelta(seconds=30)).exists()
        filled = Lead.objects.exists() or User.objects.exists()
    except DatabaseError:
        return
    finally:
        connection.close()
    if alive:
        raise Refused(_("A worker is running. Stop Leadstern first, wait half a minute and restore then."))
    if filled and not force:
        raise Refused(_("There are data already. --force replaces them; make a backup first."))


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    """The archive's manifest, with all parts checked."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            for member in archive:
                _extract(archive, member, folder)
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        whole = all(digest(folder / name) == expected for name, expected in manifest["sha256"].items())
    except (tarfile.TarError, EOFError, OSError, ValueError, KeyError) as error:
        raise Refused(
            _("%(file)s is not a backup, or it is damaged: %(error)s") % {"file": source, "error": error}
        ) from None
    if not whole:
        raise Refused(_("%(file)s is damaged: a part does not match its sum") % {"file": source})
    if manifest["database"] != connection.vendor:
        raise Refused(_("The backup is of %(kind)s; set DATABASE_URL accordingly") % {"kind": manifest["database"]})
    return manifest


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """A regular file below `folder`, whatever the archive says. (Python knows its own filter from 3.11.4 on only.)"""
    target = (folder / member.name).resolve()
    content = archive.extractfile(member) if member.isfile() else None
    if content is None or not target.is_relative_to(folder.resolve()):
        raise tarfile.TarError(member.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        shutil.copyfileobj(content, file)
    target.chmod(member.mode & 0o700)


def _restore_database(dump: Path) -> None:
    if connection.vendor == "sqlite":
        target = Path(settings.DATABASES["default"]["NAME"])
        for leftover in (target.with_name(target.name + "-wal"), target.with_name(target.name + "-shm")):
            leftover.unlink(missing_ok=True)
        os.replace(dump, target)  # noqa: PTH105 -- atomic on one file system
        return
    command = ["pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", *postgres_arguments()]
    run_postgres([*command, str(dump)])


def _restore_files(folder: Path) -> None:
    if (folder / "files").exists():
        shutil.copytree(folder / "files", settings.FILES, dirs_exist_ok=True)
    if (folder / "secret_key").exists():
        shutil.copy2(folder / "secret_key", settings.LEADSTERN_HOME / "secret_key")
