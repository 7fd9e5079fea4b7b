"""Saved, named conditions. Written by `criteria.actions` only."""

from django.conf import settings
from django.db import models


class Segment(models.Model):
    """A condition with a name. `condition` is the canonical JSON that `logic.read` reads; members are never stored."""

    name = models.CharField(max_length=80, unique=True)
    condition = models.JSONField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
