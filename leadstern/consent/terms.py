"""The words of consent: channels, purposes, what can happen to a consent. Source: GDPR Art. 7, UWG § 7 and § 7a."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """A way to reach a person."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Telephone")


class Purpose(models.TextChoices):
    """What a text informs about, or what somebody agrees to."""

    PRIVACY = "privacy", _("Privacy notice")
    MARKETING = "marketing", _("Advertising and information")
    TRACKING = "tracking", _("Measurement of visits")


class Event(models.TextChoices):
    """What happened to a consent."""

    REQUESTED = "requested", _("Requested")
    CONFIRMED = "confirmed", _("Confirmed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class RequestState(models.TextChoices):
    """What became of a request for a confirmation."""

    CONFIRMED = "confirmed", _("Confirmed")
    OPEN = "open", _("Still open")
    EXPIRED = "expired", _("Expired without an answer")


class Ground(models.TextChoices):
    """Why a contact is allowed or not."""

    CONFIRMED = "confirmed", _("Consent confirmed")
    WITHDRAWN = "withdrawn", _("Consent withdrawn")
    UNCONFIRMED = "unconfirmed", _("Consent asked for, not confirmed")
    NONE = "none", _("No consent")


@dataclass(frozen=True)
class Permission:
    """May this address be used for this purpose, and why (`reason` is a `Ground`)."""

    allowed: bool
    reason: str
