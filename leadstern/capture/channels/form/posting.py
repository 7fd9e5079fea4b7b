"""What came over the wire, read without losing a byte: fields, our own control fields, where from. Called by the views.

URL-encoded bodies are decoded here and not by Django, which would replace bytes that are not UTF-8.
"""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.datastructures import MultiValueDict

from leadstern.capture.logic import as_text, storable
from leadstern.capture.logic.text import clean_line, is_marked
from leadstern.consent.logic import ip_prefix

TOKEN, PROOF, TRAP, MARKETING = "ls_token", "ls_proof", "ls_homepage", "ls_marketing"
CONTEXT = ("page", "referrer", "visitor", "source", "medium", "campaign", "landing_page", "channel")
_OWN = {TOKEN, PROOF, TRAP, *(f"ls_{name}" for name in CONTEXT)}
MAX_FIELDS = 500


class TooLarge(Exception):
    """More than is taken; nothing was stored."""


class Unreadable(Exception):
    """Not a form at all: unknown content type or broken JSON."""


@dataclass(frozen=True)
class Posting:
    """One request. `raw` is what the person entered (storable), `control` our own fields as text."""

    raw: dict[str, Any]
    control: dict[str, str]
    has_foreign_bytes: bool
    context: dict[str, str] = field(default_factory=dict)


def read_posting(request: HttpRequest) -> Posting:
    """Raises TooLarge or Unreadable."""
    try:
        values = _values(request)
        kept = storable(values)
    except (RequestDataTooBig, TooManyFilesSent):
        raise TooLarge from None
    except (MultiPartParserError, UnreadablePostError, ValueError, RecursionError):
        raise Unreadable from None
    if len(values) > MAX_FIELDS:
        raise TooLarge
    control = {name: clean_line(as_text(kept.pop(name))) for name in _OWN & set(kept)}
    context = {name: control.pop(f"ls_{name}", "")[:500] for name in CONTEXT}
    return Posting(
        raw=kept,
        control=control,
        has_foreign_bytes=any(is_marked(value) for value in kept.values()) and _not_utf8(values),
        context={name: text for name, text in context.items() if text},
    )


def network(request: HttpRequest) -> str:
    """The sender's network (IPv4 /24, IPv6 /48), never the address."""
    return ip_prefix(request.META.get("REMOTE_ADDR", ""))


def sender_mark(request: HttpRequest) -> str:
    """Tells senders of an unsigned form apart, so that two people with the same words are two submissions."""
    seen = f"{request.META.get('REMOTE_ADDR', '')}|{request.headers.get('User-Agent', '')}|{settings.SECRET_KEY}"
    return hashlib.sha256(seen.encode("utf-8", "replace")).hexdigest()[:16]


def _values(request: HttpRequest) -> dict[str, Any]:
    if request.content_type == "application/json":
        data = json.loads(request.body)
        if not isinstance(data, dict):
            raise ValueError("not an object")
        return {str(name): value for name, value in data.items()}
    if request.content_type == "multipart/form-data":
        return _single(dict(request.POST.lists()))
    if request.content_type == "application/x-www-form-urlencoded":
        return _single(_pairs(request.body))
    raise ValueError("unknown content type")


def _pairs(body: bytes) -> dict[str, list[Any]]:
    pairs: MultiValueDict[str, Any] = MultiValueDict()
    text = body.decode("latin-1")  # one sign per byte, so that the bytes can be had back
    for name, value in parse_qsl(text, keep_blank_values=True, encoding="latin-1", max_num_fields=MAX_FIELDS):
        pairs.appendlist(name.encode("latin-1").decode("utf-8", "backslashreplace"), value.encode("latin-1"))
    return dict(pairs.lists())


def _single(lists: dict[str, list[Any]]) -> dict[str, Any]:
    return {name: values[0] if len(values) == 1 else values for name, values in lists.items()}


def _not_utf8(values: dict[str, Any]) -> bool:
    flat = [inner for value in values.values() for inner in (value if isinstance(value, list) else [value])]
    return any(isinstance(value, bytes) and not _decodes(value) for value in flat)


def _decodes(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
