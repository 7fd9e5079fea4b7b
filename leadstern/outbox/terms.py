"""The life of a delivery. Read by transports, pages and the worker."""

from dataclasses import dataclass, field
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryState(models.TextChoices):
    """`UNCERTAIN`: the connection broke after the message had been handed over; a person decides, nothing repeats."""

    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    UNCERTAIN = "uncertain", _("Uncertain")
    DEAD = "dead", _("Failed for good")
    CANCELLED = "cancelled", _("Cancelled")


UNFINISHED = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.UNCERTAIN, DeliveryState.DEAD)


class Failure(models.TextChoices):
    """What a delivery failed for good of. `RECIPIENT` is a bounce: the address itself does not work."""

    RECIPIENT = "recipient", _("The address does not work")
    REFUSED = "refused", _("The other side refused the mail")
    GIVEN_UP = "given_up", _("Tried for three days in vain")


class ResultKind(StrEnum):
    """What came of one try. `UNKNOWN`: handed over, but no answer came."""

    SENT = "sent"
    LATER = "later"
    NEVER = "never"
    UNKNOWN = "unknown"
    NOT_MINE = "not_mine"


@dataclass(frozen=True)
class Result:
    """One try of one mail. `is_connected` is False when the connection cannot be used for the next one."""

    kind: ResultKind
    error: str = ""
    failure: str = ""
    is_connected: bool = True


@dataclass(frozen=True)
class Mail:
    """A mail to be queued. `key` says what it is for and whom: the same key is the same mail. `taker` names the stage
    that wants to hear when it was sent."""

    key: str
    recipient: str
    subject: str
    text: str
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    taker: str = ""


class ServerUnavailable(Exception):
    """The mail server cannot be used now. No mail is to blame, so none loses a try."""
