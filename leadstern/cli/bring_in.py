"""`leadstern import leads|outcomes FILE`: the ordinary import, run to its end in the foreground."""

import argparse
from pathlib import Path

from django.utils.translation import gettext as _

from leadstern.capture.channels.file_import import actions as file_import
from leadstern.capture.channels.file_import.reader import read_rows
from leadstern.capture.channels.file_import.terms import CheckReport, Record
from leadstern.capture.models import ImportRun
from leadstern.cli.answer import Answer
from leadstern.core.errors import Refused
from leadstern.core.time import now
from leadstern.journey.actions import walk_until_done
from leadstern.sales.actions import import_outcomes

BATCH = 2000
SHOWN = 1000


def run(options: argparse.Namespace) -> Answer:
    """Status 1 when lines were rejected: each is named with its reason, all others are in."""
    mapping = _mapping(options.map)
    return _leads(options, mapping) if options.kind == "leads" else _outcomes(options, mapping)


def _mapping(pairs: list[str]) -> dict[str, str]:
    wrong = [pair for pair in pairs if "=" not in pair]
    if wrong:
        raise Refused(_("--map needs FIELD=HEADING, not %(text)s") % {"text": wrong[0]})
    return dict(pair.split("=", 1) for pair in pairs)


def _leads(options: argparse.Namespace, mapping: dict[str, str]) -> Answer:
    path = Path(options.file)
    fixed = {key: value for key in ("stage", "acquisition") if (value := getattr(options, key))}
    run = file_import.start_run(path, filename=path.name, mapping=mapping, options=fixed, by=None, now=now())
    if options.dry_run:
        return _checked(file_import.check_run(run, now=now()))
    file_import.begin_run(run, by=None, now=now())
    walk_until_done(now=now(), limit=BATCH)
    done = ImportRun.objects.get(pk=run.pk)
    issues = [_issue(one.line, one.column, one.code) for one in done.issues.order_by("line")[:SHOWN]]
    return _answer(done.accepted, done.repeated, done.rejected, issues)


def _checked(report: CheckReport) -> Answer:
    issues = [_issue(one.line, one.column, one.code) for one in report.issues]
    return _answer(report.good - report.repeated, report.repeated, report.issue_count, issues)


def _outcomes(options: argparse.Namespace, mapping: dict[str, str]) -> Answer:
    broken: list[Record] = []
    rows = read_rows(Path(options.file), on_broken=broken.append)
    result = import_outcomes(rows, mapping=mapping, now=now(), by=None)
    walk_until_done(now=now(), limit=BATCH)
    issues = [_issue(line, "", code) for line, code in result.issues]
    issues += [_issue(record.line, "", record.problem) for record in broken]
    return _answer(result.accepted, result.repeated, len(issues), issues[:SHOWN])


def _issue(line: int, column: str, code: str) -> dict[str, object]:
    return {"line": line, "column": column, "code": str(code)}


def _answer(accepted: int, repeated: int, rejected: int, issues: list[dict[str, object]]) -> Answer:
    data = {"accepted": accepted, "repeated": repeated, "rejected": rejected, "issues": issues}
    text = _("%(accepted)s taken, %(repeated)s known already, %(rejected)s rejected") % data
    lines = [" ".join(str(part) for part in issue.values()) for issue in issues]
    return Answer(data, "\n".join([text, *lines]), status=int(rejected > 0))
