"""That the worker is alive. Written by `journey.worker`, read by `doctor` and the set-up page."""

from django.db import models


class Worker(models.Model):
    """A running worker. `pass_seconds` is how long its last walk through all steps took;
    `failing` names the steps whose last try ended in an error."""

    name = models.CharField(max_length=120, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    pass_seconds = models.FloatField(default=0)
    failing = models.JSONField(default=list)
