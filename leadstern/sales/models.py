"""Calls, answers, tasks, opportunities and outcomes. Written by `sales.actions` only."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leadstern.leads.models import Lead
from leadstern.qualification.models import Verdict
from leadstern.sales.terms import AnswerState, CallResult, LossReason, OutcomeKind, Question, TaskKind


class Task(models.Model):
    """Something a person has to do with a lead; one open task of each kind. `ended_by`: the decision that ended it, so
    that taking the decision back opens the same tasks again."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="tasks")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=TaskKind.choices)
    due_at = models.DateTimeField()
    is_deadline = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    ended_by = models.ForeignKey("Outcome", models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lead", "kind"], condition=Q(done_at__isnull=True), name="one_open_task"),
        ]
        indexes = [
            models.Index(fields=["owner", "due_at", "id"], condition=Q(done_at__isnull=True), name="task_queue"),
        ]


class CallRecord(models.Model):
    """One attempt to reach a lead. `key` (when set) is unique: a call told twice is one call."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="calls")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    result = models.CharField(max_length=12, choices=CallResult.choices)
    note = models.TextField(blank=True)
    again_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 -- unique, so NULL for none

    class Meta:
        indexes = [models.Index(fields=["by", "at"], name="call_by_person")]


class Answer(models.Model):
    """What was said to a question of the call guide, by whom and when. The newest counts; older ones stay."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="answers", db_index=False)
    question = models.CharField(max_length=10, choices=Question.choices)
    state = models.CharField(max_length=4, choices=AnswerState.choices)
    text = models.CharField(max_length=500, blank=True)
    said_by = models.CharField(max_length=120, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["lead", "question", "-id"], name="answer_newest")]


class Opportunity(models.Model):
    """A possible sale that field sales has accepted. `key` names it in another system: imports are not repeated."""

    class State(models.TextChoices):
        """How far it is."""

        OPEN = "open", _("Open")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="opportunities")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=4, choices=State.choices, default=State.OPEN)
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    segment = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=20, choices=LossReason.choices, blank=True)
    note = models.TextField(blank=True)
    next_step = models.CharField(max_length=200, blank=True)
    expected_at = models.DateField(null=True)
    key = models.CharField(max_length=120, null=True, unique=True)  # noqa: DJ001 -- unique, so NULL for none
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lead"], condition=Q(state="open"), name="one_open_opportunity"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | Q(~Q(state="open"), closed_at__isnull=False),
                name="closed_with_a_date",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "opened_at"], condition=Q(state="open"), name="opportunity_open"),
            models.Index(fields=["state", "closed_at"], name="opportunity_closed"),
        ]


class Outcome(models.Model):
    """What became of a lead at one moment: the row reports are made of.

    `verdict` is the move it made (None: imported, or erased). `is_corrected` marks what was taken back: it stays as it
    was, but counts nowhere. `value_before`: what the sale was worth before this outcome said otherwise.
    """

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="outcomes")
    opportunity = models.ForeignKey(Opportunity, models.SET_NULL, null=True)
    kind = models.CharField(max_length=12, choices=OutcomeKind.choices)
    reason = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    verdict = models.OneToOneField(Verdict, models.SET_NULL, null=True, related_name="outcome")
    value_before = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    is_corrected = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "at"], name="outcome_by_kind"),
            models.Index(fields=["by", "recorded_at"], name="outcome_by_person"),
        ]
