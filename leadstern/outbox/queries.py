"""Reading the outbox: senders, what waits, what failed, the built-in mailbox. Called by pages and the stages behind."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.http.request import split_domain_port

from leadstern.outbox.models import Delivery, MailboxMessage, Outage, SenderIdentity
from leadstern.outbox.terms import UNFINISHED, DeliveryState, Failure

EMAIL = "email"
COUNTED = 1000


def has_mail_server() -> bool:
    """Whether mails leave the house. Without a server they go to the built-in mailbox."""
    return bool(settings.OWN["LEADSTERN_SMTP_URL"])


def default_sender() -> SenderIdentity | None:
    """Who mails come from unless said otherwise. None: nothing can be sent yet."""
    return SenderIdentity.objects.filter(is_default=True).first()


def system_sender() -> SenderIdentity:
    """Who mails to our own people come from: the default sender, else an unsaved one at our own address."""
    host = split_domain_port(settings.BASE_URL.partition("://")[2])[0] or "localhost"
    domain = host if "." in host and not host.replace(".", "").isdigit() else "localhost.localdomain"
    return default_sender() or SenderIdentity(name="Leadstern", address=f"leadstern@{domain}")


def due_deliveries(*, now: datetime) -> QuerySet[Delivery]:
    """Waiting mails whose time has come, the longest waiting first."""
    return Delivery.objects.filter(state=DeliveryState.WAITING, next_try_at__lte=now).order_by("next_try_at", "id")


def outage() -> Outage | None:
    """The current trouble with the mail server, if any."""
    return Outage.objects.filter(transport=EMAIL).first()


def bounced_waiting() -> QuerySet[Delivery]:
    """Mails whose address does not work and that nobody has taken yet, oldest first."""
    return Delivery.objects.filter(
        state=DeliveryState.DEAD, failure=Failure.RECIPIENT, is_taken=False, is_private=False
    ).order_by("id")


def written_since(address: str, *, since: datetime) -> int:
    """How many mails were queued to the address, whatever became of them. From an index, newest first."""
    return Delivery.objects.filter(recipient=address, created_at__gte=since).count()


def sent_waiting(taker: str) -> QuerySet[Delivery]:
    """Sent mails of this stage that it has not taken yet, oldest first."""
    return (
        Delivery.objects.filter(state=DeliveryState.SENT, is_taken=False, taker=taker).exclude(taker="").order_by("id")
    )


def deliveries(state: str) -> QuerySet[Delivery]:
    """Mails in one state with their subject, without their content; the order is the page's."""
    rows = Delivery.objects.filter(state=state).defer("payload")
    return rows.annotate(subject=KeyTextTransform("subject", "payload"))


@dataclass(frozen=True)
class StateCount:
    """How many mails stand in a state, counted up to 1,000 (`is_more`: there are more)."""

    state: DeliveryState
    number: int
    is_more: bool

    def __str__(self) -> str:
        return f"{self.number}+" if self.is_more else str(self.number)


def unfinished_counts() -> list[StateCount]:
    """The states somebody may have to look at. Never counts a whole table."""
    return [_counted(state) for state in UNFINISHED]


def waiting_count() -> StateCount:
    """How many mails wait to be sent."""
    return _counted(DeliveryState.WAITING)


def _counted(state: DeliveryState) -> StateCount:
    number = Delivery.objects.filter(state=state).order_by("-id")[: COUNTED + 1].count()
    return StateCount(state, min(number, COUNTED), number > COUNTED)


def mailbox(*, with_private: bool, to: str = "") -> QuerySet[MailboxMessage]:
    """The built-in mailbox with subject and recipient; the order is the page's. Private mails only when asked for.
    `to`: a part of the recipient's address."""
    rows = MailboxMessage.objects.select_related("delivery").defer("delivery__payload")
    rows = rows.annotate(subject=KeyTextTransform("subject", "delivery__payload"))
    if to:
        rows = rows.filter(delivery__recipient__icontains=to)
    return rows if with_private else rows.filter(delivery__is_private=False)


def deliveries_to(addresses: Iterable[str]) -> QuerySet[Delivery]:
    """Every mail to these normalised addresses, newest first."""
    return Delivery.objects.filter(recipient__in=list(addresses)).order_by("-id")


def sent_totals(*, since: datetime) -> dict[str, Any]:
    """Mails created since then, by state."""
    rows = Delivery.objects.filter(created_at__gte=since).values("state").annotate(number=Count("pk"))
    return {row["state"]: row["number"] for row in rows}
