"""What the stages keep of a person, in words. Enters: rows as the offers return them. Leaves: parts of the page.

Called by the page of a person. Empty fields are left away, moments and codes are written as people read them, and what
two stages tell alike stands once. The JSON beside the page holds every field as it is stored.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from leadstern.leads.terms import ActivityKind, Health, IdentityKind
from leadstern.privacy.labels import BESIDES, CODED, HIDDEN, TITLES, TOLD_ELSEWHERE, heading_of, label_of
from leadstern.privacy.values import Names, text_of
from leadstern.qualification.terms import Finding, Importance
from leadstern.visitors.terms import HitKind

FEW = 6
LONG = 300
_HITS = frozenset(HitKind.values)
_VIEWED = frozenset({ActivityKind.PAGE, ActivityKind.CLICK, ActivityKind.DOWNLOAD})
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """A field: its label with a text, or with lines of its own. A long text is folded."""

    label: str
    text: str = ""
    lines: tuple["Line", ...] = ()

    @property
    def is_long(self) -> bool:
        return len(self.text) > LONG

    @property
    def opening(self) -> str:
        """The label before its text; a question needs no colon."""
        return self.label if self.label.endswith("?") else f"{self.label}:"


@dataclass(frozen=True)
class Entry:
    """One row. `title` and `at` are empty for rows that have neither; `sentence` says all of a short row."""

    title: str
    at: str
    lines: tuple[Line, ...] = ()
    sentence: str = ""


@dataclass(frozen=True)
class Group:
    """Rows of one kind, oldest first; a long list is folded."""

    heading: str
    entries: tuple[Entry, ...]

    @property
    def is_long(self) -> bool:
        return len(self.entries) > FEW


@dataclass(frozen=True)
class Part:
    """What one stage keeps."""

    key: str
    label: str
    groups: tuple[Group, ...]

    @property
    def number(self) -> int:
        return sum(len(group.entries) for group in self.groups)


def part_in_words(key: str, label: str, rows: Sequence[Row], names: Names) -> Part:
    """The part of one stage, its rows grouped by kind in the order in which kinds first occur."""
    grouped: dict[str, list[tuple[str, Row]]] = {}
    for row in _once(rows):
        kind = kind_of(key, row)
        grouped.setdefault(heading_of(kind, label), []).append((kind, row))
    groups = (
        Group(heading, tuple(_entry(kind, row, names) for kind, row in sorted(found, key=_when)))
        for heading, found in grouped.items()
    )
    return Part(key, label, tuple(groups))


def kind_of(offer: str, row: Row) -> str:
    return str(row.get("kind") or offer)


def _when(kind_and_row: tuple[str, Row]) -> str:
    """Moments of one kind are written alike, in UTC: as text they have the order of time."""
    kind, row = kind_and_row
    return str(row.get(TITLES.get(kind, ("", ""))[1]) or "")


def _once(rows: Sequence[Row]) -> Iterable[Row]:
    """Without activities that are page views shown as such, and without the message of an enquiry that is shown."""
    views = {row["at"] for row in rows if row.get("kind") in _HITS}
    sent = [row for row in rows if row.get("kind") == "submission"]
    said = {answer["answer"] for row in sent for answer in row.get("answers") or ()}
    for row in rows:
        if row.get("kind") != "activity":
            yield row
        elif row["at"] not in views or row["type"] not in _VIEWED:
            yield {**row, "data": _new_in(row, said)}


def _new_in(activity: Row, said: set[Any]) -> dict[str, Any]:
    data = activity["data"] if isinstance(activity["data"], dict) else {}
    if activity["type"] in TOLD_ELSEWHERE:
        return {}
    return {name: value for name, value in data.items() if not (name == "message" and value in said)}


def _entry(kind: str, row: Row, names: Names) -> Entry:
    title, at = TITLES.get(kind, ("", ""))
    besides = BESIDES.get(kind, "")
    row = PREPARED[kind](row) if kind in PREPARED else row
    headline = ": ".join(text_of(kind, name, row[name], names) for name in (title, besides) if _says(row.get(name)))
    when = text_of(kind, at, row[at], names) if _says(row.get(at)) else ""
    lines = _lines(kind, row, names, without=("kind", title, at, besides))
    return Entry(headline, when, sentence=_sentence(lines)) if kind in _HITS else Entry(headline, when, lines)


def _point(row: Row) -> Row:
    """A contact point: without the mark of a browser, a value that is shown already, and "not known yet"."""
    is_mark, same = row["type"] == IdentityKind.VISITOR, row["shown"] == row["value"]
    return {
        **row,
        "value": "" if is_mark else row["value"],
        "shown": "" if is_mark or same else row["shown"],
        "health": "" if row["health"] == Health.UNKNOWN else row["health"],
    }


def _sent(row: Row) -> Row:
    """What came in: the answers first, then what was made of them as far as it differs. Further answers stand with
    the person, who has them now."""
    first = {name: row[name] for name in ("form", "answers") if name in row}
    details = row["details"] if isinstance(row["details"], dict) else {}
    origin = row["origin"] if isinstance(row["origin"], dict) else {}
    entered = {str(answer["answer"]).casefold() for answer in row.get("answers") or ()}
    understood = {
        name: value
        for name, value in details.items()
        if name != "extra" and str(value).casefold() not in entered and origin.get(name) != value
    }
    return {**first, **row, "details": understood}


def _changed(row: Row) -> Row:
    return {**row, "before": None, "after": None} if row["field"] == IdentityKind.VISITOR else row


def _scored(row: Row) -> Row:
    """Points that never fade have no history."""
    fading = ("original", "events")
    return {
        **row,
        "lines": [
            line if line["last_at"] else {name: value for name, value in line.items() if name not in fading}
            for line in row["lines"]
        ],
    }


def _judged(row: Row) -> Row:
    """What must not be is met when it does not apply."""
    lines = [
        {**line, "finding": f"{line['importance']} {line['finding']}"} if _is_forbidden(line) else line
        for line in row["criteria"]
    ]
    return {**row, "criteria": lines}


def _is_forbidden(line: Row) -> bool:
    return bool(line["importance"] == Importance.MUST_NOT and line["finding"] != Finding.UNKNOWN)


def _ended(row: Row) -> Row:
    return {**row, "recorded_at": None} if row["recorded_at"] == row["at"] else row


PREPARED: Mapping[str, Callable[[Row], Row]] = {
    "identity": _point,
    "submission": _sent,
    "change": _changed,
    "scores": _scored,
    "judgement": _judged,
    "outcome": _ended,
}
"""What makes a row of this kind shorter for people, without leaving out anything about them."""


def _lines(kind: str, row: Row, names: Names, *, without: Sequence[str] = ()) -> tuple[Line, ...]:
    shown = [name for name, value in row.items() if name not in without and (kind, name) not in HIDDEN and _says(value)]
    lines = (_line(kind, name, row[name], names, row) for name in shown)
    return tuple(line for line in lines if line.text or line.lines)


def _line(kind: str, name: str, value: Any, names: Names, row: Row) -> Line:
    label = _label(kind, name, names)
    if kind == "change" and name in ("before", "after"):
        return replace(_line("lead", str(row["field"]), value, names, row), label=label)
    if isinstance(value, dict):
        return Line(label, lines=_lines(name, value, names))
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        return Line(label, lines=tuple(_item(name, one, names) for one in value if isinstance(one, dict)))
    return Line(label, text_of(kind, name, value, names))


def _label(kind: str, name: str, names: Names) -> str:
    if kind == "extra":
        return names.questions.get(name, name)
    return names.facts.get(name, name) if kind == "value" else label_of(kind, name)


def _item(kind: str, row: Row, names: Names) -> Line:
    """An element of a list: its first field names it, the others follow in one sentence."""
    (first, named), *rest = row.items()
    lines = _lines(kind, dict(rest), names)
    text = lines[0].text if len(lines) == 1 and lines[0].text else _sentence(lines)
    if kind == "answers" and row["field"] in CODED:
        text = text_of("lead", row["field"], row["answer"], names)
    return Line(text_of(kind, first, named, names), text)


def _sentence(lines: Iterable[Line]) -> str:
    return "; ".join(f"{line.opening} {line.text or _sentence(line.lines)}" for line in lines)


def _says(value: Any) -> bool:
    """False for what is empty, all through."""
    if isinstance(value, dict):
        return any(map(_says, value.values()))
    return value is not None and value not in ("", [], ())
