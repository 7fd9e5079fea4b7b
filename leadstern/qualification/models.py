"""The MQL definition, its judgements and every change of stage. Written by `qualification.actions` only."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from leadstern.leads.models import Lead
from leadstern.qualification.terms import Cause, Finding, Stage


class StageLabel(models.Model):
    """What the company calls a stage, and its place in lists and reports."""

    role = models.CharField(max_length=20, choices=Stage.choices, unique=True)
    label_de = models.CharField(max_length=60)
    label_en = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField()


class Definition(models.Model):
    """A version of what an MQL is: criteria as `qualification.logic` reads them. Never changed once published."""

    number = models.PositiveIntegerField(unique=True)
    content = models.JSONField()
    note = models.TextField(blank=True)
    is_draft = models.BooleanField(default=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_draft"], condition=Q(is_draft=True), name="one_definition_draft"),
            models.CheckConstraint(
                condition=Q(is_draft=True, published_at__isnull=True) | Q(is_draft=False, published_at__isnull=False),
                name="published_with_a_date",
            ),
        ]


class Judgement(models.Model):
    """What the current definition says of a lead: one row each, replaced at every judging.

    `findings` is [{"criterion": key, "finding": met/not_met/unknown, "value": …}]. `recheck_at`: fading alone changes
    something then.
    """

    lead = models.OneToOneField(Lead, models.CASCADE, related_name="judgement")
    definition = models.ForeignKey(Definition, models.PROTECT)
    result = models.CharField(max_length=10, choices=Finding.choices)
    findings = models.JSONField()
    judged_at = models.DateTimeField()
    recheck_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["recheck_at"], condition=Q(recheck_at__isnull=False), name="judgement_recheck")]


class Verdict(models.Model):
    """A lead's move from one stage to another, with the reason. The newest is current; nothing is ever overwritten.

    `at` is when it happened in the world, `recorded_at` when we learnt of it (imports, corrections). A mis-click is
    taken back by a further verdict that `corrects` the wrong one, which wears the mark `is_corrected`: it still tells
    what was done, but counts nowhere.
    """

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="verdicts", db_index=False)
    old_stage = models.CharField(max_length=20, choices=Stage.choices, blank=True)
    stage = models.CharField(max_length=20, choices=Stage.choices)
    cause = models.CharField(max_length=12, choices=Cause.choices)
    reason = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)
    findings = models.JSONField(default=list)
    definition = models.ForeignKey(Definition, models.PROTECT, null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    return_at = models.DateTimeField(null=True)
    is_current = models.BooleanField(default=True)
    corrects = models.ForeignKey("self", models.CASCADE, null=True, related_name="+", db_index=False)
    is_corrected = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lead"], condition=Q(is_current=True), name="one_current_verdict"),
            # Partial: nearly no verdict corrects another.
            models.UniqueConstraint(fields=["corrects"], condition=Q(corrects__isnull=False), name="corrected_once"),
            models.CheckConstraint(
                condition=Q(cause=Cause.CORRECTED, corrects__isnull=False)
                | Q(~Q(cause=Cause.CORRECTED), corrects__isnull=True),
                name="correction_names_its_verdict",
            ),
        ]
        indexes = [
            models.Index(fields=["lead", "id"], name="verdict_history"),
            models.Index(fields=["stage", "at"], name="verdict_by_stage"),
            models.Index(fields=["stage", "lead"], condition=Q(is_current=True), name="verdict_current"),
            models.Index(
                fields=["return_at"], condition=Q(is_current=True, return_at__isnull=False), name="verdict_returning"
            ),
        ]


class HandOver(models.Model):
    """A verdict waiting for one of the stages behind (`taker` is that stage's name). Deleted rows never existed: taken
    ones stay with the time."""

    verdict = models.ForeignKey(Verdict, models.CASCADE, related_name="hand_overs")
    taker = models.CharField(max_length=20)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["verdict", "taker"], name="handed_over_once")]
        indexes = [models.Index(fields=["taker", "id"], condition=Q(taken_at__isnull=True), name="hand_over_waiting")]
