"""What a file given away may be: by its name and its first bytes, both of which must agree."""

import re
from pathlib import PurePosixPath

MAX_MAGNET = 100 * 1024 * 1024

_OFFICE = "application/vnd.openxmlformats-officedocument."
_KINDS: dict[str, tuple[str, str]] = {
    ".pdf": ("application/pdf", r"%PDF-"),
    ".epub": ("application/epub+zip", r"PK\x03\x04"),
    ".zip": ("application/zip", r"PK\x03\x04"),
    ".docx": (f"{_OFFICE}wordprocessingml.document", r"PK\x03\x04"),
    ".xlsx": (f"{_OFFICE}spreadsheetml.sheet", r"PK\x03\x04"),
    ".mp3": ("audio/mpeg", r"ID3|\xff[\xe2-\xff]"),
    ".mp4": ("video/mp4", r"(?s:....)ftyp"),
    ".png": ("image/png", r"\x89PNG\r\n"),
    ".jpg": ("image/jpeg", r"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", r"\xff\xd8\xff"),
}
SUFFIXES = tuple(_KINDS)


def kind_of_file(filename: str, start: bytes) -> str | None:
    """The content type, or None when name and first bytes do not make one of the kinds that may be given away."""
    known = _KINDS.get(PurePosixPath(filename).suffix.lower())
    return known[0] if known and re.match(known[1].encode("latin-1"), start) else None


def safe_filename(filename: str) -> str:
    """The name under which it is downloaded: no folders, no control characters, at most 120 signs, suffix kept."""
    path = PurePosixPath(filename.replace("\\", "/"))
    stem = re.sub(r"[\x00-\x1f\x7f\"<>|:*?/\\]", "", path.stem).strip() or "datei"
    return stem[: 120 - len(path.suffix)] + path.suffix
