"""The words of a lead: identities, kinds of acquisition and of activities, and how a source is called."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from leadstern.capture.terms import CaptureChannel
from leadstern.visitors.terms import Channel

SOURCES: dict[str, Any] = {**dict(Channel.choices), CaptureChannel.MANUAL.value: CaptureChannel.MANUAL.label}
"""The sources that we name ourselves. Others stand as somebody wrote them: in a campaign, a file or a form."""


def source_words(source: str | None) -> str:
    """How pages call a source: ours by its name, others as recorded; empty when there is none."""
    return str(SOURCES.get(source or "", source or ""))


def source_code(text: str) -> str:
    """The source that somebody means who types its name, in any of our languages, or its code."""
    folded = text.strip().casefold()
    for language, _name in settings.LANGUAGES:
        with override(language):
            for code, words in SOURCES.items():
                if folded in (code, str(words).casefold()):
                    return code
    return text.strip()


class Acquisition(models.TextChoices):
    """Kind of acquisition (Ross/Tyler, Predictable Revenue): spears, seeds and nets."""

    SPEAR = "spear", _("Spear: direct contact by sales")
    SEED = "seed", _("Seed: recommendation")
    NET = "net", _("Net: online or mass channel")


class Salutation(models.TextChoices):
    """Never forced (OLG Frankfurt 9 U 92/20): empty means a neutral greeting."""

    NONE = "", _("No salutation")
    MS = "ms", _("Ms")
    MR = "mr", _("Mr")


class IdentityKind(models.TextChoices):
    """By what a lead is recognised. `EXTERNAL`: an id of another system; `VISITOR`: a browser, with consent."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Telephone")
    EXTERNAL = "external", _("Outside id")
    VISITOR = "visitor", _("Browser")


class Health(models.TextChoices):
    """Whether a contact point works, as far as known."""

    UNKNOWN = "unknown", _("Not known yet")
    GOOD = "good", _("Works")
    BROKEN = "broken", _("Does not work")


class ActivityKind(models.TextChoices):
    """What happened with a lead. Scoring counts them, the timeline shows them."""

    SUBMISSION = "submission", _("Enquiry")
    REQUEST = "request", _("Download requested")
    ENTERED = "entered", _("Entered by a colleague")
    PAGE = "page", _("Page viewed")
    CLICK = "click", _("Call to action clicked")
    DOWNLOAD = "download", _("Download")
    MAIL_SENT = "mail_sent", _("Mail sent")
    MAIL_CLICK = "mail_click", _("Link in mail followed")
    MAIL_BOUNCE = "mail_bounce", _("Mail came back")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    CONSENT = "consent", _("Consent")
    CALL = "call", _("Call")
    NOTE = "note", _("Note")
    STAGE = "stage", _("Stage")
    OWNER = "owner", _("Owner")
    IMPORTED = "imported", _("Imported")


BY_LEAD = frozenset(
    {
        ActivityKind.SUBMISSION,
        ActivityKind.REQUEST,
        ActivityKind.PAGE,
        ActivityKind.CLICK,
        ActivityKind.DOWNLOAD,
        ActivityKind.MAIL_CLICK,
    }
)


@dataclass(frozen=True)
class NewActivity:
    """Something that happened, not yet stored. `counts`: the lead's score and stage may change by it."""

    lead_id: int
    kind: ActivityKind
    at: datetime
    content: str = ""
    by_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)
    key: str | None = None
    submission_id: int | None = None
    counts: bool = True
