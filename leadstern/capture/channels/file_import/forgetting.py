"""Files and lines of imports go when nobody needs them any more (GDPR Art. 5(1)(e)). Called by the worker.

The file goes as soon as its import is over; a run that never began is given up after 30 days; the text of lines that
were not taken stays 30 days, to be mended.
"""

import os
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from leadstern.audit.actions import record
from leadstern.capture.models import ImportIssue, ImportRun
from leadstern.core.db import claim, write

FOLDER = "imports"
KEPT = timedelta(days=30)
UPLOAD_TAKES = timedelta(days=1)
"""A file without a run that is older was left by a kill between the two."""
State = ImportRun.State
OVER = (State.DONE, State.FAILED)


def finished_with_file() -> QuerySet[ImportRun]:
    """Imports that are over and whose file is still there."""
    return ImportRun.objects.filter(state__in=OVER).exclude(path="")


def due_to_forget(*, now: datetime) -> QuerySet[ImportRun]:
    """Imports that never began, or whose lines have been kept long enough."""
    return ImportRun.objects.filter(forget_at__lte=now)


def forget_imports(*, now: datetime, limit: int) -> int:
    """Removes what is no longer needed of up to `limit` imports; how many there were.

    Guarantee: the file is removed before its path is forgotten, so a kill in between only removes it again.
    """
    with write():
        due = claim(due_to_forget(now=now).order_by("id"), limit=limit)
        for run in due:
            _forget(run, now=now)
    with write():
        finished = claim(finished_with_file().order_by("id"), limit=limit)
        for run in finished:
            (settings.FILES / run.path).unlink(missing_ok=True)
        ImportRun.objects.filter(pk__in=[run.pk for run in finished]).update(path="")
    _remove_strays(now=now)
    return len({run.pk for run in [*due, *finished]})


def _forget(run: ImportRun, *, now: datetime) -> None:
    """Given up when it never began, else without the text of its lines."""
    never_began = ImportRun.objects.filter(pk=run.pk, state__in=(State.UPLOADED, State.CHECKED))
    error = _("It was not begun within 30 days; the file was removed.")
    if never_began.update(state=State.FAILED, error=error, finished_at=now):
        record("import.failed", run, by=None, now=now)
    ImportIssue.objects.filter(run=run).exclude(raw="").update(raw="")
    ImportRun.objects.filter(pk=run.pk).update(forget_at=None)


def _remove_strays(*, now: datetime) -> None:
    """Files that no run knows."""
    folder = settings.FILES / FOLDER
    oldest = (now - UPLOAD_TAKES).timestamp()
    old = [entry.name for entry in os.scandir(folder) if entry.stat().st_mtime < oldest] if folder.is_dir() else []
    known = set(ImportRun.objects.filter(path__in=[f"{FOLDER}/{name}" for name in old]).values_list("path", flat=True))
    for name in old:
        if f"{FOLDER}/{name}" not in known:
            (folder / name).unlink(missing_ok=True)
