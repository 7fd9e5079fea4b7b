"""What a submission tells about a person, and what a known person keeps of it. Pure: values in, values out.

Enters: details and origin of a submission (strangers' text). Leaves: `Arrival`, changed `Person`. Called by actions.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from leadstern.capture.logic import as_text
from leadstern.core.text import (
    clean,
    clean_lines,
    company_key,
    country_code,
    email_domain,
    email_key,
    fold,
    is_free_mail,
    phone_key,
    split_name,
)
from leadstern.leads.terms import Acquisition, IdentityKind, Salutation

Key = tuple[str, str]

EMAIL, PHONE, EXTERNAL, VISITOR = (kind.value for kind in IdentityKind)
TEXTS = {
    "title": 40, "first_name": 80, "last_name": 80, "position": 80, "street": 120, "postcode": 12, "city": 80,
    "interest": 80,
}  # fmt: skip
SALUTATIONS = {
    "ms": Salutation.MS, "mr": Salutation.MR, "frau": Salutation.MS, "herr": Salutation.MR, "mrs": Salutation.MS,
    "herrn": Salutation.MR, "f": Salutation.MS, "w": Salutation.MS, "m": Salutation.MR,
}  # fmt: skip
DETAIL_COLUMNS = ("salutation", *TEXTS, "is_business", "country", "language", "company", "extra")
ORIGIN_COLUMNS = {"source": 120, "medium": 60, "campaign": 120, "landing_page": 500, "referred_by": 120}
YES = frozenset({"1", "ja", "yes", "true", "wahr", "b2b", "business", "firma", "gewerblich", "geschäftlich", "x"})
NO = frozenset({"0", "nein", "no", "false", "falsch", "b2c", "private", "privat", "consumer"})
MESSAGE_LENGTH = 4000
ACQUISITIONS = frozenset(Acquisition.values)
NO_IDENTITY = "no_identity"


@dataclass(slots=True)
class Arrival:
    """One submission, understood. `keys` are its identities by weight: e-mail, outside id, telephone.

    `values` and `touch` (where it came from) hold only what was given. `error` says why it cannot be a lead.
    """

    submission_id: int
    captured_at: datetime
    keys: list[tuple[str, str, str]] = field(default_factory=list)
    visitor: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    touch: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    domain: str | None = None
    stage: str = ""
    message: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A detail that became another."""

    field: str
    before: Any
    after: Any


@dataclass(slots=True)
class Person:
    """A lead while a batch is worked on: its columns (company as the name), its identities, whether anything changed.

    `company` and `lead` are the caller's own rows, carried along unread.
    """

    values: dict[str, Any]
    captured_at: datetime
    keys: dict[Key, str] = field(default_factory=dict)
    lead_id: int | None = None
    company: Any = None
    lead: Any = None
    is_dirty: bool = False


def read_arrival(
    submission_id: int,
    *,
    details: dict[str, Any],
    origin: dict[str, Any],
    captured_at: datetime,
    is_import: bool = False,
    may_lack_identity: bool = False,
) -> Arrival:
    """Understands what came in. What fits no column is kept in `extra`, nothing is thrown away.

    An import's empty source stays unknown; otherwise the origin's source or channel stands in.
    """
    arrival = Arrival(submission_id, captured_at)
    _read_keys(arrival, details, origin)
    _read_values(arrival, details, origin)
    _read_touch(arrival, details, origin, is_import)
    arrival.stage = _text(details.get("stage"))[:40]
    message = details.get("message")
    arrival.message = clean_lines(message)[:MESSAGE_LENGTH] if isinstance(message, str) else ""
    has_name = "company" in arrival.values and bool({"first_name", "last_name"} & arrival.values.keys())
    if not arrival.keys and not (may_lack_identity and has_name):
        arrival.error = NO_IDENTITY
    return arrival


def _read_keys(arrival: Arrival, details: dict[str, Any], origin: dict[str, Any]) -> None:
    if email := _text(details.get("email")):
        if key := email_key(email):
            arrival.keys.append((EMAIL, key, email[:254]))
            domain = email_domain(key)
            arrival.domain = None if is_free_mail(domain) else domain
        else:
            arrival.extra["email"] = email[:254]
    if external := _text(details.get("external_id"))[:254]:
        arrival.keys.append((EXTERNAL, external, external))
    if phone := _text(details.get("phone")):
        country = country_code(_text(details.get("country"))) or "DE"
        if key := phone_key(phone, country=country):
            arrival.keys.append((PHONE, key, phone[:254]))
        else:
            arrival.extra["phone"] = phone[:254]
    arrival.visitor = visitor_value(_text(origin.get("visitor")))


def visitor_value(text: str) -> str:
    """The 32 hex digits of a visitor's key, as identities keep it; empty when it is none."""
    bare = text.replace("-", "").lower()
    return bare if len(bare) == 32 and all(letter in "0123456789abcdef" for letter in bare) else ""


def _read_values(arrival: Arrival, details: dict[str, Any], origin: dict[str, Any]) -> None:
    values: dict[str, Any] = {}
    for name, length in TEXTS.items():
        if text := _text(details.get(name)):
            values[name] = text[:length]
    arrival.values = values
    _read_name(values, details)
    company = _text(details.get("company"))[:200]
    if company and company_key(company):
        values["company"] = company
    if (is_business := read_flag(details.get("is_business"))) is not None or "company" in values:
        values["is_business"] = True if is_business is None else is_business
    _read_place(arrival, details, origin)
    extra = details.get("extra")
    if isinstance(extra, dict):
        arrival.extra |= {_text(key)[:80]: _answer(value) for key, value in list(extra.items())[:200]}


def _read_name(values: dict[str, Any], details: dict[str, Any]) -> None:
    """A full name fills the parts that were not given one by one."""
    salutation = SALUTATIONS.get(_text(details.get("salutation")).lower().rstrip("."), "")
    if name := _text(details.get("name")):
        parts = split_name(name)
        salutation = salutation or parts.salutation
        for column in ("title", "first_name", "last_name"):
            if part := getattr(parts, column)[: TEXTS[column]]:
                values.setdefault(column, part)
    if salutation:
        values["salutation"] = str(salutation)


def _read_place(arrival: Arrival, details: dict[str, Any], origin: dict[str, Any]) -> None:
    if country := _text(details.get("country")):
        if code := country_code(country):
            arrival.values["country"] = code
        else:
            arrival.extra["country"] = country[:80]
    language = (_text(details.get("language")) or _text(origin.get("language")))[:2].lower()
    if len(language) == 2 and language.isascii() and language.isalpha():
        arrival.values["language"] = language


def _read_touch(arrival: Arrival, details: dict[str, Any], origin: dict[str, Any], is_import: bool) -> None:
    given = {name: _text(details.get(name)) for name in ORIGIN_COLUMNS}
    if not is_import:
        given["source"] = given["source"] or _text(origin.get("source")) or _text(origin.get("channel"))
        given["medium"] = given["medium"] or _text(origin.get("medium"))
        given["campaign"] = given["campaign"] or _text(origin.get("campaign"))
        given["landing_page"] = given["landing_page"] or _text(origin.get("page"))
    arrival.touch = {name: text[: ORIGIN_COLUMNS[name]] for name, text in given.items() if text}
    acquisition = _text(details.get("acquisition")).lower()
    if acquisition in ACQUISITIONS:
        arrival.touch["acquisition"] = acquisition


def read_flag(value: Any) -> bool | None:
    """Yes, no, or None when it says neither (unknown is not no)."""
    if isinstance(value, bool):
        return value
    text = _text(value).lower()
    return True if text in YES else False if text in NO else None


def _text(value: Any) -> str:
    if not value and value != 0:
        return ""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return clean(as_text(value))
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _answer(value: Any) -> Any:
    if isinstance(value, str):
        return clean_lines(value)[:MESSAGE_LENGTH]
    if isinstance(value, list):
        return [_answer(part) for part in value[:100]]
    return value if isinstance(value, bool | int | float) else None


def new_person(arrival: Arrival) -> Person:
    """Somebody we did not know. Without a word on it the kind of acquisition is the net, the language German."""
    values: dict[str, Any] = {"source": None, "language": "de", "acquisition": Acquisition.NET.value}
    values |= arrival.values | arrival.touch
    values["extra"] = arrival.extra
    return Person(values, arrival.captured_at, is_dirty=True)


def contradicts(person: Person, arrival: Arrival) -> bool:
    """Whether two people stand behind one telephone number: both give a name and the names differ.

    A number can be a switchboard or a family's; an e-mail address counts as one person's.
    """
    for column in ("last_name", "first_name"):
        known, given = person.values.get(column), arrival.values.get(column)
        if known and given and fold(known) != fold(given):
            return True
    return False


def learn(person: Person, arrival: Arrival, *, is_same_id: bool) -> list[FieldChange]:
    """Takes over what the arrival tells about a known person and says what became another.

    Nothing given changes nothing. What happened before the first contact known so far only fills gaps; everything else
    replaces. The origin changes only by an earlier contact (or a corrected line of the same outside id).
    """
    is_earlier = arrival.captured_at < person.captured_at
    changes = []
    for column, after in arrival.values.items():
        before = person.values.get(column)
        is_gap = before in ("", None)
        if before != after and (is_gap or not is_earlier) and not _is_same_company(column, before, after):
            changes.append(FieldChange(column, before, after))
    if is_earlier or (is_same_id and arrival.captured_at == person.captured_at):
        changes += _earlier_origin(person, arrival)
    changes += _extra_changes(person, arrival, only_gaps=is_earlier)
    for change in changes:
        person.values[change.field] = change.after if change.field != "extra" else person.values["extra"] | change.after
    if is_earlier:
        changes.append(FieldChange("captured_at", person.captured_at.isoformat(), arrival.captured_at.isoformat()))
        person.captured_at = arrival.captured_at
    person.is_dirty = person.is_dirty or bool(changes)
    return changes


def _is_same_company(column: str, before: Any, after: Any) -> bool:
    return column == "company" and bool(before) and company_key(before) == company_key(after)


def _earlier_origin(person: Person, arrival: Arrival) -> list[FieldChange]:
    if "source" not in arrival.touch:
        return []
    return [
        FieldChange(column, before, after)
        for column, after in arrival.touch.items()
        if (before := person.values.get(column)) != after
    ]


def _extra_changes(person: Person, arrival: Arrival, *, only_gaps: bool) -> list[FieldChange]:
    known = person.values.get("extra") or {}
    new = {
        name: answer
        for name, answer in arrival.extra.items()
        if answer not in ("", None, []) and known.get(name) != answer and not (only_gaps and name in known)
    }
    return [FieldChange("extra", {name: known.get(name) for name in new}, new)] if new else []


def is_same_company(key: str, other: str) -> bool:
    """Whether two companies that share a domain are one by their name keys: a longer word is common to both."""
    return bool({word for word in key.split() if len(word) > 3} & set(other.split()))


def search_text(values: dict[str, Any], keys: dict[Key, str]) -> str:
    """What a lead can be found by: name, company, place, addresses, numbers (also with the leading zero), folded."""
    parts = [str(values.get(name) or "") for name in ("first_name", "last_name", "company", "postcode", "city")]
    for kind, value in keys:
        if kind == PHONE:
            parts += [value, f"0{value[3:]}"] if value.startswith("+49") else [value]
        elif kind != VISITOR:
            parts.append(value)
    return fold(" ".join(part for part in parts if part))
