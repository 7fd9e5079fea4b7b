"""What a submission tells about a person, and what a known person keeps of it. Pure: values in, values out.

Enters: details and origin of a submission (strangers' text). Leaves: `Arrival`, changed `Person`. Called by actions.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
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
COLUMNS = (*(name for name in DETAIL_COLUMNS if name != "company"), *ORIGIN_COLUMNS, "acquisition")
# Without a word on it the kind of acquisition is the net, the language German; a source nobody told is unknown.
NEW: dict[str, Any] = dict.fromkeys((*COLUMNS, "company"), "") | {
    "is_business": None, "source": None, "language": "de", "acquisition": Acquisition.NET.value,
}  # fmt: skip
SINGLE_LINES = frozenset(
    "email external_id phone salutation name company country language acquisition stage".split()
) | {*TEXTS, *ORIGIN_COLUMNS}
YES = frozenset({"1", "ja", "yes", "true", "wahr", "b2b", "business", "firma", "gewerblich", "geschäftlich", "x"})
NO = frozenset({"0", "nein", "no", "false", "falsch", "b2c", "private", "privat", "consumer"})
MESSAGE_LENGTH = 4000
ACQUISITIONS = frozenset(Acquisition.values)
SEARCHED = ("first_name", "last_name", "company", "postcode", "city")
NO_IDENTITY = "no_identity"
# Names, places and countries repeat from row to row. What is kept is no longer than its column.
folded = lru_cache(maxsize=8192)(fold)
country_of = lru_cache(maxsize=1024)(country_code)


@dataclass(slots=True)
class Arrival:
    """One submission, understood. `keys` are its identities by weight: e-mail, outside id, telephone; each as entered.

    `values` and `touch` (where it came from) hold only what was given. `error` says why it cannot be a lead.
    """

    submission_id: int
    captured_at: datetime
    keys: dict[Key, str] = field(default_factory=dict)
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
    texts = {name: text for name, value in details.items() if name in SINGLE_LINES and (text := _text(value))}
    country = country_of(texts["country"][:80]) if "country" in texts else ""
    _read_keys(arrival, texts, country)
    _read_values(arrival, texts, details.get("is_business"))
    _read_place(arrival, texts, country, texts.get("language") or _text(origin.get("language")))
    _read_touch(arrival, texts, {} if is_import else origin)
    _read_answers(arrival, details.get("message"), details.get("extra"))
    arrival.visitor = visitor_value(_text(origin.get("visitor")))
    arrival.stage = texts.get("stage", "")[:40]
    if not arrival.keys and not (may_lack_identity and _has_name(arrival.values)):
        arrival.error = NO_IDENTITY
    return arrival


def _has_name(values: dict[str, Any]) -> bool:
    return "company" in values and ("first_name" in values or "last_name" in values)


def _read_keys(arrival: Arrival, texts: dict[str, str], country: str) -> None:
    if email := texts.get("email"):
        if key := email_key(email):
            arrival.keys[EMAIL, key] = email[:254]
            domain = email_domain(key)
            arrival.domain = None if is_free_mail(domain) else domain
        else:
            arrival.extra["email"] = email[:254]
    if external := texts.get("external_id", "")[:254]:
        arrival.keys[EXTERNAL, external] = external
    if phone := texts.get("phone"):
        if key := phone_key(phone, country=country or "DE"):
            arrival.keys[PHONE, key] = phone[:254]
        else:
            arrival.extra["phone"] = phone[:254]


def visitor_value(text: str) -> str:
    """The 32 hex digits of a visitor's key, as identities keep it; empty when it is none."""
    bare = text.replace("-", "").lower()
    return bare if len(bare) == 32 and all(letter in "0123456789abcdef" for letter in bare) else ""


def _read_values(arrival: Arrival, texts: dict[str, str], said_business: Any) -> None:
    values: dict[str, Any] = {name: texts[name][:length] for name, length in TEXTS.items() if name in texts}
    arrival.values = values
    # Longer than its column: then the whole of it is kept besides.
    arrival.extra |= {name: texts[name] for name, length in TEXTS.items() if len(texts.get(name, "")) > length}
    if _read_name(values, texts):
        arrival.extra["name"] = texts["name"]
    company = texts.get("company", "")[:200]
    if company and company_key(company):
        values["company"] = company
    is_business = read_flag(said_business)
    if is_business is not None or "company" in values:
        values["is_business"] = True if is_business is None else is_business


def _read_name(values: dict[str, Any], texts: dict[str, str]) -> bool:
    """A full name fills the parts that were not given one by one. Whether a part is longer than its column."""
    is_cut = False
    salutation = SALUTATIONS.get(texts["salutation"].lower().rstrip("."), "") if "salutation" in texts else ""
    if name := texts.get("name"):
        parts = split_name(name)
        salutation = salutation or parts.salutation
        for column in ("title", "first_name", "last_name"):
            if part := getattr(parts, column):
                values.setdefault(column, part[: TEXTS[column]])
                is_cut |= len(part) > TEXTS[column]
    if salutation:
        values["salutation"] = str(salutation)
    return is_cut


def _read_place(arrival: Arrival, texts: dict[str, str], country: str, language: str) -> None:
    if country:
        arrival.values["country"] = country
    elif "country" in texts:
        arrival.extra["country"] = texts["country"][:80]
    language = language[:2].lower()
    if len(language) == 2 and language.isascii() and language.isalpha():
        arrival.values["language"] = language


def _read_touch(arrival: Arrival, texts: dict[str, str], visit: dict[str, Any]) -> None:
    """`visit` is the origin of what came from the website; empty for an import, whose empty source stays unknown."""
    given = {name: texts[name] for name in ORIGIN_COLUMNS if name in texts}
    if visit:
        given.setdefault("source", _text(visit.get("source")) or _text(visit.get("channel")))
        given.setdefault("medium", _text(visit.get("medium")))
        given.setdefault("campaign", _text(visit.get("campaign")))
        given.setdefault("landing_page", _text(visit.get("landing_page")))
    if given:
        arrival.touch = {name: text[: ORIGIN_COLUMNS[name]] for name, text in given.items() if text}
    acquisition = texts.get("acquisition", "").lower()
    if acquisition in ACQUISITIONS:
        arrival.touch["acquisition"] = acquisition


def _read_answers(arrival: Arrival, message: Any, extra: Any) -> None:
    if isinstance(message, str):
        arrival.message = clean_lines(message)[:MESSAGE_LENGTH]
    if isinstance(extra, dict):
        arrival.extra |= {_text(key)[:80]: _answer(value) for key, value in list(extra.items())[:200]}


def read_flag(value: Any) -> bool | None:
    """Yes, no, or None when it says neither (unknown is not no)."""
    if isinstance(value, bool):
        return value
    text = _text(value).lower()
    return True if text in YES else False if text in NO else None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return clean(value)
    if not value and value != 0:
        return ""
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
    """Somebody we did not know: a value for every column."""
    values = {**NEW, **arrival.values, **arrival.touch, "extra": arrival.extra}
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


def is_domain_of(domain: str, key: str) -> bool:
    """Whether a domain bears the name of the company with this key (`core.text.company_key`): as a word of it, or as
    its initials. At a provider's domain, known to be one or not, people of many companies have their addresses."""
    labels = re.split(r"[.-]", domain)[:-1]
    words, written = key.split(), "".join(labels)
    initials = "".join(word[0] for word in words)
    return (
        any(word in labels or (len(word) > 3 and word in written) for word in words)
        or "".join(words) == written
        or (len(initials) > 2 and initials in labels)
    )


def search_text(values: dict[str, Any], keys: dict[Key, str]) -> str:
    """What a lead can be found by: name, company, place, addresses, numbers (also with the leading zero), folded."""
    words = [folded(text) for name in SEARCHED if (text := values.get(name))]
    for kind, value in keys:
        if kind == PHONE:
            words += [value, f"0{value[3:]}"] if value.startswith("+49") else [value]
        elif kind != VISITOR:
            words.append(fold(value))
    return " ".join(word for word in words if word)
