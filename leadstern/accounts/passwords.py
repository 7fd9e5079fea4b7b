"""Which passwords are too easy to guess. Named in the settings, beside the length and the likeness to one's own name.

Enters: a password. Leaves: nothing, or a refusal in words. Nothing is asked of the internet: Django's list of 20,000
common passwords and our own words hold what people here take. Numbers and signs around a word, a zero for an o and
the same word twice are what everybody who guesses tries first (OWASP ASVS 5, 6.2.4 and 6.2.11).
"""

import re
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from leadstern.accounts.common_words import WORDS
from leadstern.core.text import fold

FEWEST_SIGNS = 5
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_INSIDE = re.compile(r"[\W\d_]+")
_LIKE_LETTERS = str.maketrans("0134578@$!", "oieastbasi")


class GuessableValidator(CommonPasswordValidator):
    """Refuses a known word, however decorated, and what hardly varies."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002 -- Django's signature
        if len(set(password.casefold())) < FEWEST_SIGNS or not re.search(r"[^\W\d_]", password):
            raise ValidationError(_("Please use more than digits and a few characters that repeat."), "password_plain")
        if any(word in WORDS or word in self.passwords for word in _bare(password)):
            raise ValidationError(
                _("This is a well-known password or word with a few characters added. Please take several words."),
                "password_too_common",
            )

    def get_help_text(self) -> str:
        return _("No well-known word, not even with digits and signs around it; several words are better.")


def _bare(password: str) -> set[str]:
    """What is left of it without decoration, in the ways people decorate."""
    whole = fold(password)
    core = _AROUND.sub("", whole)
    found = {whole, core, core.translate(_LIKE_LETTERS), whole.translate(_LIKE_LETTERS)}
    found = {_INSIDE.sub("", each) for each in found} | {whole}
    return found | {_once(each) for each in found}


def _once(text: str) -> str:
    """`hallohallo` is `hallo`."""
    repeated = re.fullmatch(r"(.+?)\1+", text)
    return repeated[1] if repeated else text
