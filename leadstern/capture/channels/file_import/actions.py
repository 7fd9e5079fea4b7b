"""Imports of leads from a file: stored, checked, then taken in portions that a crash cannot lose or double.

`start_run` keeps the file, `check_run` is the dry run, `begin_run` releases it; the worker takes it by `continue_runs`.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.capture.channels.file_import.convert import Plan, Row, convert_line, is_field, make_plan
from leadstern.capture.channels.file_import.forgetting import FOLDER, KEPT
from leadstern.capture.channels.file_import.reader import detect_dialect, normalise_file, read_records
from leadstern.capture.channels.file_import.terms import (
    STAGES,
    WARNINGS,
    CheckReport,
    Dialect,
    LineIssue,
    Record,
)
from leadstern.capture.models import ImportIssue, ImportRun, Submission
from leadstern.capture.terms import CaptureChannel, SubmissionState
from leadstern.core.db import claim, write
from leadstern.core.errors import Invalid, Refused
from leadstern.core.rows import insert_rows
from leadstern.core.text import clean

CHUNK = 1 << 20
CHECKED_AT_ONCE = 5_000
SHOWN_ISSUES = 200
IDENTIFYING = frozenset({"email", "phone", "external_id"})
State = ImportRun.State
_SUBMISSION = (
    "key", "raw", "details", "captured_at", "import_run", "entered_by",
    "origin", "errors", "received_at", "state", "state_reason", "channel",
)  # fmt: skip


def start_run(
    file: Path | bytes | Iterable[bytes],
    *,
    filename: str,
    mapping: dict[str, str],
    options: dict[str, str],
    by: User | None,
    now: datetime,
) -> ImportRun:
    """Keeps the file under a name of our own and reads how it is written. Nothing is imported yet.

    `mapping` {our field: heading} and `options` {our field: fixed value} may come later (`map_run`). Raises Invalid in
    words for a file that is too large, empty or no CSV, and for headings that are not there or stand there twice.
    """
    path = f"{FOLDER}/{secrets.token_hex(16)}.csv"
    target: Path = settings.FILES / path
    try:
        digest = _store(_chunks(file), target)
        normalise_file(target)
        dialect = detect_dialect(target)
        if mapping:
            check_mapping(mapping, options, dialect)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    with write():
        run = ImportRun.objects.create(
            filename=clean(PurePath(filename.replace("\\", "/")).name)[:200] or "leads.csv", path=path, digest=digest,
            dialect=_to_json(dialect), mapping=mapping, options=_given(options), started_by=by, created_at=now,
            forget_at=now + KEPT,
        )  # fmt: skip
        record("import.uploaded", run, by=by, now=now, data={"filename": run.filename, "size": dialect.size})
    return run


def _chunks(file: Path | bytes | Iterable[bytes]) -> Iterator[bytes]:
    if isinstance(file, bytes):
        yield file
    elif isinstance(file, Path):
        with file.open("rb") as opened:
            while chunk := opened.read(CHUNK):
                yield chunk
    else:
        yield from file


def _store(chunks: Iterable[bytes], target: Path) -> str:
    """Writes and syncs; the SHA-256 of what came."""
    limit = settings.OWN["LEADSTERN_MAX_IMPORT_MB"]
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as stored:
        for chunk in chunks:
            size += len(chunk)
            if size > limit << 20:
                raise Invalid({"file": [_("The file is too large: at most %(limit)s MB.") % {"limit": limit}]})
            digest.update(chunk)
            stored.write(chunk)
        stored.flush()
        os.fsync(stored.fileno())
    return digest.hexdigest()


def _to_json(dialect: Dialect) -> dict[str, Any]:
    return {
        "encoding": dialect.encoding, "delimiter": dialect.delimiter, "headings": list(dialect.headings),
        "start": dialect.start, "start_line": dialect.start_line, "size": dialect.size, "offset": dialect.start,
    }  # fmt: skip


def dialect_of(run: ImportRun) -> Dialect:
    """How the run's file is written."""
    kept = run.dialect
    return Dialect(
        kept["encoding"], kept["delimiter"], tuple(kept["headings"]), kept["start"], kept["start_line"], kept["size"]
    )


def check_mapping(mapping: dict[str, str], options: dict[str, str], dialect: Dialect) -> None:
    """Raises Invalid when a column is missing, a field unknown, or nothing would identify anybody."""
    lost = [heading for heading in mapping.values() if heading not in dialect.headings]
    unknown = [name for name in [*mapping, *options] if not is_field(name)]
    errors: dict[str, list[str]] = {}
    if lost:
        text = _("The file has no column %(names)s. Its columns: %(headings)s.")
        told = {"names": ", ".join(f"“{name}”" for name in lost), "headings": ", ".join(dialect.headings)}
        errors["mapping"] = [text % {key: value[:500] for key, value in told.items()}]
    if unknown:
        errors["fields"] = [_("Unknown field: %(names)s.") % {"names": ", ".join(unknown)[:500]}]
    if not IDENTIFYING & set(mapping):
        errors["identity"] = [
            _("Choose a column for e-mail, telephone or outside id: by one of them a lead is recognised.")
        ]
    if options.get("stage", "") not in STAGES:
        errors["stage"] = [_("Unknown stage: %(name)s.") % {"name": options["stage"][:80]}]
    if errors:
        raise Invalid(errors)


def _given(options: dict[str, str]) -> dict[str, str]:
    return {name: clean(value) for name, value in options.items() if value}


def map_run(run: ImportRun, *, mapping: dict[str, str], options: dict[str, str]) -> None:
    """Says which column is what. Raises Invalid as `check_mapping`, Refused once the run has begun."""
    check_mapping(mapping, options, dialect_of(run))
    open_runs = ImportRun.objects.filter(pk=run.pk, state__in=(State.UPLOADED, State.CHECKED))
    if not open_runs.update(mapping=mapping, options=_given(options), state=State.UPLOADED):
        raise Refused(_("This import has begun; it can no longer be changed."))
    run.refresh_from_db()


def check_run(run: ImportRun, *, now: datetime, most: int | None = None) -> CheckReport:
    """The dry run: reads the file (at most `most` lines) as the import would and writes nothing.

    Raises Invalid when the mapping does not fit.
    """
    dialect = dialect_of(run)
    check_mapping(run.mapping, run.options, dialect)
    plan, path = _plan(run, dialect, now), settings.FILES / run.path
    records = read_records(path, dialect)
    lines = good = repeated = issue_count = 0
    shown: list[LineIssue] = []
    seen: set[bytes] = set()
    while chunk := list(islice(records, min(CHECKED_AT_ONCE, most - lines) if most else CHECKED_AT_ONCE)):
        rows, issues = _convert(chunk, plan)
        lines, good, issue_count = lines + len(chunk), good + len(rows), issue_count + _line_count(issues)
        shown += issues[: SHOWN_ISSUES - len(shown)]
        repeated += _known(rows, seen)
        if most and lines >= most:
            break
    is_whole = next(records, None) is None
    return CheckReport(dialect, lines, good, repeated, issue_count, shown, is_whole)


def _plan(run: ImportRun, dialect: Dialect, now: datetime) -> Plan:
    return make_plan(run.mapping, headings=dialect.headings, options=run.options, zone=settings.TIME_ZONE, now=now)


def _line_count(issues: list[LineIssue]) -> int:
    """How many lines stay outside."""
    return len({issue.line for issue in issues if issue.code not in WARNINGS})


def _known(rows: list[tuple[Record, Row]], seen: set[bytes]) -> int:
    """How many say what an earlier line, or an earlier import, said already."""
    keys = [_key(row) for _record, row in rows]
    stored = set(Submission.objects.filter(key__in=keys).values_list("key", flat=True))
    known = 0
    for key, (_record, row) in zip(keys, rows, strict=True):
        short = bytes.fromhex(row.digest)[:8]
        known += key in stored or short in seen
        seen.add(short)
    return known


def _key(row: Row) -> str:
    return f"import:{row.digest}"


def _convert(records: list[Record], plan: Plan) -> tuple[list[tuple[Record, Row]], list[LineIssue]]:
    rows, issues = [], []
    for line in records:
        if line.problem:
            issues.append(LineIssue(line.line, "", line.problem, _printable(line.raw)))
            continue
        converted = convert_line(line.line, line.cells, plan)
        if isinstance(converted, Row):
            rows.append((line, converted))
            issues += converted.doubts
        else:
            issues += converted
    return rows, issues


def _printable(raw: str) -> str:
    return "".join("\ufffd" if sign == "\x00" or "\ud800" <= sign <= "\udfff" else sign for sign in raw[:4000])


def begin_run(run: ImportRun, *, by: User | None, now: datetime) -> None:
    """Releases a run to the worker. Raises Invalid when the mapping does not fit, Refused when it has begun already."""
    check_mapping(run.mapping, run.options, dialect_of(run))
    with write():
        waiting = ImportRun.objects.filter(pk=run.pk, state__in=(State.UPLOADED, State.CHECKED))
        if not waiting.update(state=State.RUNNING, forget_at=None):
            raise Refused(_("This import has begun already."))
        run.refresh_from_db()
        record("import.begun", run, by=by, now=now, data={"filename": run.filename, "mapping": run.mapping})


def continue_runs(*, now: datetime, limit: int) -> int:
    """Takes up to `limit` lines of the oldest run that has begun; how many lines it went on.

    Guarantee: submissions, issues and the bookmark are one transaction, and a submission's key is what its line says:
    a crash, a second worker or the same file again brings nothing twice and leaves nothing out.
    """
    with write():
        runs = claim(ImportRun.objects.filter(state=State.RUNNING).order_by("id"), limit=1)
        return _go_on(runs[0], now, limit) if runs else 0


def take_lines(run: ImportRun, *, now: datetime, limit: int) -> int:
    """As `continue_runs`, for one run that has begun (the command line waits for its own). 0 when it is done.

    Raises Refused for a run that has not begun.
    """
    if run.state in (State.UPLOADED, State.CHECKED):
        raise Refused(_("This import has not begun yet."))
    with write():
        runs = claim(ImportRun.objects.filter(pk=run.pk, state=State.RUNNING), limit=1)
        done = _go_on(runs[0], now, limit) if runs else 0
    run.refresh_from_db()
    return done


def _go_on(run: ImportRun, now: datetime, limit: int) -> int:
    dialect, path = dialect_of(run), settings.FILES / run.path
    try:
        records = list(islice(read_records(path, dialect, offset=run.dialect["offset"], line=run.next_line), limit))
    except OSError as error:
        _finish(run, now, state=State.FAILED, error=_("The file is gone: %(error)s") % {"error": error.strerror})
        return 0
    rows, issues = _convert(records, _plan(run, dialect, now))
    stored = _store_rows(run, rows, now)
    _store_issues(run, issues)
    ImportRun.objects.filter(pk=run.pk).update(
        accepted=F("accepted") + stored,
        repeated=F("repeated") + len(rows) - stored,
        rejected=F("rejected") + _line_count(issues),
        next_line=records[-1].next_line if records else run.next_line,
        dialect=run.dialect | ({"offset": records[-1].end} if records else {}),
    )
    if len(records) < limit:
        _finish(run, now, state=State.DONE)
    return len(records)


def _store_rows(run: ImportRun, rows: list[tuple[Record, Row]], now: datetime) -> int:
    """How many were new. A line that was there before breaks the unique key: the database leaves it out."""
    distinct = {_key(row): (line, row) for line, row in reversed(rows)}
    shared: tuple[Any, ...] = ({}, {}, now, SubmissionState.WAITING.value, "", CaptureChannel.FILE_IMPORT.value)
    values = (
        (
            key,
            dict(zip(run.dialect["headings"], line.cells, strict=False)),
            row.details,
            row.captured_at or run.created_at,
            run.pk,
            run.started_by_id,
            *shared,
        )
        for key, (line, row) in reversed(distinct.items())
    )
    return len(insert_rows(Submission, _SUBMISSION, values, skip_known=True))


def _store_issues(run: ImportRun, issues: list[LineIssue]) -> None:
    insert_rows(
        ImportIssue,
        ("run", "line", "column", "code", "raw"),
        ((run.pk, issue.line, issue.column, issue.code, issue.raw) for issue in issues),
        skip_known=True,
    )


def _finish(run: ImportRun, now: datetime, *, state: str, error: str = "") -> None:
    ImportRun.objects.filter(pk=run.pk).update(state=state, error=error, finished_at=now, forget_at=now + KEPT)
    run.refresh_from_db()
    data = {"accepted": run.accepted, "rejected": run.rejected, "repeated": run.repeated}
    if state == State.DONE:
        ImportRun.objects.filter(pk=run.pk).update(total=sum(data.values()))
    record(f"import.{state}", run, by=None, now=now, data=data)
