"""Pure decisions of the outbox: what may be queued, when to try again, what a server's answer means."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from django.utils.translation import gettext as _

from leadstern.core.text import email_key
from leadstern.outbox.terms import Failure, Mail, Result, ResultKind

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=3)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
LONGEST_HEADER = 900

_OURS = frozenset(
    "from to cc bcc sender reply-to subject date message-id mime-version content-type content-transfer-encoding".split()
)
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")
_ENHANCED = re.compile(r"\b[245]\.(\d{1,3})\.(\d{1,3})\b")
_LINK = re.compile(r"https?://[^\s<>\"]+")
_TEXT_END = "\n\n-- \n"


def is_one_line(value: str) -> bool:
    """Whether a header may hold this: no control character, so nobody can smuggle in a second header (RFC 5322)."""
    return not _CONTROL.search(value) and len(value) <= LONGEST_HEADER


def mistakes(mail: Mail) -> dict[str, list[str]]:
    """Why a mail cannot be queued, by part. Empty: it can."""
    found: dict[str, list[str]] = {}
    address = email_key(mail.recipient) if is_one_line(mail.recipient) else None
    if address is None or not address.isascii():
        found["recipient"] = [_("This is not an e-mail address.")]
    if not mail.subject.strip() or not is_one_line(mail.subject):
        found["subject"] = [_("The subject must be one line of text.")]
    if not mail.text.strip():
        found["text"] = [_("The mail has no text.")]
    if not mail.key or len(mail.key) > 120:
        found["key"] = [_("The key of the mail is missing or too long.")]
    if any(_is_bad_header(name, value) for name, value in mail.headers.items()):
        found["headers"] = [_("A header of the mail is not allowed.")]
    return found


def _is_bad_header(name: str, value: str) -> bool:
    is_allowed = _HEADER_NAME.fullmatch(name) and name.lower() not in _OURS
    return not is_allowed or not value.isascii() or not is_one_line(value)


def with_details(text: str, html: str, details: str) -> tuple[str, str]:
    """The company details at the end of both parts (§ 35a GmbHG: in the mail itself, a link is not enough)."""
    if not details:
        return text, html
    text = text.rstrip() + _TEXT_END + details.strip() + "\n"
    if not html:
        return text, html
    lines = "<br>\n".join(escape(line) for line in details.strip().splitlines())
    block = f'<hr>\n<p class="company">{lines}</p>\n'
    head, body, tail = html.rpartition("</body>")
    return text, head + block + body + tail if body else html + block


def message_id(key: str, *, address: str) -> str:
    """The same for the same delivery, so that a receiving server can recognise a repetition by hand."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:40]
    return f"<{digest}@{address.rpartition('@')[2]}>"


def next_try(attempts: int, *, now: datetime) -> datetime | None:
    """After the n-th failed try (from 1): a minute, doubling to six hours. None once three days are used up."""
    waits = [min(FIRST_WAIT * (1 << number), LONGEST_WAIT) for number in range(attempts)]
    return None if sum(waits[:-1], timedelta()) >= GIVE_UP_AFTER else now + waits[-1]


def pause_end(failures: int, *, now: datetime) -> datetime:
    """When to try the server again after the n-th failure in a row: half a minute, doubling to a quarter of an hour."""
    return now + min(FIRST_PAUSE * (1 << min(failures - 1, 10)), LONGEST_PAUSE)


def answer(code: int, text: str, *, is_about_recipient: bool) -> Result:
    """What a server's refusal means for the mail. 4xx: later. 5xx: never; a bounce when the address is to blame.

    The address is to blame for x.1.x and x.2.0/x.2.1 (RFC 3463), and without such a code for 550, 551 and 553 to RCPT.
    """
    error = f"{code} {text}".strip()[:500]
    if code < 500:
        return Result(ResultKind.LATER, error, is_connected=code != 421)
    found = _ENHANCED.search(text)
    if found:
        is_bounce = found[1] == "1" or (found[1] == "2" and found[2] in ("0", "1"))
    else:
        is_bounce = is_about_recipient and code in (550, 551, 553)
    return Result(ResultKind.NEVER, error, Failure.RECIPIENT if is_bounce else Failure.REFUSED)


@dataclass(frozen=True)
class Part:
    """A piece of a mail's text as the built-in mailbox shows it. `url` is set for links to ourselves only."""

    text: str
    url: str = ""


def parts(text: str, *, own: str) -> list[Part]:
    """Cuts a text at its links to `own` (our address). Links to anywhere else stay plain text."""
    found: list[Part] = []
    end = 0
    for match in _LINK.finditer(text):
        url = match[0].rstrip(".,;:!?)")
        if url == own or url.startswith(f"{own}/"):
            start = match.start()
            found += [Part(text[end:start]), Part(url, url)]
            end = start + len(url)
    return [*found, Part(text[end:])]
