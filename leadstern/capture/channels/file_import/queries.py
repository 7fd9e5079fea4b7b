"""Reading imports: the list, one run's progress, its issues. Called by the pages of imports."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from leadstern.capture.channels.file_import.actions import dialect_of
from leadstern.capture.channels.file_import.reader import read_records
from leadstern.capture.channels.file_import.terms import Issue
from leadstern.capture.models import ImportIssue, ImportRun


@dataclass(frozen=True)
class Column:
    """A column of a file with its first values."""

    heading: str
    examples: list[str]


@dataclass(frozen=True)
class IssueLine:
    """A line that was not taken, as people read it."""

    line: int
    column: str
    problem: Any
    raw: str


def runs() -> QuerySet[ImportRun]:
    """All imports with who started them. Unordered."""
    return ImportRun.objects.select_related("started_by").defer("mapping", "options")


def share_done(run: ImportRun) -> float:
    """How much of the file has been read, 0 to 1."""
    size = run.dialect["size"]
    return min(run.dialect["offset"] / size, 1.0) if size else 1.0


def columns(run: ImportRun, *, examples: int = 5) -> list[Column]:
    """The columns of the run's file and their values in the first good lines."""
    dialect = dialect_of(run)
    records = read_records(settings.FILES / run.path, dialect)
    good = list(islice((record.cells for record in records if not record.problem), examples))
    return [Column(heading, [cells[number] for cells in good]) for number, heading in enumerate(dialect.headings)]


def issues(run: ImportRun) -> QuerySet[ImportIssue]:
    """Lines that were not taken. Unordered."""
    return ImportIssue.objects.filter(run=run)


def issue_line(issue: Any) -> IssueLine:
    """Puts an issue (stored, or of a dry run) into words."""
    known = issue.code in Issue.values
    return IssueLine(issue.line, issue.column, Issue(issue.code).label if known else issue.code, issue.raw)


def all_issue_lines(run: ImportRun) -> Iterator[IssueLine]:
    """Every line that was not taken, in the order of the file, for the download; steady memory."""
    for issue in issues(run).order_by("line", "id").iterator(chunk_size=2000):
        yield issue_line(issue)
