"""The words of importing: what can be wrong with a line, which fields a column can become."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _


class Issue(models.TextChoices):
    """What is wrong with a line, or with one column of it."""

    COLUMNS = "columns", _("More or fewer columns than the headings")
    QUOTES = "quotes", _("A quotation mark is opened and not closed, or stands in the wrong place")
    ENCODING = "encoding", _("Characters that do not belong to the encoding of the file")
    TOO_LONG = "too_long", _("The text is too long")
    EMAIL = "email", _("Not an e-mail address")
    PHONE = "phone", _("Not a telephone number")
    DATE = "date", _("Not a date; 31.12.2026 or 2026-12-31 would be one")
    FUTURE = "future", _("The date lies in the future")
    CHOICE = "choice", _("Not one of the possible values")
    POSTCODE = "postcode", _("Not a postcode of this country; the line is taken all the same")
    IDENTITY = "identity", _("No e-mail address, telephone number or outside id: nobody could be recognised")


# Problems that keep no line out: what somebody should look at afterwards.
WARNINGS = frozenset({Issue.POSTCODE.value})

# What a column can become besides the details every submission may hold.
CAPTURED_AT = "captured_at"
EXTRA = "extra:"

FIELDS = {
    "external_id": _("Outside id"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "name": _("Full name"),
    "salutation": _("Salutation"),
    "title": _("Title"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "company": _("Company"),
    "position": _("Position"),
    "street": _("Street"),
    "postcode": _("Postcode"),
    "city": _("Town"),
    "country": _("Country"),
    "language": _("Language"),
    "is_business": _("Business customer (yes, no)"),
    "interest": _("Interest"),
    "message": _("Message"),
    CAPTURED_AT: _("First contact (date)"),
    "source": _("Source"),
    "medium": _("Medium"),
    "campaign": _("Campaign"),
    "landing_page": _("Landing page"),
    "acquisition": _("Kind of acquisition (spear, seed, net)"),
    "referred_by": _("Recommended by"),
    "stage": _("Stage"),
}

STAGES = {
    "": _("New: score and definition decide"),
    "captured": _("Lead"),
    "marketing_qualified": _("MQL"),
    "phone_qualified": _("SQL"),
    "sales_accepted": _("Opportunity"),
    "won": _("Customer"),
    "lost": _("Lost"),
    "recycled": _("Back to nurturing"),
    "disqualified": _("Sorted out"),
}


@dataclass(frozen=True)
class Dialect:
    """How a file is written. `start` is the byte after the heading line, `start_line` that line's number."""

    encoding: str
    delimiter: str
    headings: tuple[str, ...]
    start: int
    start_line: int
    size: int


class Record(NamedTuple):
    """One line as read. `problem`: the `Issue` when it could not be; `end` and `next_line`: the bookmark behind."""

    line: int
    cells: list[str]
    raw: str
    end: int
    next_line: int
    problem: str = ""


@dataclass(frozen=True)
class LineIssue:
    """A line that cannot be taken, or (`WARNINGS`) is taken with a doubt, and why."""

    line: int
    column: str
    code: str
    raw: str


@dataclass(frozen=True)
class CheckReport:
    """The outcome of a dry run. `issues` are the first ones; `issue_count` counts the lines that cannot be taken.

    `is_whole`: the whole file was read; otherwise only as many lines as `lines` says.
    """

    dialect: Dialect
    lines: int
    good: int
    repeated: int
    issue_count: int
    issues: list[LineIssue]
    is_whole: bool

    @property
    def new(self) -> int:
        """Lines that would come in."""
        return self.good - self.repeated
