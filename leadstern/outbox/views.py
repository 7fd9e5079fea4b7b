"""Staff pages: the built-in mailbox, the outbox with what failed, the sender. Staff decide on mails."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leadstern.accounts.access import person, requires
from leadstern.accounts.models import User
from leadstern.accounts.terms import Right
from leadstern.core.errors import Invalid, Refused
from leadstern.core.mistakes import mark
from leadstern.core.tables import slice_by_key
from leadstern.core.time import now
from leadstern.outbox.actions import cancel, retry, save_sender
from leadstern.outbox.forms import SenderForm
from leadstern.outbox.logic import Part, message_id, parts
from leadstern.outbox.models import Delivery, MailboxMessage
from leadstern.outbox.queries import (
    StateCount,
    default_sender,
    deliveries,
    has_mail_server,
    mailbox,
    outage,
    unfinished_counts,
    waiting_count,
)
from leadstern.outbox.terms import DeliveryState


def message_for(user: User, message_id: int) -> MailboxMessage:
    """The message, or 404: a mail with a secret of our own people only for those who manage users."""
    rows = MailboxMessage.objects.select_related("delivery")
    if not user.has_right(Right.MANAGE_USERS):
        rows = rows.filter(delivery__is_private=False)
    return get_object_or_404(rows, pk=message_id)


@requires(Right.SEE_MAILBOX)
@require_safe
def mailbox_list(request: HttpRequest) -> HttpResponse:
    """Mails kept here because no mail server is set up, newest first. `?to=`: to addresses that contain this."""
    to = request.GET.get("to", "").strip()[:254]
    rows = mailbox(with_private=person(request).has_right(Right.MANAGE_USERS), to=to)
    shown = slice_by_key(rows, order=("-id",), cursor=request.GET.get("cursor", ""))
    trouble = outage() if has_mail_server() else None
    told = {"outage": trouble, "waiting": waiting_count() if trouble else None, "has_mail_server": has_mail_server()}
    return render(request, "outbox/mailbox.html", {"slice": shown, "to": to, **told})


@dataclass(frozen=True)
class Shown:
    """A mail as the page shows it."""

    subject: str
    headers: list[tuple[str, str]]
    parts: list[Part]
    html: str
    received_at: object


@requires(Right.SEE_MAILBOX)
@require_safe
def mailbox_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """One mail: headers (the technical ones by their own names), the text with our own links to follow, the HTML as its
    source."""
    message = message_for(person(request), message_id)
    return render(request, "outbox/message.html", {"mail": _shown(message)})


def _shown(message: MailboxMessage) -> Shown:
    delivery, payload = message.delivery, message.delivery.payload
    sender = payload["sender"]
    headers = [
        (_("From"), f"{sender['name']} <{sender['address']}>"),
        (_("To"), delivery.recipient),
        (_("Replies go to"), sender.get("reply_to", "")),
        (_("Subject"), payload["subject"]),
        ("Message-ID", message_id(delivery.key, address=sender["address"])),
        *payload["headers"].items(),
    ]
    return Shown(
        payload["subject"],
        [(name, value) for name, value in headers if value],
        parts(payload["text"], own=settings.BASE_URL),
        payload["html"],
        message.received_at,
    )


@requires(Right.MANAGE_SYSTEM)
@require_safe
def outbox_list(request: HttpRequest) -> HttpResponse:
    """Mails by state, with the last error; what failed or is uncertain can be sent again or cancelled."""
    counts = {count.state.value: count for count in unfinished_counts()}
    state = request.GET.get("state") or _first_state(counts)
    if state not in DeliveryState.values:
        raise Http404
    shown = {
        "slice": slice_by_key(deliveries(state), order=("-id",), cursor=request.GET.get("cursor", "")),
        "state": DeliveryState(state),
        "states": list(DeliveryState),
        "counts": counts,
        "outage": outage(),
        "has_sender": default_sender() is not None,
        "has_mail_server": has_mail_server(),
        "may_retry": state in (DeliveryState.DEAD, DeliveryState.UNCERTAIN),
        "may_cancel": state in (DeliveryState.WAITING, DeliveryState.DEAD, DeliveryState.UNCERTAIN),
    }
    return render(request, "outbox/outbox.html", shown)


def _first_state(counts: dict[str, StateCount]) -> str:
    """What the page opens with: the first state in which somebody may have to look at mails, else what was sent."""
    return next((state for state, count in counts.items() if count.number), DeliveryState.SENT.value)


@requires(Right.MANAGE_SYSTEM)
@require_POST
def outbox_retry(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Sends a failed or uncertain mail again."""
    delivery = get_object_or_404(Delivery, pk=delivery_id)
    try:
        retry(delivery, by=person(request), now=now())
        messages.success(request, _("The mail is waiting to be sent again."))
    except Refused as refused:
        messages.error(request, str(refused))
    return _back_to(delivery)


@requires(Right.MANAGE_SYSTEM)
@require_POST
def outbox_cancel(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """A mail that shall not be sent (again)."""
    delivery = get_object_or_404(Delivery, pk=delivery_id)
    try:
        cancel(delivery, by=person(request), now=now())
        messages.success(request, _("The mail is cancelled."))
    except Refused as refused:
        messages.error(request, str(refused))
    return _back_to(delivery)


def _back_to(delivery: Delivery) -> HttpResponse:
    response = redirect("outbox:outbox")
    response["Location"] += f"?state={delivery.state}"
    return response


@requires(Right.MANAGE_SYSTEM)
def sender(request: HttpRequest) -> HttpResponse:
    """Who mails come from. Until this is filled in, no mail to a lead can be queued."""
    current = default_sender()
    fields = ("name", "address", "reply_to", "company_details", "imprint_url", "privacy_url")
    initial = {field: getattr(current, field) for field in fields} if current else {}
    form = SenderForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid() and _saved(request, form):
        return redirect("outbox:sender")
    shown = {"form": form, "has_sender": current is not None, "has_mail_server": has_mail_server()}
    return render(request, "outbox/sender.html", shown, status=422 if form.errors else 200)


def _saved(request: HttpRequest, form: SenderForm) -> bool:
    try:
        save_sender(**form.cleaned_data, by=person(request), now=now())
    except Invalid as error:
        mark(form, error)
        return False
    messages.success(request, _("The sender is saved. It holds for every mail queued from now on."))
    return True
