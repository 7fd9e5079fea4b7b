"""Personal links to magnets: granted on acceptance, renewed on request; a download is a row the leads stage takes."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from leadstern.capture.logic import hash_secret
from leadstern.capture.models import Download, DownloadGrant, Submission
from leadstern.core.db import write

VALID = timedelta(days=14)
RENEWAL_PAUSE = timedelta(hours=1)


def grant_download(submission: Submission, *, now: datetime) -> str:
    """A new link for `submission`: the secret, which is nowhere else; the database keeps its SHA-256 only."""
    assert submission.form_version is not None
    magnet = submission.form_version.form.magnet
    assert magnet is not None
    secret = secrets.token_urlsafe(32)
    DownloadGrant.objects.create(
        submission=submission, magnet=magnet, secret_hash=hash_secret(secret), expires_at=now + VALID
    )
    return secret


def renew_grant(grant: DownloadGrant, *, now: datetime) -> str | None:
    """A new secret for the same person; None when one was made within the last hour (it is in their inbox)."""
    with write():
        newest = DownloadGrant.objects.filter(submission=grant.submission).order_by("-expires_at").first()
        if newest is not None and newest.expires_at > now + VALID - RENEWAL_PAUSE:
            return None
        return grant_download(grant.submission, now=now)


def record_download(grant: DownloadGrant, *, now: datetime) -> Download:
    """Somebody pressed the button."""
    with write():
        return Download.objects.create(grant=grant, at=now)


def mark_downloads_taken(ids: Iterable[int]) -> int:
    """Called by the leads stage, inside its transaction. How many were waiting until now."""
    return Download.objects.filter(pk__in=list(ids), is_taken=False).update(is_taken=True)
