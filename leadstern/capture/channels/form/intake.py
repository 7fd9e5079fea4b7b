"""From a stored row to its state. Everything needed lies in the row, so that a killed process is simply repeated.

Enters: a RECEIVED submission (or one a colleague releases); leaves: it is WAITING, INVALID, HELD, PARKED or SPAM.
"""

from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.capture.actions import (
    accept_submission,
    hold_submission,
    mark_spam,
    park_submission,
    reject_submission,
)
from leadstern.capture.channels.form.follow_up import send_follow_ups
from leadstern.capture.channels.form.limits import is_over_limit
from leadstern.capture.channels.form.proof import is_first_use, solved
from leadstern.capture.logic import DETAILS, Answers, FormContent, as_text, read_answers, read_content
from leadstern.capture.models import Submission
from leadstern.capture.terms import Reason
from leadstern.core.db import write
from leadstern.core.errors import Refused

LEAST_SECONDS = 3.0


def understand(submission: Submission, *, now: datetime, is_human: bool = False) -> None:
    """Decides what becomes of the row and does it, in one transaction. Repeating it, or doing it twice at once, changes
    nothing more."""
    form = _form(submission)
    answers = _answers(submission, form)
    proof = "" if is_human or not form.captcha else _proof(submission, now)
    with write():
        reason = _suspicion(submission, now)
        if reason in (Reason.HONEYPOT, Reason.TOO_FAST):
            mark_spam(submission, reason=reason, now=now)
        elif reason is not None:
            park_submission(submission, reason=reason, now=now)
        elif answers.errors:
            reject_submission(submission, errors=answers.errors, now=now)
        elif is_human or not form.captcha or is_first_use(proof, holder=submission.key):
            take(submission, details=answers.details, now=now)
        else:
            hold_submission(submission, now=now)


def prove_human(submission: Submission, *, now: datetime) -> None:
    """The question in words was answered: a held row goes on."""
    take(submission, details=_answers(submission, _form(submission)).details, now=now)


def release(submission: Submission, *, by: User, now: datetime) -> None:
    """A colleague takes what was held, parked, thought spam or never corrected. Answers that are wrong become extra.

    Raises Refused when nothing in it says how the person can be reached, or when it is on its way already.
    """
    details = submission.details or _usable_details(submission)
    if not any(details.get(key) for key in ("email", "phone", "external_id")):
        raise Refused(_("There is neither a valid e-mail address nor a telephone number in it."))
    if not take(submission, details=details, now=now, by=by):
        raise Refused(_("This is on its way already."))


def take(submission: Submission, *, details: dict[str, Any], now: datetime, by: User | None = None) -> bool:
    """To WAITING, with the mails that belong to it, in one transaction. False when another was faster."""
    with write():
        if not accept_submission(submission, details=details, now=now):
            return False
        if by is not None:
            record("submission.released", submission, by=by, now=now)
        send_follow_ups(submission, now=now)
    return True


def _suspicion(submission: Submission, now: datetime) -> Reason | None:
    checks = submission.origin.get("checks", {})
    seconds = checks.get("seconds")
    if checks.get("test"):
        return Reason.TEST
    if checks.get("trap"):
        return Reason.HONEYPOT
    if seconds is not None and seconds < LEAST_SECONDS:
        return Reason.TOO_FAST
    if checks.get("bytes"):
        return Reason.ENCODING
    return Reason.RATE_LIMIT if is_over_limit(submission.origin.get("ip_prefix", ""), now=now) else None


def _proof(submission: Submission, now: datetime) -> str:
    return solved(submission.origin.get("checks", {}).get("proof", ""), now=now)


def _form(submission: Submission) -> FormContent:
    return read_content(submission.form_version.content if submission.form_version else {})


def _answers(submission: Submission, form: FormContent) -> Answers:
    if submission.form_version is None:
        return Answers(_as_named(submission.raw), {})
    language = submission.origin.get("language", "de")
    with translation.override(language):
        return read_answers(form, submission.raw, language=language, origin=submission.origin)


def _as_named(raw: dict[str, Any]) -> dict[str, Any]:
    """Entries of a channel without a form carry our own names already."""
    known = {name: as_text(raw.get(name))[:limit] for name, limit in DETAILS.items() if limit}
    return {name: text for name, text in known.items() if text}


def _usable_details(submission: Submission) -> dict[str, Any]:
    answers = _answers(submission, _form(submission))
    wrong = {name: submission.raw.get(name) for name in answers.errors if submission.raw.get(name)}
    extra = {**answers.details.get("extra", {}), **wrong}
    return answers.details | ({"extra": extra} if extra else {})
