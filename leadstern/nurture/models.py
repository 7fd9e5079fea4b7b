"""Sequences of mails and who is in them. Written by `nurture.actions` only."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from leadstern.leads.models import Lead
from leadstern.nurture.terms import EnrollmentState, Reason, SuppressionReason
from leadstern.outbox.models import Delivery


class Sequence(models.Model):
    """A named sequence. `entry` is a condition (empty: everybody); leads that are not ready enter by `priority`."""

    name = models.CharField(max_length=120)
    entry = models.JSONField(null=True)
    priority = models.PositiveSmallIntegerField(default=10)
    is_active = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class SequenceVersion(models.Model):
    """The steps: [{"wait_hours": n, "subject": {"de": …, "en": …}, "body": {…}}]. People in it keep theirs."""

    sequence = models.ForeignKey(Sequence, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    steps = models.JSONField()
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sequence", "number"], name="sequence_version_once"),
            models.UniqueConstraint(
                fields=["sequence"], condition=Q(published_at__isnull=True), name="one_sequence_draft"
            ),
        ]


class Enrollment(models.Model):
    """One lead in one sequence. `position` is the next step (0-based), due at `next_at`.

    A parked one is looked at again at `next_at`, too: what was missing may be there by then.
    """

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="enrollments")
    version = models.ForeignKey(SequenceVersion, models.PROTECT)
    state = models.CharField(max_length=10, choices=EnrollmentState.choices, default=EnrollmentState.ACTIVE)
    position = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=60, choices=Reason.choices, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=Q(state__in=["active", "parked"]), name="one_running_sequence_per_lead"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["active", "parked"]) | Q(next_at__isnull=False), name="running_has_a_next_time"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at", "id"], condition=Q(state__in=["active", "parked"]), name="enrollment_due"),
            models.Index(fields=["version", "state", "-id"], name="enrollment_by_version"),
        ]


class StepRun(models.Model):
    """A step that was done for a lead: once, with the delivery it queued."""

    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="runs")
    position = models.PositiveSmallIntegerField()
    delivery = models.ForeignKey(Delivery, models.SET_NULL, null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrollment", "position"], name="step_run_once")]


class NotNurtured(models.Model):
    """A lead that is not ready and in no sequence, and why. `look_at`: when to look again (NULL: when told to)."""

    lead = models.OneToOneField(Lead, models.CASCADE, related_name="not_nurtured")
    reason = models.CharField(max_length=60, choices=Reason.choices)
    since = models.DateTimeField()
    look_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["reason", "-id"], name="not_nurtured_by_reason"),
            models.Index(fields=["look_at"], condition=Q(look_at__isnull=False), name="not_nurtured_look_again"),
        ]


class Suppression(models.Model):
    """An address that gets no advertising any more, whoever it belongs to. Outlives the lead.

    One that unsubscribed is lifted only by a consent the person confirms afterwards.
    """

    channel = models.CharField(max_length=10, default="email")
    address = models.CharField(max_length=254)
    reason = models.CharField(max_length=14, choices=SuppressionReason.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "address"], name="suppressed_once")]
