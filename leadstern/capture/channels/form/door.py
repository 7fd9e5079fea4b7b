"""One posted form, from request to stored and understood row. Called by the page and by the embed's endpoint."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from leadstern.capture.actions import mark_corrected, receive
from leadstern.capture.channels.form.intake import understand
from leadstern.capture.channels.form.posting import PROOF, TOKEN, TRAP, Posting, network, sender_mark
from leadstern.capture.channels.form.shown import first_showing
from leadstern.capture.channels.form.signed import Shown, new_key, read_shown
from leadstern.capture.logic import digest
from leadstern.capture.models import Form, FormVersion, Submission
from leadstern.capture.queries import live_version, published_version, wording_shown
from leadstern.capture.terms import CaptureChannel, FormKind, SubmissionState
from leadstern.visitors.logic import arrival, host_of, path_of
from leadstern.visitors.queries import first_entry, hosts_of


@dataclass(frozen=True)
class Sending:
    """What a posting refers to: the showing it answers and the version that was shown then."""

    form: Form
    version: FormVersion
    shown: Shown


def sending_for(form: Form, posting: Posting, *, language: str) -> Sending | None:
    """The showing named by the token. Without a (genuine) token: the version of now, nothing trusted, no wording.

    None when the form was never published.
    """
    shown = read_shown(posting.control.get(TOKEN, ""), form_id=form.pk)
    version = published_version(form, shown.v) if shown else None
    if shown and version:
        return Sending(form, version, shown)
    live = live_version(form)
    return Sending(form, live, Shown(f=form.pk, v=live.pk, l=language)) if live else None


def is_too_late(sending: Sending) -> bool:
    """The form was closed before it was opened. Who had it open before may still send it."""
    closed_at, started_at = sending.form.closed_at, sending.shown.started_at()
    return closed_at is not None and (started_at is None or started_at > closed_at)


def take_in(sending: Sending, posting: Posting, request: HttpRequest, *, now: datetime) -> Submission:
    """Stores first, understands then. The same content of the same showing is the same row: a replay changes nothing.

    Other content of the same showing (corrected, or sent again after going back) is a row of its own; the corrected
    one is kept and says so.
    """
    submission = receive(
        channel=CaptureChannel.DOWNLOAD if sending.form.kind == FormKind.DOWNLOAD else CaptureChannel.FORM,
        key=_key(sending, posting, request, now),
        raw=posting.raw,
        origin=_origin(sending, posting, request, now),
        captured_at=now,
        now=now,
        form_version=sending.version,
        wording=wording_shown(sending.shown.w),
    )
    if submission.state == SubmissionState.RECEIVED:
        understand(submission, now=now)
    if sending.shown.r and sending.shown.r != submission.pk:
        mark_corrected(sending.shown.r, now=now)
    return submission


def showing_again(sending: Sending, submission: Submission, *, now: datetime) -> Shown:
    """The token of the form shown again for corrections: same showing, but it names what it corrects."""
    shown = sending.shown
    if shown.k is None:
        shown = first_showing(sending.form, sending.version, language=shown.l, key=new_key(), at=now, is_test=shown.x)
    return Shown(
        f=shown.f, v=shown.v, l=shown.l, w=shown.w, m=shown.m, t=shown.t, k=shown.k, x=shown.x, r=submission.pk
    )


def _key(sending: Sending, posting: Posting, request: HttpRequest, now: datetime) -> str:
    showing = sending.shown.k or f"{sender_mark(request)}:{now:%Y%m%d}"
    return f"form:{sending.form.pk}:{showing}:{digest(posting.raw)}"


def _origin(sending: Sending, posting: Posting, request: HttpRequest, now: datetime) -> dict[str, Any]:
    shown, context = sending.shown, posting.context
    started_at = shown.started_at()
    found = {
        **context,
        **_way(sending.form, context),
        "page": context.get("page") or request.headers.get("Referer", "")[:500],
        "site": sending.form.site_id,
        "language": shown.l,
        "ip_prefix": network(request),
        "marketing_wording": shown.m,
        "corrects": shown.r,
        "test": shown.x or None,
        "checks": {
            "trap": bool(posting.control.get(TRAP)),
            "seconds": (now - started_at).total_seconds() if started_at else None,
            "test": shown.x,
            "bytes": posting.has_foreign_bytes,
            "proof": posting.control.get(PROOF, ""),
        },
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def _way(form: Form, context: dict[str, Any]) -> dict[str, str]:
    """By which channel and source the person came, and to which page. From inside the website only the first page of
    a visitor who agreed to be recognised can tell it; else it stays unknown."""
    told = {name: str(context.get(name, "")) for name in ("referrer", "source", "medium", "campaign", "click")}
    hosts = hosts_of(form.site.origins) if form.site else frozenset()
    came = arrival(**told, own_hosts=hosts)
    if not came.is_inside or told["source"]:
        landing = _page_of(str(context.get("landing_page") or context.get("page", "")), hosts)
        return {"channel": came.channel, "source": came.source, "landing_page": landing}
    first = first_entry(str(context.get("visitor", "")))
    if first is None:
        return {"landing_page": ""}
    names = {name: getattr(first, name) for name in ("channel", "source", "medium", "campaign")}
    return names | {"landing_page": first.path}


def _page_of(address: str, hosts: frozenset[str]) -> str:
    """Pages of the website itself by their path, as its visits have them."""
    return path_of(address) if host_of(address) in hosts else address
