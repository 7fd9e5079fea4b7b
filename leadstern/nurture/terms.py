"""The words of nurturing."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from leadstern.qualification.terms import Stage

TAKER = "nurture"


class EnrollmentState(models.TextChoices):
    """`PARKED`: the next step cannot run (no consent, no address); a person sees it with the reason."""

    ACTIVE = "active", _("Active")
    FINISHED = "finished", _("Finished")
    STOPPED = "stopped", _("Stopped")
    PARKED = "parked", _("Parked")


RUNNING = (EnrollmentState.ACTIVE, EnrollmentState.PARKED)


class SuppressionReason(models.TextChoices):
    """Why an address gets no more advertising."""

    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    BOUNCED = "bounced", _("Mail came back")
    COMPLAINED = "complained", _("Complained")
    BY_HAND = "by_hand", _("Blocked by hand")


class Reason(models.TextChoices):
    """Why a lead is not in a sequence, was taken out of one, or waits in one."""

    NO_EMAIL = "no_email", _("No e-mail address")
    BROKEN_EMAIL = "broken_email", _("The e-mail address does not work")
    NO_CONSENT = "no_consent", _("No consent to e-mails")
    WITHDRAWN = "withdrawn", _("Consent withdrawn")
    SUPPRESSED = "suppressed", _("Wants no more mails")
    NO_SEQUENCE = "no_sequence", _("No active sequence fits")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    BOUNCED = "bounced", _("Mail came back")
    BECAME_MQL = "became_mql", _("Became an MQL")
    BECAME_SQL = "became_sql", _("Became an SQL")
    BECAME_OPPORTUNITY = "became_opportunity", _("Became an opportunity")
    WON = "won", _("Became a customer")
    LOST = "lost", _("Lost")
    SORTED_OUT = "sorted_out", _("Sorted out")
    GONE = "gone", _("Merged or erased")
    UNSENDABLE = "unsendable", _("The mail cannot be built")
    BY_HAND = "by_hand", _("By hand")


LEFT_FOR = {
    Stage.MARKETING_QUALIFIED: Reason.BECAME_MQL,
    Stage.PHONE_QUALIFIED: Reason.BECAME_SQL,
    Stage.SALES_ACCEPTED: Reason.BECAME_OPPORTUNITY,
    Stage.WON: Reason.WON,
    Stage.LOST: Reason.LOST,
    Stage.DISQUALIFIED: Reason.SORTED_OUT,
}
LEFT_OUT_FOR = (
    Reason.NO_CONSENT,
    Reason.NO_EMAIL,
    Reason.BROKEN_EMAIL,
    Reason.BOUNCED,
    Reason.NO_SEQUENCE,
    Reason.UNSUBSCRIBED,
    Reason.WITHDRAWN,
    Reason.SUPPRESSED,
    Reason.BY_HAND,
)
"""Why a lead that is not ready can be in no sequence; what can be mended first."""

LOOK_AGAIN = {
    Reason.NO_EMAIL: timedelta(days=1),
    Reason.BROKEN_EMAIL: timedelta(days=1),
    Reason.NO_SEQUENCE: timedelta(days=1),
    Reason.BOUNCED: timedelta(days=1),
    Reason.NO_CONSENT: timedelta(days=7),
}
"""When a lead without a sequence is looked at again, so that nobody is forgotten. A confirmed consent comes sooner by
its own row, a new sequence when it is switched on; the others end only by the person's own act."""


@dataclass(frozen=True)
class Point:
    """An e-mail address of a lead and what is known of it."""

    address: str
    is_working: bool
    is_allowed: bool
    is_withdrawn: bool
    is_suppressed: bool


@dataclass(frozen=True)
class Choice:
    """The address to write to, or (empty) the reason why there is none."""

    address: str
    reason: str = ""


@dataclass(frozen=True)
class Person:
    """What a mail may say of its reader. Text by strangers; `logic.words` makes it harmless."""

    salutation: str = ""
    title: str = ""
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    interest: str = ""
    language: str = "de"


@dataclass(frozen=True)
class Letter:
    """One mail of a sequence, ready for one person."""

    subject: str
    text: str
    html: str
    language: str


Step = dict[str, Any]
"""{"wait_hours": n, "subject": {"de": …, "en": …}, "body": {"de": …, "en": …}}"""
