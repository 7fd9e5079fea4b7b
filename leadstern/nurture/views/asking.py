"""What is asked before leads enter a sequence at once: the mails cannot be called back.

Enters: a sequence and what is about to be done with it. Leaves: the question, in words; for the pages of sequences.
"""

import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leadstern.core import formats
from leadstern.core.time import now
from leadstern.nurture import queries
from leadstern.nurture.models import Sequence


def question(entering: queries.Entering | None) -> str:
    """What switching on does to the leads there are."""
    if entering is None:
        return ""
    if not entering.number:
        return _("Switching on: no lead enters at once; whoever fits later does.")
    who = (
        _("Switching on: more than %(number)s leads enter at once.")
        if entering.is_more
        else ngettext(
            "Switching on: %(number)s lead enters at once.", "Switching on: %(number)s leads enter at once.",
            entering.number,
        )
    )  # fmt: skip
    return f"{who % {'number': formats.number(entering.number)}} {_first_mail(entering)}"


def asked_before(found: Sequence, entry: dict[str, Any] | None, *, agreed: str) -> dict[str, str]:
    """What is asked before a sequence that runs gets a condition by which leads enter at once, and the mark of having
    agreed to that very condition. Empty when there is nothing to ask."""
    mark_of_this = json.dumps(entry)
    if not found.is_active or entry == found.entry or agreed == mark_of_this:
        return {}
    entering = queries.entering_with(found, entry, now=now())
    if entering is None or not entering.number:
        return {}
    return {"asks": f"{_who_enters(entering)} {_first_mail(entering)}", "agreed": mark_of_this}


def _who_enters(entering: queries.Entering) -> str:
    who = (
        _("With this condition more than %(number)s leads enter at once.")
        if entering.is_more
        else ngettext(
            "With this condition %(number)s lead enters at once.",
            "With this condition %(number)s leads enter at once.",
            entering.number,
        )
    )
    return who % {"number": formats.number(entering.number)}


def _first_mail(entering: queries.Entering) -> str:
    if not entering.wait_hours:
        return _("Their first mail leaves within minutes, by day and by night.")
    words = ngettext(
        "The first mail leaves after %(hours)s hour.", "The first mail leaves after %(hours)s hours.",
        entering.wait_hours,
    )  # fmt: skip
    return words % {"hours": entering.wait_hours}
