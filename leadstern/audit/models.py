"""Who changed what and when. Append-only: rows are written by `audit.actions.record` and never changed, but for the
free words about a person who is erased (`audit.actions.blank`)."""

from django.conf import settings
from django.db import models


class Entry(models.Model):
    """One change. `data` holds what is needed to understand it, without secrets or message bodies."""

    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    actor_name = models.CharField(max_length=120, blank=True)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"], name="audit_by_object"),
            models.Index(fields=["actor", "-id"], name="audit_by_actor"),
        ]
