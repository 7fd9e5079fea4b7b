"""A line of a file becomes the details of a submission. Pure: cells in, details or issues out. Called by `actions`.

Cells are text: a formula stays the text it is. Cheap checks come first, the costly ones only where those do not decide.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from leadstern.capture.channels.file_import.terms import CAPTURED_AT, EXTRA, FIELDS, STAGES, Issue, LineIssue
from leadstern.capture.logic import DETAILS
from leadstern.capture.logic.values import is_name_kept, postcode_of
from leadstern.core.text import clean, clean_lines, country_code, email_key, phone_key

ACQUISITIONS = ("spear", "seed", "net")
LONGEST_EXTRA = 4000
LONGEST_RAW = 4000
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](.+))?", re.ASCII)
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})(?:,? +(.+))?", re.ASCII)
_TIME = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?: ?Uhr)? ?(Z|[+-]\d{2}:?\d{2})?", re.ASCII | re.IGNORECASE
)
POSTCODE = Issue.POSTCODE.value
_country_of = lru_cache(maxsize=1024)(country_code)
_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))
# A text is taken up to the length a lead keeps. The others are understood, not kept: “Vereinigte Arabische Emirate”.
_UNDERSTOOD = ("salutation", "country", "language", "is_business", "phone", "postcode")
_LONGEST = {name: 80 if name in _UNDERSTOOD else length for name, length in DETAILS.items()}


@dataclass(frozen=True)
class Plan:
    """How columns become details: (our field, column number, heading) in the file's order, and fixed values."""

    columns: tuple[tuple[str, int, str], ...]
    fixed: dict[str, str]
    zone: ZoneInfo
    latest: datetime


class Row(NamedTuple):
    """A good line. `digest` is equal for lines that say the same, in any file. `captured_at`: None when not told.
    `doubts`: what is wrong with it without keeping it out."""

    details: dict[str, Any]
    captured_at: datetime | None
    digest: str
    doubts: tuple[LineIssue, ...] = ()


def make_plan(
    mapping: dict[str, str], *, headings: tuple[str, ...], options: dict[str, str], zone: str, now: datetime
) -> Plan:
    """`mapping` is {our field: heading}; fixed values stand in where a line has none. KeyError: no such heading."""
    places = {heading: number for number, heading in enumerate(headings)}
    columns = sorted(
        ((name, places[heading], heading) for name, heading in mapping.items()), key=lambda column: column[1]
    )
    fixed = {name: value for name, value in options.items() if value and name in DETAILS}
    return Plan(tuple(columns), fixed, ZoneInfo(zone), now + timedelta(days=1))


def is_field(name: str) -> bool:
    """Whether a column can become this."""
    return name in FIELDS or (name.startswith(EXTRA) and 0 < len(name) - len(EXTRA) <= 80)


def convert_line(line: int, cells: list[str], plan: Plan) -> Row | list[LineIssue]:
    """The details of one line, or everything that is wrong with it."""
    details: dict[str, Any] = dict(plan.fixed)
    problems: list[tuple[str, Issue]] = []
    captured_at: datetime | None = None
    for name, number, heading in plan.columns:
        text = cells[number]
        if not text or not (text := clean_lines(text) if name == "message" else clean(text)):
            continue
        if name == CAPTURED_AT:
            captured_at, problem = _moment(text, plan)
        elif name.startswith(EXTRA):
            details.setdefault("extra", {})[name[len(EXTRA) :]] = text
            problem = Issue.TOO_LONG if len(text) > LONGEST_EXTRA else None
        else:
            details[name] = text
            problem = _problem(name, text)
        if problem:
            problems.append((heading, problem))
    if not problems and not _has_identity(details):
        problems.append(("", Issue.IDENTITY))
    if problems:
        return [LineIssue(line, column, problem.value, _raw(cells)) for column, problem in problems]
    doubts = () if _fits_postcode(details) else (LineIssue(line, _heading("postcode", plan), POSTCODE, _raw(cells)),)
    return Row(details, captured_at, _digest(details, captured_at), doubts)


def _raw(cells: list[str]) -> str:
    return " | ".join(cells)[:LONGEST_RAW]


def _fits_postcode(details: dict[str, Any]) -> bool:
    """Takes “D-50667” as 50667. What is no postcode of the country stays as it came: a region may still be read off it,
    and a colleague can mend it. Countries we do not know are not judged."""
    if "postcode" not in details:
        return True
    country = _country_of(details.get("country", ""))
    code = postcode_of(details["postcode"], country=country)
    details["postcode"] = code or details["postcode"]
    return code is not None or bool(details.get("country") and not country)


def _heading(name: str, plan: Plan) -> str:
    return next((heading for field, _number, heading in plan.columns if field == name), "")


def _problem(name: str, text: str) -> Issue | None:
    if name == "email":
        return None if email_key(text) else Issue.EMAIL
    if name == "acquisition":
        return None if text.lower() in ACQUISITIONS else Issue.CHOICE
    if name == "stage":
        return None if text in STAGES else Issue.CHOICE
    is_kept = len(text) <= _LONGEST[name] and (name != "name" or is_name_kept(text))
    return None if is_kept else Issue.TOO_LONG


def _has_identity(details: dict[str, Any]) -> bool:
    if "email" in details or "external_id" in details:
        return True
    return "phone" in details and phone_key(details["phone"]) is not None


def _digest(details: dict[str, Any], captured_at: datetime | None) -> str:
    text = _CANONICAL.encode([details, captured_at.isoformat() if captured_at else None])
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _moment(text: str, plan: Plan) -> tuple[datetime | None, Issue | None]:
    moment = read_moment(text, plan.zone)
    if moment is None:
        return None, Issue.DATE
    return (moment, None) if moment <= plan.latest else (None, Issue.FUTURE)


@lru_cache(maxsize=8192)
def read_moment(text: str, zone: ZoneInfo) -> datetime | None:
    """A moment from 2026-12-31, 31.12.2026, either with a time, or ISO 8601 with an offset; None when it is none.

    What names no offset is the company's local time, a plain day its first moment there: so a day stays in its month
    in every report of the company.
    """
    if match := _ISO.fullmatch(text):
        year, month, day, rest = match.groups()
    elif match := _GERMAN.fullmatch(text):
        day, month, year, rest = match.groups()
        year = year if len(year) == 4 else f"{'19' if int(year) > 69 else '20'}{year}"
    else:
        return None
    try:
        plain = date(int(year), int(month), int(day))
        return _with_time(plain, rest, zone) if plain.year >= 1900 else None
    except (ValueError, OverflowError):
        return None


def _with_time(day: date, rest: str | None, zone: ZoneInfo) -> datetime | None:
    if not rest:
        return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    match = _TIME.fullmatch(rest.strip())
    if match is None:
        return None
    hour, minute, second, offset = match.groups()
    clock = f"{day.isoformat()}T{int(hour):02}:{minute}:{second or '00'}"
    local = datetime.fromisoformat(clock + (offset.upper().replace("Z", "+00:00") if offset else ""))
    return (local if offset else local.replace(tzinfo=zone)).astimezone(UTC)
