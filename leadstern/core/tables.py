"""Long lists in slices by key: no OFFSET, no count of the whole table, stable while rows are added.

Enters: a queryset, its order and the cursor from the address. Leaves: a `Slice` for `core/pager.html`. Called by views.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.core.exceptions import FieldError, ValidationError
from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)

FORWARD, BACKWARD = "n", "p"
LONGEST_CURSOR = 1000


@dataclass(frozen=True)
class Slice(Generic[M]):
    """The rows of one page; `next` and `previous` are cursors for the address, empty at the ends."""

    rows: list[M]
    next: str
    previous: str


def slice_by_key(rows: "QuerySet[M]", *, order: Sequence[str], cursor: str = "", size: int = 50) -> Slice[M]:
    """At most `size` rows of `rows` in `order`, from where `cursor` stands; one query.

    `order` names columns that are never NULL (annotate with Coalesce where they are), "-" in front for descending,
    "a__b" for a related column (select_related it); the last one must be unique. A cursor that cannot be read, or was
    made for another order, gives the first slice: an old link must not end in an error.
    """
    direction, values = _read(cursor, len(order))
    if values is not None:
        try:
            return _slice(rows.filter(_beyond(order, values, direction)), order, direction, size, has_cursor=True)
        except (ValueError, TypeError, ValidationError, FieldError):
            pass  # a value that is none of the column's: tampered with, or from an older version
    return _slice(rows, order, FORWARD, size, has_cursor=False)


def _slice(rows: "QuerySet[M]", order: Sequence[str], direction: str, size: int, *, has_cursor: bool) -> Slice[M]:
    towards = list(order) if direction == FORWARD else [_turned(name) for name in order]
    found = list(rows.order_by(*towards)[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if direction == BACKWARD:
        found.reverse()
    if not found:
        return Slice([], "", "")
    has_next = has_more if direction == FORWARD else True
    has_previous = has_cursor if direction == FORWARD else has_more
    return Slice(
        found,
        _write(FORWARD, found[-1], order) if has_next else "",
        _write(BACKWARD, found[0], order) if has_previous else "",
    )


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(order: Sequence[str], values: list[Any], direction: str) -> Q:
    """(a, b) after (x, y), spelled out: a after x, or a = x and b after y. Both databases use the index for it."""
    condition, equal = Q(), Q()
    for name, value in zip(order, values, strict=True):
        column = name.removeprefix("-")
        rises = name.startswith("-") == (direction == BACKWARD)
        condition |= equal & Q((f"{column}__{'gt' if rises else 'lt'}", value))
        equal &= Q((column, value))
    return condition


def _write(direction: str, row: Model, order: Sequence[str]) -> str:
    values = [_plain(_value(row, name.removeprefix("-"))) for name in order]
    text = json.dumps(values, separators=(",", ":"))
    return direction + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _value(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = getattr(row, part)
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _read(cursor: str, columns: int) -> tuple[str, list[Any] | None]:
    if not cursor or len(cursor) > LONGEST_CURSOR or cursor[0] not in (FORWARD, BACKWARD):
        return FORWARD, None
    try:
        text = base64.urlsafe_b64decode(cursor[1:] + "=" * (-len(cursor[1:]) % 4))
        values = json.loads(text)
    except (ValueError, binascii.Error, RecursionError):
        return FORWARD, None
    is_fitting = isinstance(values, list) and len(values) == columns
    is_fitting = is_fitting and all(isinstance(value, str | int | float | bool) for value in values)
    return cursor[0], values if is_fitting else None
