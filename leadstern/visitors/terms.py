"""Channels by which a visit comes, kinds of hits, and why a message was refused. Read by ingest, leads and reports."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _


class HitKind(models.TextChoices):
    """What a visitor did."""

    PAGE = "page", _("Page view")
    LANDING = "landing", _("Landing page")
    CLICK = "click", _("Click on a call to action")
    DOWNLOAD = "download", _("Download")


class Channel(models.TextChoices):
    """How a visit came about; the key of the sources in all reports."""

    DIRECT = "direct", _("Direct")
    ORGANIC_SEARCH = "organic_search", _("Organic search")
    PAID_SEARCH = "paid_search", _("Paid search")
    SOCIAL = "social", _("Social media")
    PAID_SOCIAL = "paid_social", _("Paid social media")
    DISPLAY = "display", _("Display advertising")
    EMAIL = "email", _("E-mail")
    REFERRAL = "referral", _("Link from another website")
    OTHER = "other", _("Other campaign")


class Drop(models.TextChoices):
    """Why a message of the script was not taken. The value is what the endpoint answers."""

    TOO_LARGE = "too large", _("Too large")
    UNREADABLE = "unreadable", _("Not understood")
    TOO_MANY = "too many", _("Too many at once")
    UNKNOWN_SITE = "unknown site", _("Unknown key in the snippet")
    WRONG_ORIGIN = "wrong origin", _("Address not entered for this website")


class SiteState(models.TextChoices):
    """Whether a website reports hits, as the page says it."""

    RUNNING = "running", _("Running")
    QUIET = "quiet", _("Quiet")
    REFUSED = "refused", _("Refused")
    WAITING = "waiting", _("No hit yet")


class HitRow(NamedTuple):
    """A hit, ready to be stored. `visitor_key` is 32 hexadecimal digits; the texts fit their columns."""

    site_id: int
    at: datetime
    kind: str
    path: str
    label: str
    is_entry: bool
    channel: str
    source: str
    medium: str
    campaign: str
    referrer_host: str
    bot: str
    visitor_key: str | None


@dataclass(frozen=True)
class KnownSite:
    """A website as the endpoint needs it. `hosts` are those of its origins, without port."""

    id: int
    key: str
    origins: frozenset[str]
    hosts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a visit came about: what is stored of referrer and campaign. `is_inside`: from a page of the same website."""

    channel: Channel
    source: str
    medium: str
    campaign: str
    referrer_host: str
    is_inside: bool
