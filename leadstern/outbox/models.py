"""Everything that leaves the house, as rows. Written by `outbox.actions` and `outbox.work`; knows no lead."""

from django.db import models
from django.db.models import Q

from leadstern.outbox.terms import DeliveryState, Failure


class SenderIdentity(models.Model):
    """Who a mail comes from, with the company details every business mail must carry (§ 35a GmbHG). Pages for strangers
    show them, too, with links to the company's imprint (§ 5 DDG) and privacy page (Art. 13 GDPR)."""

    name = models.CharField(max_length=120)
    address = models.EmailField()
    reply_to = models.EmailField(blank=True)
    company_details = models.TextField()
    imprint_url = models.URLField(max_length=500, blank=True)
    privacy_url = models.URLField(max_length=500, blank=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="one_default_sender"),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"


class Delivery(models.Model):
    """One message to one recipient. `key` is unique: the same message for the same person can be queued once only.

    `payload` is complete (sender, recipient, subject, text, html, headers): sending needs nothing else. `claimed_by` is
    the pass that holds the row; `handed_over_at` is set just before the content goes to the server: a crash before it
    repeats safely, a crash after it leaves the row uncertain. `taker` is the stage that takes it once sent; a bounce is
    taken by whoever mends addresses. `is_private`: holds a secret of our own people (password reset). `is_unwanted`:
    the reason is gone (unsubscribed, became a customer); a try that is under way may end, but none follows.
    """

    key = models.CharField(max_length=120, unique=True)
    transport = models.CharField(max_length=20, default="email")
    recipient = models.CharField(max_length=254)
    payload = models.JSONField()
    state = models.CharField(max_length=12, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=32, blank=True)
    handed_over_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=12, choices=Failure.choices, blank=True)
    last_error = models.TextField(blank=True)
    via = models.CharField(max_length=20, blank=True)
    taker = models.CharField(max_length=20, blank=True)
    is_taken = models.BooleanField(default=False)
    is_private = models.BooleanField(default=False)
    is_unwanted = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(state="sent") | Q(sent_at__isnull=False), name="sent_with_a_time"),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"], condition=Q(state=DeliveryState.WAITING), name="delivery_waiting"
            ),
            models.Index(fields=["claimed_at"], condition=Q(state=DeliveryState.SENDING), name="delivery_sending"),
            models.Index(fields=["recipient", "-id"], name="delivery_by_recipient"),
            models.Index(fields=["state", "-id"], name="delivery_by_state"),
            models.Index(
                fields=["id"],
                condition=Q(state=DeliveryState.DEAD, failure=Failure.RECIPIENT, is_taken=False),
                name="delivery_bounced",
            ),
            models.Index(
                fields=["taker", "id"],
                condition=Q(state=DeliveryState.SENT, is_taken=False) & ~Q(taker=""),
                name="delivery_for_taker",
            ),
        ]


class MailboxMessage(models.Model):
    """A mail kept in the built-in mailbox, because no mail server is set up. One per delivery, ever."""

    delivery = models.OneToOneField(Delivery, models.CASCADE, related_name="mailbox_message")
    received_at = models.DateTimeField()


class Outage(models.Model):
    """The mail server cannot be used. Nothing is tried before `until`; the row goes when a connection stands again."""

    transport = models.CharField(max_length=20, unique=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    failures = models.PositiveIntegerField(default=1)
    error = models.TextField()
