"""Strangers' text made safe to keep: nothing is dropped, what a database cannot hold is kept as marked base64."""

import base64
import binascii
import hashlib
import json
import math
import unicodedata
from typing import Any

MARK = "base64"


def storable(value: Any) -> Any:
    """`value` (JSON-like) so that both databases can hold it, reversibly.

    PostgreSQL's jsonb takes neither NUL nor lone surrogates: such texts, and bytes that are not UTF-8, become
    {"base64": …}. Keys with such characters are escaped the Python way.
    """
    if isinstance(value, str):
        return value if _is_clean(value) else {MARK: _encoded(value.encode("utf-8", "surrogatepass"))}
    if isinstance(value, bytes):
        return _from_bytes(value)
    if isinstance(value, dict):
        return {_key(key): storable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [storable(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def as_text(value: Any) -> str:
    """What a person reads of a stored value. Marked bytes are read as UTF-8 (half characters left out), else as
    cp1252."""
    if isinstance(value, dict) and set(value) == {MARK}:
        return _decoded(str(value[MARK]))
    if isinstance(value, list):
        return ", ".join(as_text(inner) for inner in value)
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def is_marked(value: Any) -> bool:
    """Whether `value` (or a part of it) was kept as bytes."""
    if isinstance(value, list):
        return any(is_marked(inner) for inner in value)
    return isinstance(value, dict) and set(value) == {MARK}


def digest(value: Any) -> str:
    """32 hexadecimal digits that are equal for equal stored values, whatever the order of keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:32]


def hash_secret(secret: str) -> str:
    """SHA-256, hexadecimal. Our secrets have 256 random bits: no salt needed."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def clean_line(text: str) -> str:
    """One line: control characters and surplus space gone (a line break in a name is never meant)."""
    return " ".join(_without_controls(text, keep="\n\t\r").split())


def clean_block(text: str) -> str:
    """Several lines: line ends as \\n, no control characters, no space at the ends."""
    return _without_controls(text.replace("\r\n", "\n").replace("\r", "\n"), keep="\n\t").strip()


def _without_controls(text: str, *, keep: str) -> str:
    if text.isprintable():  # nearly always, and told many times as fast
        return text
    return "".join(sign for sign in text if sign in keep or unicodedata.category(sign) not in ("Cc", "Cs"))


def _is_clean(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def _key(key: Any) -> str:
    text = str(key)
    return text if _is_clean(text) else text.encode("unicode_escape").decode("ascii").replace("\x00", "\\x00")


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _from_bytes(data: bytes) -> Any:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return {MARK: _encoded(data)}
    return storable(text)


def _decoded(marked: str) -> str:
    try:
        data = base64.b64decode(marked, validate=True)
    except (binascii.Error, ValueError):
        return marked
    try:
        return data.decode("utf-8", "surrogatepass").encode("utf-8", "ignore").decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
