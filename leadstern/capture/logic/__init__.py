"""Pure decisions of capturing: what a form may ask, what an answer means, what may be stored. Called by the channels.

`content`: the schema of a form. `values`: one entered value per field type. `answers`: a whole submission to details.
"""

from leadstern.capture.logic.answers import Answers, read_answers
from leadstern.capture.logic.content import (
    DETAILS,
    FormContent,
    FormField,
    check_content,
    default_content,
    read_content,
)
from leadstern.capture.logic.text import as_text, digest, hash_secret, storable

__all__ = [
    "DETAILS",
    "Answers",
    "FormContent",
    "FormField",
    "as_text",
    "check_content",
    "default_content",
    "digest",
    "hash_secret",
    "read_answers",
    "read_content",
    "storable",
]
