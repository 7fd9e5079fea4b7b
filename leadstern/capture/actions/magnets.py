"""Files given in exchange: checked, stored under a random name, then a row. Called by the page of the magnets."""

import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePosixPath

from django.conf import settings
from django.utils.translation import gettext as _

from leadstern.accounts.models import User
from leadstern.audit.actions import record
from leadstern.capture.logic.files import MAX_MAGNET, kind_of_file, safe_filename
from leadstern.capture.models import Magnet
from leadstern.core.db import write
from leadstern.core.errors import Invalid

FOLDER = "magnets"


def add_magnet(title: str, *, filename: str, chunks: Iterable[bytes], by: User | None, now: datetime) -> Magnet:
    """Stores a file and its row. The file is on the disk before the row says so. Raises Invalid (type, size, empty)."""
    suffix = PurePosixPath(filename).suffix.lower()
    path = f"{FOLDER}/{secrets.token_hex(16)}{suffix if suffix.isascii() and suffix[1:].isalnum() else ''}"
    size, start = _store(path, chunks)
    content_type = kind_of_file(filename, start)
    if content_type is None or size == 0 or size > MAX_MAGNET:
        (settings.FILES / path).unlink(missing_ok=True)
        raise Invalid({"file": [_too_large() if size > MAX_MAGNET else _wrong_kind()]})
    with write():
        magnet = Magnet.objects.create(
            title=title,
            path=path,
            filename=safe_filename(filename),
            content_type=content_type,
            size=size,
            created_at=now,
        )
        record("magnet.added", magnet, by=by, now=now, data={"title": title, "size": size})
    return magnet


def _store(path: str, chunks: Iterable[bytes]) -> tuple[int, bytes]:
    """Writes and syncs, as far as the limit; size and the first bytes."""
    target = settings.FILES / path
    target.parent.mkdir(parents=True, exist_ok=True)
    size, start = 0, b""
    with target.open("xb") as file:
        for chunk in chunks:
            size, start = size + len(chunk), start or chunk[:64]
            if size > MAX_MAGNET:
                break
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return size, start


def _too_large() -> str:
    return _("The file is too large: at most 100 MB.")


def _wrong_kind() -> str:
    return _("Only PDF, EPUB, MP3, MP4, ZIP, PNG, JPEG, DOCX and XLSX files can be given away.")
