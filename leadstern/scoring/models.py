"""Score models and scores. Written by `scoring.actions` only.

Points are stored so that they are right at every moment without being rewritten (forward decay, Cormode et al. 2009):
a line holds `points` as of `as_of`; its value at time t is min(cap, points * 2^(-(t - as_of) / half-life)).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from leadstern.leads.models import Lead


class ScoreModel(models.Model):
    """A named way of scoring. Several may exist; `is_main` is the one that definitions and lists use."""

    name = models.CharField(max_length=80)
    is_main = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_main"], condition=Q(is_main=True), name="one_main_score_model"),
        ]


class ScoreModelVersion(models.Model):
    """The rules of a model, as `scoring.logic.content` reads them. A draft has no `published_at`; published ones
    never change.

    `warm` and `hot` repeat the thresholds of the content, so that the database can compare with them.
    """

    model = models.ForeignKey(ScoreModel, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    warm = models.FloatField()
    hot = models.FloatField()
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "number"], name="score_version_once"),
            models.UniqueConstraint(fields=["model"], condition=Q(published_at__isnull=True), name="one_score_draft"),
        ]


class Score(models.Model):
    """A lead's points under one model. `bound` is an upper bound of the activity points (`logic.arithmetic.bound`):
    among scores of one version the order by it never changes by time alone, so the hottest come from an index. Empty:
    none.

    `fit_rules` are the keys of the fit rules the lead meets, parted by spaces: what each gives stands in the version,
    which never changes, and `fit` is their sum.

    `is_changed` is the hand-over to qualification. A score of a version that is no longer the published one waits to be
    made anew; until then it stands as that version meant it.
    """

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="scores", db_index=False)
    model = models.ForeignKey(ScoreModel, models.CASCADE, db_index=False)
    version = models.ForeignKey(ScoreModelVersion, models.PROTECT, db_index=False)
    fit = models.FloatField(default=0)
    fit_rules = models.TextField(default="")
    bound = models.FloatField(null=True)
    scored_at = models.DateTimeField()
    is_changed = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead", "model"], name="one_score_per_lead_and_model")]
        indexes = [
            models.Index(fields=["id"], condition=Q(is_changed=True), name="score_changed"),
            models.Index(fields=["version", "-bound", "-lead"], name="score_hottest"),
            # In which those of an older version are made anew: neighbours together, as they lie on the disk.
            models.Index(fields=["version", "id"], name="score_of_version"),
        ]


class ScoreLine(models.Model):
    """What one activity rule gives a lead, and why: `count` events, the last at `last_at`. `half_life` in days, empty:
    never fades."""

    score = models.ForeignKey(Score, models.CASCADE, related_name="lines", db_index=False)
    rule = models.CharField(max_length=40)
    points = models.FloatField()
    as_of = models.DateTimeField()
    half_life = models.FloatField(null=True)
    cap = models.FloatField(null=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["score", "rule"], name="one_line_per_rule")]
