"""What a shown form says about itself when it comes back: version, wording, time, key. Signed: nobody invents it.

Public forms stand on foreign websites where a CSRF cookie does not arrive; this token takes its place.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from django.core import signing

_SHOWN = "capture.form.shown"
_HUMAN = "capture.form.human"
_TEST = "capture.form.test"


@dataclass(frozen=True)
class Shown:
    """One showing of a form. Short names: it travels in each form.

    `f` form id, `v` version id, `w` privacy wording id, `m` advertising wording id, `l` language, `t` start (seconds;
    None in a snippet copied into a page), `k` submission key, `x` test mode, `r` the submission that is corrected.
    """

    f: int
    v: int
    l: str  # noqa: E741 -- travels in each form
    w: int | None = None
    m: int | None = None
    t: float | None = None
    k: str | None = None
    x: bool = False
    r: int | None = None

    def started_at(self) -> datetime | None:
        return None if self.t is None else datetime.fromtimestamp(self.t, UTC)


@dataclass(frozen=True)
class Question:
    """“What is a plus b?” for one held submission."""

    submission: int
    a: int
    b: int


def new_key() -> str:
    """The random part of a submission's key: one per showing."""
    return secrets.token_urlsafe(16)


def sign_shown(shown: Shown) -> str:
    given = {name: value for name, value in asdict(shown).items() if value not in (None, False)}
    return signing.Signer(salt=_SHOWN).sign_object(given)


def read_shown(token: str, *, form_id: int) -> Shown | None:
    """None when the token is missing, altered, or of another form: the submission counts, but is not trusted."""
    try:
        shown = Shown(**signing.Signer(salt=_SHOWN).unsign_object(token))
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return shown if shown.f == form_id else None


def ask_question(submission_id: int) -> str:
    """A new question about one submission, as a signed token."""
    question = {"submission": submission_id, "a": secrets.randbelow(9) + 1, "b": secrets.randbelow(9) + 1}
    return signing.Signer(salt=_HUMAN).sign_object(question)


def read_question(token: str) -> Question | None:
    """None for an altered token."""
    try:
        return Question(**signing.Signer(salt=_HUMAN).unsign_object(token))
    except (signing.BadSignature, TypeError, ValueError):
        return None


def test_mark(key: str) -> str:
    """Proves that a link to the form came from the builder."""
    return signing.Signer(salt=_TEST).sign(key)


def is_test_mark(mark: str, *, key: str) -> bool:
    try:
        return signing.Signer(salt=_TEST).unsign(mark) == key
    except signing.BadSignature:
        return False
