"""Wordings shown to people, and what they said to them. Append-only. Written by `consent.actions`; knows no lead."""

from typing import Any

from django.db import models
from django.db.models import Q

from leadstern.consent.terms import Channel, Event, Purpose


class Wording(models.Model):
    """One published text in one language. A change is a new version; a row is never altered once shown."""

    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    language = models.CharField(max_length=2)
    version = models.PositiveIntegerField()
    text = models.TextField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "language", "version"], name="wording_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.version} ({self.language})"


class LedgerEntry(models.Model):
    """Something that happened to the consent for one contact point (channel + normalised address) and purpose.

    A row is never changed but for `is_taken`, the mark of the stage behind, and `forget_at`: when a request that nobody
    answered is deleted; empty on what stays as proof. `token` is the SHA-256 of the secret in the confirmation link;
    `request` is set on the answer to a request, `expires_at` on the request.
    """

    channel = models.CharField(max_length=10, choices=Channel.choices)
    address = models.CharField(max_length=254)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    event = models.CharField(max_length=20, choices=Event.choices)
    at = models.DateTimeField()
    wording = models.ForeignKey(Wording, models.PROTECT, null=True)
    evidence = models.JSONField(default=dict)
    token = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 -- unique: absent must be NULL
    request = models.ForeignKey("self", models.PROTECT, null=True, related_name="answers")
    expires_at = models.DateTimeField(null=True)
    forget_at = models.DateTimeField(null=True)
    is_taken = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request"], condition=Q(event="confirmed"), name="request_confirmed_once"),
            models.CheckConstraint(
                condition=~Q(event="requested") | Q(token__isnull=False, expires_at__isnull=False),
                name="request_has_token_and_end",
            ),
        ]
        indexes = [
            models.Index(fields=["address", "channel", "purpose", "-id"], name="consent_by_point"),
            models.Index(fields=["id"], condition=Q(event="confirmed", is_taken=False), name="consent_confirmed"),
            models.Index(fields=["expires_at"], condition=Q(event="requested"), name="consent_request_end"),
            models.Index(fields=["forget_at"], condition=Q(forget_at__isnull=False), name="consent_request_forgotten"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("the ledger of consent is append-only")
        super().save(*args, **kwargs)
