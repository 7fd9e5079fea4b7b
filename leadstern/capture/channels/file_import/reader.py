"""Reads CSV files as the world writes them: line by line, with steady memory, and naming each broken line.

Enters: a file and where to go on. Leaves: its dialect, then records. Called by the actions of this channel and by the
import of outcomes (`read_rows`). Excel's files are understood: UTF-8 with and without mark, cp1252, UTF-16, `sep=;`.
"""

import codecs
import csv
import re
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadstern.capture.channels.file_import.terms import Dialect, Issue, Record
from leadstern.core.errors import Invalid
from leadstern.core.text import clean

DELIMITERS = (";", ",", "\t", "|")
LONGEST_RECORD = 200
CHUNK = 1 << 20
MAX_COLUMNS = 500
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FOREIGN = (
    (b"PK\x03\x04", gettext_lazy("Excel (xlsx) or ZIP")),
    (b"\xd0\xcf\x11\xe0", "Excel (xls)"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "GZIP"),
    (b"{\\rtf", "RTF"),
    (b"<!DOCTYPE", "HTML"),
    (b"<html", "HTML"),
)
_LOST = re.compile("[\x00\ufffd\ud800-\udfff]")
_SEPARATOR_LINE = re.compile(rb'"?sep=(.)"?\r?\n', re.IGNORECASE)


def read_rows(path: Path, *, on_broken: Callable[[Record], None] | None = None) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and {heading: cell} of every good line. Broken ones go to `on_broken`; without it they raise Invalid.

    Raises Invalid when the file is no CSV at all. The file is left as it is.
    """
    dialect = detect_dialect(path)
    for record in read_records(path, dialect):
        if not record.problem:
            yield record.line, dict(zip(dialect.headings, record.cells, strict=True))
        elif on_broken is not None:
            on_broken(record)
        else:
            text = _("Line %(line)s: %(problem)s.") % {"line": record.line, "problem": Issue(record.problem).label}
            raise Invalid({"file": [text]})


def normalise_file(path: Path) -> None:
    """Rewrites UTF-16, UTF-32 and old Mac line ends as UTF-8 with \\n: then a place in the file is a byte number."""
    with path.open("rb") as file:
        start = file.read(CHUNK)
    encoding = next((name for mark, name in _MARKS if start.startswith(mark) and name != "utf-8"), "")
    is_mac = not encoding and b"\r" in start and b"\n" not in start
    if not encoding and not is_mac:
        return
    target = path.with_suffix(".utf8")
    try:
        with path.open("rb") as old, target.open("wb") as new:
            _rewrite(old, new, encoding)
    except UnicodeError:
        target.unlink(missing_ok=True)
        raise Invalid({"file": [_("The file says it is UTF-16, but it is not.")]}) from None
    target.replace(path)


def _rewrite(old: BinaryIO, new: BinaryIO, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)() if encoding else None
    while True:
        chunk = old.read(CHUNK)
        if decoder is None:
            new.write(chunk.replace(b"\r", b"\n"))
        else:
            new.write(decoder.decode(chunk, final=not chunk).encode("utf-8", "surrogatepass"))
        if not chunk:
            return


def detect_dialect(path: Path) -> Dialect:
    """Encoding, delimiter and headings. Raises Invalid in words: empty, not a CSV file, a heading twice."""
    with path.open("rb") as file:
        start = file.read(CHUNK)
    size = path.stat().st_size
    _refuse_foreign(start)
    if any(start.startswith(mark) for mark, name in _MARKS if name != "utf-8"):
        raise Invalid({"file": [_("Please save the file as CSV in UTF-8.")]})
    skipped = len(codecs.BOM_UTF8) if start.startswith(codecs.BOM_UTF8) else 0
    line = 1
    given = _SEPARATOR_LINE.match(start, skipped)
    if given:
        skipped, line = given.end(), 2
    encoding = "utf-8" if start.startswith(codecs.BOM_UTF8) else _detect_encoding(path)
    while (end := start.find(b"\n", skipped)) >= 0 and not start[skipped:end].strip(b"\r \t;,"):
        skipped, line = end + 1, line + 1
    delimiter = given[1].decode("latin-1") if given else _detect_delimiter(start[skipped:].decode(encoding, "replace"))
    source = _Lines(path, encoding, offset=skipped, line=line)
    try:
        heading = next(csv.reader(source, delimiter=delimiter, strict=True), None)
    except csv.Error:
        raise Invalid({"file": [_("The first line cannot be read as headings.")]}) from None
    finally:
        source.close()
    return Dialect(encoding, delimiter, _headings(heading), source.offset, source.line, size)


def _refuse_foreign(start: bytes) -> None:
    if not start.strip(codecs.BOM_UTF8 + b"\r\n\t ;,"):
        raise Invalid({"file": [_("The file is empty.")]})
    kind = next((name for mark, name in _FOREIGN if start[:64].lstrip().lower().startswith(mark.lower())), None)
    has_mark = any(start.startswith(mark) for mark, _name in _MARKS)
    if kind is None and not has_mark and b"\x00" in start[:4096]:
        kind = _("a binary format")
    if kind:
        text = _("This is not a CSV file but %(kind)s. In Excel: “Save as” and choose “CSV UTF-8”.")
        raise Invalid({"file": [text % {"kind": kind}]})


def _detect_encoding(path: Path) -> str:
    """UTF-8 unless more lines break it than use it; then cp1252, what Windows writes.

    A single broken line in a UTF-8 file does not turn the umlauts of all others into rubbish.
    """
    good = broken = 0
    with path.open("rb") as file:
        while chunk := file.readlines(CHUNK):
            try:
                good += not b"".join(chunk).decode("utf-8").isascii()
            except UnicodeDecodeError:
                for line in chunk:
                    good, broken = _tell(line, good, broken)
    return "cp1252" if broken > good else "utf-8"


def _tell(line: bytes, good: int, broken: int) -> tuple[int, int]:
    if line.isascii():
        return good, broken
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return good, broken + 1
    return good + 1, broken


def _detect_delimiter(start: str) -> str:
    """The one that splits the heading line most often, quotation marks left out."""
    line = re.sub(r'"[^"]*"', "", start.partition("\n")[0])
    return max(DELIMITERS, key=line.count) if any(mark in line for mark in DELIMITERS) else ";"


def _headings(cells: list[str] | None) -> tuple[str, ...]:
    if not cells or not any(cell.strip() for cell in cells):
        raise Invalid({"file": [_("The first line has no headings.")]})
    if len(cells) > MAX_COLUMNS:
        raise Invalid({"file": [_("The file has more than %(number)s columns.") % {"number": MAX_COLUMNS}]})
    names = [clean(_LOST.sub("", cell))[:120] for cell in cells]
    while names and not names[-1]:
        names.pop()
    names = [name or f"#{number}" for number, name in enumerate(names, 1)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        text = _("These headings stand there twice: %(names)s. Each column needs its own.")
        raise Invalid({"file": [text % {"names": ", ".join(twice)[:300]}]})
    return tuple(names)


class _Lines:
    """Decoded lines of a file, from a byte on; remembers where it stands and can take lines back."""

    def __init__(self, path: Path, encoding: str, *, offset: int, line: int) -> None:
        self._file = path.open("rb")
        self._file.seek(offset)
        self._encoding = encoding
        self._returned: deque[bytes] = deque()
        self.offset, self.line = offset, line
        self.taken: list[bytes] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        data = self._returned.popleft() if self._returned else self._file.readline(CHUNK)
        if not data or len(self.taken) >= LONGEST_RECORD:
            raise StopIteration
        self.taken.append(data)
        self.offset += len(data)
        self.line += 1
        return data.decode(self._encoding, "replace")

    def take_back(self) -> None:
        """All but the first line of what was taken since `start_record` will come again."""
        back = self.taken[1:]
        self._returned.extendleft(reversed(back))
        self.offset -= sum(map(len, back))
        self.line -= len(back)
        del self.taken[1:]

    def text(self) -> str:
        return b"".join(self.taken).decode(self._encoding, "replace").rstrip("\r\n")

    def close(self) -> None:
        self._file.close()


def read_records(path: Path, dialect: Dialect, *, offset: int = 0, line: int = 0) -> Iterator[Record]:
    """Records behind the headings, or from a bookmark (`Record.end`, `Record.next_line`) on; empty lines are left out.

    A broken line is one record with its `problem`; reading goes on with the very next line of the file, so a forgotten
    quotation mark costs one line, not the rest of the file.
    """
    width = len(dialect.headings)
    source = _Lines(path, dialect.encoding, offset=offset or dialect.start, line=line or dialect.start_line)
    try:
        rows = csv.reader(source, delimiter=dialect.delimiter, strict=True)
        while True:
            number = source.line
            source.taken.clear()
            try:
                cells = next(rows)
                problem = _problem(cells, width)
            except StopIteration:
                if not source.taken:
                    return
                cells, problem = [], Issue.QUOTES.value
            except csv.Error as error:
                cells, problem = [], (Issue.TOO_LONG if "limit" in str(error) else Issue.QUOTES).value
            if problem and len(source.taken) > 1:
                cells, problem = [], Issue.QUOTES.value
                source.take_back()
                rows = csv.reader(source, delimiter=dialect.delimiter, strict=True)
            elif problem:
                rows = csv.reader(source, delimiter=dialect.delimiter, strict=True)
            elif not any(cells):
                continue
            raw = source.text() if problem else ""
            yield Record(number, cells[:width], raw, source.offset, source.line, problem)
    finally:
        source.close()


def _problem(cells: list[str], width: int) -> str:
    if len(cells) != width and cells and any(cells):
        if len(cells) > width and not any(cells[width:]):
            return ""
        return Issue.COLUMNS.value
    if _LOST.search("".join(cells)):
        return Issue.ENCODING.value
    return ""
