"""Business time in words. Enters: minutes. Leaves: text. Called by the pages "Today" and "Lead"."""

from django.utils.translation import gettext as _


def left_words(minutes: int | None) -> str:
    """Business time left or overdue; empty without deadline. Beyond two hours in hours."""
    if minutes is None:
        return ""
    amount = abs(minutes)
    words = _("%(count)s min") % {"count": amount} if amount < 120 else _("%(count)s h") % {"count": amount // 60}
    return f"−{words}" if minutes < 0 else words
