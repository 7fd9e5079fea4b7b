"""What a person gets after a taken submission: the mail that asks to confirm a consent, the personal download link."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from leadstern.capture.actions import grant_download, note_reason, renew_grant
from leadstern.capture.channels.form.posting import MARKETING
from leadstern.capture.logic import as_text, read_content
from leadstern.capture.logic.values import YES
from leadstern.capture.models import DownloadGrant, Submission
from leadstern.capture.queries import wording_shown
from leadstern.capture.terms import FormKind, Reason
from leadstern.consent.actions import request_consent
from leadstern.consent.queries import current_wording
from leadstern.consent.terms import Channel, Purpose
from leadstern.core.db import write
from leadstern.core.errors import Invalid, Refused
from leadstern.outbox.actions import queue_mail
from leadstern.outbox.queries import written_since

DAY, MOST_A_DAY = timedelta(days=1), 6


class TooMany(Exception):
    """This address has had as many mails today as strangers may cause."""


def send_follow_ups(submission: Submission, *, now: datetime) -> None:
    """Queues the mails of a submission that was just taken; joins the transaction.

    Without a sender set up no mail can be queued: the submission stays taken and says so to the colleagues.
    """
    version = submission.form_version
    address = submission.details.get("email", "")
    if version is None or not address:
        return
    with translation.override(submission.origin.get("language", "de")):
        if version.form.kind == FormKind.DOWNLOAD and version.form.magnet is not None:
            _try(send_link, submission, address, now)
        if as_text(submission.raw.get(MARKETING)).lower() in YES and read_content(version.content).asks_marketing:
            _try(_ask_to_confirm, submission, address, now)


def send_link(submission: Submission, address: str, now: datetime) -> None:
    """A personal link to the file, valid for 14 days."""
    _heed_limit(address, now)
    secret = grant_download(submission, now=now)
    mail_link(submission, secret=secret, address=address, now=now)


def mail_link(submission: Submission, *, secret: str, address: str, now: datetime) -> None:
    """The mail with a link that was just granted. Raises Refused without a sender."""
    assert submission.form_version is not None
    magnet = submission.form_version.form.magnet
    link = settings.BASE_URL + reverse("capture:download", args=[secret])
    words = {"title": magnet.title if magnet else "", "link": link}
    queue_mail(
        key=f"download:{submission.pk}:{int(now.timestamp())}",
        recipient=address,
        subject=_("Your link: %(title)s") % words,
        text=_(
            "Hello,\n\nhere is your personal link to “%(title)s”:\n\n%(link)s\n\n"
            "The link is valid for 14 days. If you did not ask for it, simply ignore this message.\n"
        )
        % words,
        now=now,
    )


def _ask_to_confirm(submission: Submission, address: str, now: datetime) -> None:
    """Double opt-in (BGH I ZR 164/09): the request is kept with its wording, the mail carries no advertising.

    Who was shown no wording, as a form by hand shows none, reads the current one before confirming. Refused when
    there is none: nobody can agree to nothing.
    """
    _heed_limit(address, now)
    language = submission.origin.get("language", "de")
    shown = wording_shown(submission.origin.get("marketing_wording"))
    wording = shown or current_wording(Purpose.MARKETING, language=language)
    if wording is None:
        raise Refused(_("There is no text to agree to."))
    entry, token = request_consent(
        channel=Channel.EMAIL, address=address, purpose=Purpose.MARKETING, wording=wording,
        evidence=_evidence(submission, now), now=now,
    )  # fmt: skip
    link = settings.BASE_URL + reverse("consent:confirm", args=[token])
    queue_mail(
        key=f"consent:{entry.pk}",
        recipient=address,
        subject=_("Please confirm your e-mail address"),
        text=_(
            "Hello,\n\nsomebody entered this e-mail address on our website and asked for information by e-mail. "
            "If that was you, please confirm it here:\n\n%(link)s\n\n"
            "If it was not you, there is nothing to do: without confirmation you will get no further e-mail.\n"
        )
        % {"link": link},
        now=now,
    )


def _heed_limit(address: str, now: datetime) -> None:
    """A stranger may enter anybody's address, again and again: at most so many mails a day go to one address."""
    if written_since(address, since=now - DAY) >= MOST_A_DAY:
        raise TooMany


def _evidence(submission: Submission, now: datetime) -> dict[str, Any]:
    version = submission.form_version
    assert version is not None
    known = {key: submission.origin.get(key, "") for key in ("page", "ip_prefix", "language")}
    return {
        **known, "submission": submission.pk, "form": version.form.key, "form_version": version.number,
        "box": "ticked", "at": submission.captured_at.isoformat(), "requested_at": now.isoformat(),
    }  # fmt: skip


def _try(send: Any, submission: Submission, address: str, now: datetime) -> None:
    try:
        with write():
            send(submission, address, now)
    except TooMany:
        note_reason(submission, reason=Reason.MAIL_LIMIT, now=now)
    except (Refused, Invalid):
        note_reason(submission, reason=Reason.MAIL_REFUSED, now=now)


def renew_link(grant: DownloadGrant, *, now: datetime) -> None:
    """Mails a new link to the address that asked first; nothing when one went out within the last hour.

    Raises Refused when no mail can be queued (then no link was granted either).
    """
    address = grant.submission.details.get("email", "")
    if not address:
        raise Refused(_("There is no e-mail address for this link."))
    with write():
        secret = renew_grant(grant, now=now)
        if secret is not None:
            mail_link(grant.submission, secret=secret, address=address, now=now)
