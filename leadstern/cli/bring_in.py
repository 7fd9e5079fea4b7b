"""`leadstern import leads|outcomes FILE`: the ordinary import, run to its end in the foreground.

Answers how many lines were taken, and of each line that was not, in words, why.
"""

import argparse
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from leadstern.capture.channels.file_import import actions as file_import
from leadstern.capture.channels.file_import.queries import issue_line
from leadstern.capture.channels.file_import.reader import detect_dialect, read_rows
from leadstern.capture.channels.file_import.terms import WARNINGS, LineIssue, Record
from leadstern.capture.models import ImportIssue, ImportRun
from leadstern.cli.answer import Answer
from leadstern.core.errors import Refused
from leadstern.core.memory import keep_what_is_loaded
from leadstern.core.time import now
from leadstern.journey.actions import walk_until_done
from leadstern.sales.actions import import_outcomes

BATCH = 2000
SHOWN = 1000
OUTCOME_FIELDS = ("external_id", "won_at", "value", "segment")


@dataclass(frozen=True)
class Line:
    """A line that was not taken: `code` for machines, `problem` in words."""

    line: int
    column: str
    code: str
    problem: str

    def __str__(self) -> str:
        if self.column:
            return _("Line %(line)s, %(column)s: %(problem)s") % asdict(self)
        return _("Line %(line)s: %(problem)s") % asdict(self)


@dataclass(frozen=True)
class Told:
    """What came of an import, or what would."""

    accepted: int
    repeated: int
    rejected: int
    lines: list[Line]


def run(options: argparse.Namespace) -> Answer:
    """Status 1 when lines were not taken: each is named with its reason, all others are in.

    Refused (status 2) for a file or a mapping that does not fit, and when the run breaks off.
    """
    keep_what_is_loaded()
    mapping = _mapping(options.map)
    told = _leads(options, mapping) if options.kind == "leads" else _outcomes(options, mapping)
    return _answer(told, is_check=options.dry_run)


def _mapping(pairs: list[str]) -> dict[str, str]:
    wrong = [pair for pair in pairs if "=" not in pair]
    if wrong:
        raise Refused(_("--map needs FIELD=HEADING, not %(text)s") % {"text": wrong[0]})
    return dict(pair.split("=", 1) for pair in pairs)


def _leads(options: argparse.Namespace, mapping: dict[str, str]) -> Told:
    path = Path(options.file)
    fixed = {key: value for key in ("stage", "acquisition") if (value := getattr(options, key))}
    if options.dry_run:
        return _check_leads(path, mapping, fixed)
    run = file_import.start_run(path, filename=path.name, mapping=mapping, options=fixed, by=None, now=now())
    file_import.begin_run(run, by=None, now=now())
    _finish(run)
    issues = run.issues.order_by("line", "id")[:SHOWN]
    return Told(run.accepted, run.repeated, run.rejected, _in_words(issues))


def _finish(run: ImportRun) -> None:
    """Walks until this run is over; a worker that runs beside us may take some of its lines. Refused when it failed."""
    while True:
        walk_until_done(now=now(), limit=BATCH)
        run.refresh_from_db()
        if run.state != ImportRun.State.RUNNING:
            break
        time.sleep(0.2)
    if run.state == ImportRun.State.FAILED:
        text = _("The import broke off after %(n)s lines. %(error)s. Start it again: nothing comes in twice.")
        raise Refused(text % {"n": run.accepted + run.repeated + run.rejected, "error": run.error.rstrip(".")})


def _check_leads(path: Path, mapping: dict[str, str], fixed: dict[str, str]) -> Told:
    """As the import would, but leaves neither a run nor a copy of the file."""
    with transaction.atomic():
        run = file_import.start_run(path, filename=path.name, mapping=mapping, options=fixed, by=None, now=now())
        transaction.set_rollback(True)
    try:
        report = file_import.check_run(run, now=now())
    finally:
        (settings.FILES / run.path).unlink(missing_ok=True)
    return Told(report.new, report.repeated, report.issue_count, _in_words(report.issues))


def _outcomes(options: argparse.Namespace, mapping: dict[str, str]) -> Told:
    path = Path(options.file)
    broken: list[Record] = []
    if options.stage or options.acquisition:
        raise Refused(_("--stage and --acquisition are for leads; outcomes have none."))
    _check_outcome_mapping(path, mapping)
    rows = read_rows(path, on_broken=broken.append)
    if options.dry_run:
        with transaction.atomic():
            result = import_outcomes(rows, mapping=mapping, now=now(), by=None)
            transaction.set_rollback(True)
    else:
        result = import_outcomes(rows, mapping=mapping, now=now(), by=None)
        walk_until_done(now=now(), limit=BATCH)
    lines = [Line(line, "", code.value, str(code.label)) for line, code in result.issues]
    lines += _in_words(LineIssue(record.line, "", record.problem, "") for record in broken)
    return Told(result.accepted, result.repeated, len(lines), sorted(lines, key=lambda each: each.line)[:SHOWN])


def _check_outcome_mapping(path: Path, mapping: dict[str, str]) -> None:
    """Refused unless every field is known, every heading there, and id and date have a column."""
    headings = detect_dialect(path).headings
    unknown = [name for name in mapping if name not in OUTCOME_FIELDS]
    lost = [heading for heading in mapping.values() if heading not in headings]
    if unknown:
        told = {"names": ", ".join(unknown), "known": ", ".join(OUTCOME_FIELDS)}
        raise Refused(_("Unknown field: %(names)s. There are: %(known)s.") % told)
    if lost:
        told = {"names": ", ".join(lost), "headings": ", ".join(headings)}
        raise Refused(_("The file has no column %(names)s. Its columns: %(headings)s.") % told)
    if not {"external_id", "won_at"} <= set(mapping):
        raise Refused(_("Outcomes need a column for external_id and one for won_at: --map FIELD=HEADING."))


def _in_words(issues: Iterable[LineIssue | ImportIssue]) -> list[Line]:
    """As the pages of imports say it."""
    return [Line(one.line, one.column, str(one.code), str(issue_line(one).problem)) for one in issues]


def _answer(told: Told, *, is_check: bool) -> Answer:
    unlisted = told.rejected - len({each.line for each in told.lines if each.code not in WARNINGS})
    counted = {"accepted": told.accepted, "repeated": told.repeated, "rejected": told.rejected}
    data = {"dry_run": is_check, **counted, "issues": [asdict(each) for each in told.lines], "unlisted": unlisted}
    text = [_summary(is_check) % counted, *map(str, told.lines)]
    if unlisted:
        text.append(_("%(n)s more lines that were not taken are not listed here.") % {"n": unlisted})
    return Answer(data, "\n".join(text), status=int(told.rejected > 0))


def _summary(is_check: bool) -> str:
    if is_check:
        return _(
            "Checked only, nothing brought in: %(accepted)s would be taken, %(repeated)s known already, "
            "%(rejected)s rejected"
        )
    return _("%(accepted)s taken, %(repeated)s known already, %(rejected)s rejected")
