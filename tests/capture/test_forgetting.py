"""What imports leave behind: the file goes when the import is over, the text of its lines after 30 days."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from leadstern.accounts.models import User
from leadstern.audit.models import Entry
from leadstern.capture.channels.file_import.actions import begin_run, continue_runs, start_run
from leadstern.capture.channels.file_import.forgetting import KEPT, forget_imports
from leadstern.capture.models import ImportIssue, ImportRun

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
FILE = b"E-Mail;Ort\nkim@muster.example;Berlin\nkim@muster.example;Berlin;zu viel\n"


def _started(now: datetime, file: bytes = FILE) -> ImportRun:
    return start_run(file, filename="a.csv", mapping={"email": "E-Mail"}, options={}, by=None, now=now)


def _files() -> list[Path]:
    return list((settings.FILES / "imports").iterdir())


@pytest.fixture
def run(now: datetime) -> ImportRun:
    for left in _files() if (settings.FILES / "imports").is_dir() else []:
        left.unlink()
    started = _started(now)
    begin_run(started, by=None, now=now)
    return started


def test_the_file_stays_while_the_import_runs(run: ImportRun, now: datetime) -> None:
    continue_runs(now=now, limit=1)
    assert forget_imports(now=now + 2 * KEPT, limit=10) == 0
    assert len(_files()) == 1


def test_the_file_goes_when_the_import_is_done_and_the_lines_stay(run: ImportRun, now: datetime) -> None:
    continue_runs(now=now, limit=10)
    assert forget_imports(now=now, limit=10) == 1
    assert _files() == []
    assert "zu viel" in ImportIssue.objects.get().raw
    assert forget_imports(now=now + KEPT - SECOND, limit=10) == 0


def test_the_file_goes_when_the_import_has_failed(run: ImportRun, now: datetime) -> None:
    ImportRun.objects.update(state="failed")
    assert forget_imports(now=now, limit=10) == 1
    assert _files() == []


def test_the_text_of_the_lines_goes_after_thirty_days_and_the_count_stays(
    run: ImportRun, now: datetime, anna: User, sign_in: Callable[[User], Client]
) -> None:
    continue_runs(now=now, limit=10)
    forget_imports(now=now, limit=10)
    assert forget_imports(now=now + KEPT, limit=10) == 1
    assert forget_imports(now=now + KEPT, limit=10) == 0
    issue = ImportIssue.objects.get()
    assert (issue.line, issue.code, issue.raw) == (3, "columns", "")
    run.refresh_from_db()
    assert (run.state, run.accepted, run.rejected, run.error) == ("done", 1, 1, "")
    assert sign_in(anna).get(f"/capture/imports/{run.pk}/").status_code == 200
    assert sign_in(anna).get(f"/capture/imports/{run.pk}/issues.csv").status_code == 200


def test_an_import_that_never_began_is_given_up_after_thirty_days(
    run: ImportRun, now: datetime, anna: User, sign_in: Callable[[User], Client]
) -> None:
    ImportRun.objects.all().delete()
    waiting = _started(now)
    assert forget_imports(now=now + KEPT - SECOND, limit=10) == 0
    assert forget_imports(now=now + KEPT, limit=10) == 1
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error) == (
        "failed", "Er wurde nicht innerhalb von 30 Tagen begonnen; die Datei wurde entfernt.",
    )  # fmt: skip
    assert not (settings.FILES / waiting.path).is_file()
    assert Entry.objects.filter(verb="import.failed").count() == 1
    assert forget_imports(now=now + 2 * KEPT, limit=10) == 0
    assert waiting.error in sign_in(anna).get(f"/capture/imports/{waiting.pk}/").content.decode()


def test_a_file_that_a_kill_left_without_a_run_goes_after_a_day(run: ImportRun, now: datetime) -> None:
    stray, young = (settings.FILES / "imports" / name for name in ("stray.csv", "young.csv"))
    for path, age in ((stray, timedelta(days=2)), (young, timedelta(hours=1))):
        path.write_bytes(FILE)
        os.utime(path, times=((now - age).timestamp(), (now - age).timestamp()))
    os.utime(settings.FILES / run.path, times=((now - 2 * KEPT).timestamp(),) * 2)
    forget_imports(now=now, limit=10)
    assert sorted(path.name for path in _files()) == sorted([young.name, Path(run.path).name])


def test_a_killed_removal_is_finished_by_the_next(run: ImportRun, now: datetime) -> None:
    continue_runs(now=now, limit=10)
    (settings.FILES / run.path).unlink()
    assert forget_imports(now=now, limit=10) == 1
    assert ImportRun.objects.get().path == ""
