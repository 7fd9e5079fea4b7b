"""Who looks after which lead, by region and by turn. Written by `routing.actions` only."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leadstern.leads.models import Lead
from leadstern.qualification.models import Verdict
from leadstern.routing.terms import Country, Reason, RegionRole


class Region(models.Model):
    """Postcode ranges of one country that the same people look after: [["50", "53"], ["40210", "40629"], …].

    Ends count in and may be prefixes; no ranges: the whole country. `role`: inside sales (MQLs) or field sales (SQLs)
    work here. `is_fallback`: takes every lead that no region covers, so that none is without an owner.
    """

    name = models.CharField(max_length=80)
    role = models.CharField(max_length=12, choices=RegionRole.choices, default=RegionRole.INSIDE_SALES)
    country = models.CharField(max_length=2, choices=Country.choices, default=Country.DE)
    ranges = models.JSONField(default=list)
    order = models.PositiveSmallIntegerField(default=10)
    is_fallback = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "name"], name="region_name_once"),
            models.UniqueConstraint(
                fields=["role"],
                condition=Q(is_fallback=True),
                name="one_fallback_region",
                violation_error_message=_("There is a fallback region already. Take the mark from it first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """Somebody who takes leads of a region in turn. `last_at` decides whose turn it is: the longest ago."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    last_at = models.DateTimeField(null=True)
    is_absent = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "user"], name="member_once")]


class Assignment(models.Model):
    """An owner for a lead, with the reason and the time by which the first contact is due. The newest is current.

    `reason_detail` is what the reason rests on: a place ("DE 50667") or the words of the person who assigned.
    `met_at` is the first human attempt. `is_waiting` is the hand-over to sales.
    """

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="assignments", db_index=False)
    verdict = models.ForeignKey(Verdict, models.SET_NULL, null=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, models.SET_NULL, null=True)
    reason = models.CharField(max_length=60, choices=Reason.choices)
    reason_detail = models.CharField(max_length=200, blank=True)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    is_waiting = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lead"], condition=Q(ended_at__isnull=True), name="one_current_owner"),
        ]
        indexes = [
            models.Index(fields=["owner", "due_at"], condition=Q(ended_at__isnull=True), name="assignment_by_owner"),
            models.Index(fields=["id"], condition=Q(is_waiting=True), name="assignment_waiting"),
            models.Index(fields=["lead", "id"], name="assignment_history"),
        ]
