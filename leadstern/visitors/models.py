"""Websites, visitors and their hits. Hits are written by `visitors.hit_store` (no ORM), the rest by `visitors.actions`.

Without consent a hit carries no visitor and nothing personal: no address, no user agent, no identifier.
"""

import uuid

from django.db import models
from django.db.models import Q

from leadstern.visitors.terms import Channel, Drop, HitKind


class Site(models.Model):
    """A website whose pages may report hits and show forms. `origins` lists scheme://host[:port], exactly.

    `last_hit_at` and `last_hit_path` follow the hits within some seconds.
    """

    name = models.CharField(max_length=120)
    key = models.CharField(max_length=32, unique=True)
    origins = models.JSONField(default=list)
    created_at = models.DateTimeField()
    last_hit_at = models.DateTimeField(null=True)
    last_hit_path = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return self.name


class Visitor(models.Model):
    """A browser whose owner agreed to be recognised. `key` is random and stored on the device after consent only.

    Without `consented_at` the withdrawal came before the consent, which then never counts.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    site = models.ForeignKey(Site, models.CASCADE)
    consented_at = models.DateTimeField(null=True)
    consent_text = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True)


class Hit(models.Model):
    """One page view or click. `is_entry`: the first of a visit (it came from elsewhere); visits are counted by it.

    Kind `landing`: the page somebody came to and agreed on. It was counted as an entry without a key a moment before,
    so it is none itself; it tells how this visitor came.
    `visitor_key` is set with consent only, and `is_taken` says whether the leads stage has seen such a hit.
    """

    site = models.ForeignKey(Site, models.CASCADE, db_index=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=HitKind.choices, default=HitKind.PAGE)
    path = models.CharField(max_length=500)
    label = models.CharField(max_length=120, blank=True)
    is_entry = models.BooleanField(default=False)
    channel = models.CharField(max_length=20, choices=Channel.choices, default=Channel.DIRECT)
    source = models.CharField(max_length=120, blank=True)
    medium = models.CharField(max_length=60, blank=True)
    campaign = models.CharField(max_length=120, blank=True)
    referrer_host = models.CharField(max_length=253, blank=True)
    bot = models.CharField(max_length=60, blank=True)
    visitor_key = models.UUIDField(null=True)
    is_taken = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["at"], condition=Q(is_entry=True, bot=""), name="hit_entries"),
            models.Index(fields=["at"], condition=~Q(bot=""), name="hit_bots"),
            models.Index(
                fields=["visitor_key", "id"], condition=Q(visitor_key__isnull=False, is_taken=False), name="hit_waiting"
            ),
            models.Index(fields=["visitor_key"], condition=Q(visitor_key__isnull=False), name="hit_of_visitor"),
        ]


class Refusal(models.Model):
    """How often messages for a website were not taken, and why: what the page "is it installed?" tells.

    `origin` is where they came from ('' when it does not matter or there are too many different ones).
    """

    site = models.ForeignKey(Site, models.CASCADE, related_name="refusals", db_index=False)
    reason = models.CharField(max_length=20, choices=Drop.choices)
    origin = models.CharField(max_length=253, blank=True)
    number = models.BigIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "reason", "origin"], name="one_refusal_per_origin")]
