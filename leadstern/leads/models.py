"""Leads, companies, identities and what happened with them. Written by `leads.actions` only.

A lead is a person (or an outside id that stands for one). It knows no score, stage or owner: later stages point here.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from leadstern.capture.models import Submission
from leadstern.leads.terms import Acquisition, ActivityKind, Health, IdentityKind, Salutation


class Company(models.Model):
    """A company. `name_key` is the name without legal form, umlauts and case; `domain` never a free-mail one."""

    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200, db_index=True)
    domain = models.CharField(max_length=253, null=True, unique=True)  # noqa: DJ001 -- unique where known
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name_key"], condition=Q(domain__isnull=True), name="company_without_domain_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Lead(models.Model):
    """One person. `is_changed` is the hand-over to scoring: something about the lead is new since it was last scored.

    `captured_at` is the first contact; `source` … `referred_by` say where it came from; later visits do not.
    `extra` holds answers that have no column, by field name. `merged_into` keeps old ids answering for ever.
    """

    salutation = models.CharField(max_length=2, choices=Salutation.choices, blank=True)
    title = models.CharField(max_length=40, blank=True)
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    is_business = models.BooleanField(null=True)
    company = models.ForeignKey(Company, models.SET_NULL, null=True, related_name="leads")
    position = models.CharField(max_length=80, blank=True)
    street = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    city = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=2, default="de")
    interest = models.CharField(max_length=80, blank=True)
    extra = models.JSONField(default=dict)
    source = models.CharField(max_length=120, null=True)  # noqa: DJ001 -- NULL is unknown, not a source without name
    medium = models.CharField(max_length=60, blank=True)
    campaign = models.CharField(max_length=120, blank=True)
    landing_page = models.CharField(max_length=500, blank=True)
    acquisition = models.CharField(max_length=8, choices=Acquisition.choices, default=Acquisition.NET)
    referred_by = models.CharField(max_length=120, blank=True)
    search = models.TextField(blank=True)
    captured_at = models.DateTimeField()
    created_at = models.DateTimeField()
    is_changed = models.BooleanField(default=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", db_index=False)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(is_changed=True), name="lead_changed"),
            models.Index(fields=["-captured_at", "-id"], name="lead_by_captured"),
            models.Index(fields=["source", "captured_at"], name="lead_by_source"),
            models.Index(fields=["last_name", "id"], name="lead_by_name"),
            models.Index(fields=["country", "postcode"], name="lead_by_place"),
            # Partial, so that SQLite never takes "not merged" (nearly all) for the narrowest condition of a list.
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="lead_merged"),
            models.Index(fields=["erased_at"], condition=Q(erased_at__isnull=False), name="lead_erased"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(merged_into=models.F("id")), name="lead_not_merged_into_itself")
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.title, self.first_name, self.last_name) if part) or f"#{self.pk}"


class Identity(models.Model):
    """Something by which a lead is recognised. `value` is normalised, `shown` is as entered.

    It belongs to one lead, but for telephone numbers: a couple or an office may share one, and each can be called.
    """

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=10, choices=IdentityKind.choices)
    value = models.CharField(max_length=254)
    shown = models.CharField(max_length=254, blank=True)
    health = models.CharField(max_length=10, choices=Health.choices, default=Health.UNKNOWN)
    health_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "value", "lead"], name="identity_once_per_lead"),
            models.UniqueConstraint(
                fields=["kind", "value"],
                condition=~Q(kind=IdentityKind.PHONE),
                name="identity_belongs_to_one_lead",
            ),
        ]


class Activity(models.Model):
    """Something that happened, at `at`. `content` says with what: a path, a form key, a magnet's title, a file's name.

    `key` (when set) is unique, so that the same event told twice is one activity: "submission:<id>", "hit:<id>" …
    """

    lead = models.ForeignKey(Lead, models.CASCADE, db_index=False)
    kind = models.CharField(max_length=14, choices=ActivityKind.choices)
    at = models.DateTimeField()
    content = models.CharField(max_length=500, blank=True)
    submission = models.ForeignKey(Submission, models.SET_NULL, null=True, db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, db_index=False)
    data = models.JSONField(default=dict)
    key = models.CharField(max_length=120, null=True)  # noqa: DJ001 -- unique where given

    class Meta:
        indexes = [models.Index(fields=["lead", "-at", "-id"], name="activity_timeline")]
        # Not `unique=True`: that would bring PostgreSQL a second index, for LIKE, which nobody asks for.
        constraints = [models.UniqueConstraint(fields=["key"], name="activity_key_once")]


class Change(models.Model):
    """A detail that became another (`before` is empty where none was known). First values of a lead are no change.

    With these rows every past state of a lead can be told.
    """

    lead = models.ForeignKey(Lead, models.CASCADE, db_index=False)
    field = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    at = models.DateTimeField()
    submission = models.ForeignKey(Submission, models.SET_NULL, null=True, db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, db_index=False)

    class Meta:
        indexes = [models.Index(fields=["lead", "-at", "-id"], name="change_history")]


class Spend(models.Model):
    """Money spent to win leads: per source and campaign (empty: all of the source), in one calendar month."""

    month = models.DateField()
    source = models.CharField(max_length=120)
    campaign = models.CharField(max_length=120, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    note = models.CharField(max_length=200, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "source", "campaign"], name="spend_once_per_month"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="spend_not_negative"),
        ]
