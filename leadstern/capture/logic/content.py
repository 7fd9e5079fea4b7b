"""The schema of a form: its fields and its texts in two languages. Enters: JSON; leaves: `FormContent` or errors.

{"fields": [{"name", "type", "label": {"de", "en"}, "help": {…}, "required", "choices": [{"value", "label": {…}}],
"detail", "width"}], "texts": {"title", "intro", "button", "done_title", "done_text"}, "language_default",
"asks_marketing", "captcha"}. `detail` is one of DETAILS or "" (the answer goes to details["extra"]).
"""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from leadstern.capture.logic.text import clean_block, clean_line
from leadstern.capture.terms import FieldType, FormKind

LANGUAGES = ("de", "en")
TEXTS = ("title", "intro", "button", "done_title", "done_text")
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
RESERVED = "ls_"
MAX_FIELDS, MAX_CHOICES, MAX_LABEL, MAX_TEXT = 40, 50, 200, 2000

# Everything `Submission.details` may hold, with the longest text the leads stage can keep.
DETAILS: dict[str, int] = {
    "salutation": 2, "title": 40, "first_name": 80, "last_name": 80, "name": 160, "email": 254, "phone": 40,
    "company": 200, "position": 80, "street": 120, "postcode": 12, "city": 80, "country": 2, "language": 2,
    "interest": 80, "message": 4000, "is_business": 5, "external_id": 200, "source": 120, "medium": 60,
    "campaign": 120, "landing_page": 500, "acquisition": 5, "referred_by": 120, "stage": 40, "extra": 0,
}  # fmt: skip

# What a form may ask for; the rest of DETAILS is known from elsewhere.
ASKABLE = (
    "salutation", "title", "first_name", "last_name", "name", "email", "phone", "company", "position", "street",
    "postcode", "city", "country", "interest", "message", "is_business", "referred_by",
)  # fmt: skip

_TYPE_OF_DETAIL = {
    "email": {FieldType.EMAIL}, "phone": {FieldType.PHONE}, "postcode": {FieldType.POSTCODE},
    "is_business": {FieldType.CHECKBOX}, "country": {FieldType.CHOICE}, "salutation": {FieldType.CHOICE},
    "message": {FieldType.TEXT, FieldType.TEXTAREA},
}  # fmt: skip
_VALUES_OF_DETAIL = {"salutation": {"ms", "mr"}}


@dataclass(frozen=True)
class FormField:
    """One question of a form."""

    name: str
    type: FieldType
    label: dict[str, str]
    help: dict[str, str]
    is_required: bool
    choices: tuple[tuple[str, dict[str, str]], ...]
    detail: str
    width: str


@dataclass(frozen=True)
class FormContent:
    """A checked form."""

    fields: tuple[FormField, ...]
    texts: dict[str, dict[str, str]]
    language_default: str
    asks_marketing: bool
    captcha: bool

    def text(self, key: str, language: str) -> str:
        return said(self.texts.get(key, {}), language, self.language_default)


def said(words: dict[str, str], language: str, fallback: str = "de") -> str:
    """`words` in `language`, else in the fallback, else in any language there is."""
    return words.get(language) or words.get(fallback) or next((text for text in words.values() if text), "")


def read_content(data: Any) -> FormContent:
    """`data` as a form. Never raises: what is missing or wrong is left out; `check_content` tells what that is."""
    data = data if isinstance(data, dict) else {}
    given = data.get("fields")
    fields = (_field(entry) for entry in given[:MAX_FIELDS]) if isinstance(given, list) else iter(())
    texts = data.get("texts")
    language = data.get("language_default")
    return FormContent(
        fields=tuple(field for field in fields if field),
        texts={key: _words(texts.get(key), block=True) for key in TEXTS} if isinstance(texts, dict) else {},
        language_default=language if language in LANGUAGES else "de",
        asks_marketing=data.get("asks_marketing") is True,
        captcha=data.get("captcha") is not False,
    )


def to_json(content: FormContent) -> dict[str, Any]:
    """The other direction of `read_content`; the form in which versions are stored."""
    return {
        "fields": [_field_json(field) for field in content.fields],
        "texts": {key: content.texts.get(key, {}) for key in TEXTS},
        "language_default": content.language_default,
        "asks_marketing": content.asks_marketing,
        "captcha": content.captcha,
    }


def check_content(data: Any, *, kind: str, is_draft: bool = False) -> dict[str, list[str]]:
    """What is wrong with a form, by place ("fields.2.name", "texts.title", ""), as sentences.

    The label of a field may be missing in a draft: a field just added has none yet.
    """
    if not isinstance(data, dict) or not isinstance(data.get("fields"), list):
        return {"": [_("This is not a form: the list of fields is missing.")]}
    errors: dict[str, list[str]] = {}
    entries = data["fields"]
    if len(entries) > MAX_FIELDS:
        errors.setdefault("", []).append(_("A form can have up to %(limit)d fields.") % {"limit": MAX_FIELDS})
    for number, entry in enumerate(entries[:MAX_FIELDS]):
        for place, sentence in _problems_of_field(entry):
            if not (is_draft and place == "label"):
                errors.setdefault(f"fields.{number}.{place}", []).append(sentence)
    for place, sentence in [*_repetitions(entries), *_problems_of_texts(data), *_problems_of_kind(data, kind)]:
        errors.setdefault(place, []).append(sentence)
    return errors


def default_content(kind: str) -> dict[str, Any]:
    """A form to begin with: few fields, sensible texts in both languages."""
    from_kind = _DOWNLOAD if kind == FormKind.DOWNLOAD else _CONTACT
    return {**from_kind, "language_default": "de", "asks_marketing": kind == FormKind.DOWNLOAD, "captcha": True}


def mark_of(content: dict[str, Any]) -> str:
    """Changes whenever the content does, however a database sorts its keys: tells whether somebody else saved since."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def new_field(names: set[str]) -> dict[str, Any]:
    """A field to be filled in, under a name nobody has yet. It has no label: a stand-in would reach visitors."""
    number = next(number for number in range(1, MAX_FIELDS + 2) if f"field_{number}" not in names)
    return _default(f"field_{number}", "text", "", "", "", required=False)


def _field(entry: Any) -> FormField | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not NAME.match(entry["name"]):
        return None
    if entry.get("type") not in FieldType.values:
        return None
    detail, width = entry.get("detail"), entry.get("width")
    return FormField(
        name=entry["name"],
        type=FieldType(entry["type"]),
        label=_words(entry.get("label")),
        help=_words(entry.get("help")),
        is_required=entry.get("required") is True,
        choices=tuple(_choices(entry.get("choices"))),
        detail=detail if isinstance(detail, str) and detail in ASKABLE else "",
        width=width if isinstance(width, str) and width in ("half", "full") else "full",
    )


def _choices(given: Any) -> list[tuple[str, dict[str, str]]]:
    entries = given[:MAX_CHOICES] if isinstance(given, list) else []
    return [
        (clean_line(entry["value"])[:80], _words(entry.get("label")))
        for entry in entries
        if isinstance(entry, dict) and isinstance(entry.get("value"), str) and clean_line(entry["value"])
    ]


def _field_json(field: FormField) -> dict[str, Any]:
    return {
        "name": field.name, "type": field.type.value, "label": field.label, "help": field.help,
        "required": field.is_required, "detail": field.detail, "width": field.width,
        "choices": [{"value": value, "label": label} for value, label in field.choices],
    }  # fmt: skip


def _words(given: Any, *, block: bool = False) -> dict[str, str]:
    clean, limit = (clean_block, MAX_TEXT) if block else (clean_line, MAX_LABEL)
    given = given if isinstance(given, dict) else {}
    return {key: clean(given[key])[:limit] for key in LANGUAGES if isinstance(given.get(key), str)}


def _problems_of_field(entry: Any) -> list[tuple[str, str]]:
    if not isinstance(entry, dict):
        return [("name", _("This is not a field."))]
    found = []
    name = entry.get("name")
    if not isinstance(name, str) or not NAME.match(name):
        found.append(("name", _("Use small letters, digits and _ only, beginning with a letter.")))
    elif name.startswith(RESERVED):
        found.append(("name", _("Names beginning with “ls_” are used by Leadstern itself.")))
    if not _words(entry.get("label")).get("de"):
        found.append(("label", _("Give the field a German label.")))
    if not isinstance(entry.get("type"), str) or entry["type"] not in FieldType.values:
        return [*found, ("type", _("Choose what may be entered."))]
    return [*found, *_problems_of_choices(entry), *_problems_of_detail(entry)]


def _problems_of_choices(entry: dict[str, Any]) -> list[tuple[str, str]]:
    if entry["type"] != FieldType.CHOICE:
        return []
    given = entry.get("choices")
    if isinstance(given, list) and len(given) > MAX_CHOICES:
        return [("choices", _("A field can offer up to %(limit)d choices.") % {"limit": MAX_CHOICES})]
    values = [value for value, _label in _choices(given)]
    if not values:
        return [("choices", _("Give at least one choice."))]
    if len(values) != len(set(values)):
        return [("choices", _("Each choice can appear once only."))]
    return []


def _problems_of_detail(entry: dict[str, Any]) -> list[tuple[str, str]]:
    detail = entry.get("detail", "")
    if not isinstance(detail, str) or (detail and detail not in ASKABLE):
        return [("detail", _("Choose what the answer means for the lead."))]
    if entry["type"] not in _TYPE_OF_DETAIL.get(detail, set(FieldType.values)):
        return [("detail", _("This meaning does not fit the kind of field."))]
    values = {value for value, _label in _choices(entry.get("choices"))}
    if detail in _VALUES_OF_DETAIL and not values <= _VALUES_OF_DETAIL[detail]:
        return [("choices", _("Only these values are understood: %(values)s.") % {"values": "mr, ms"})]
    if detail == "country" and not all(re.fullmatch("[A-Z]{2}", value) for value in values):
        return [("choices", _("Give countries as two capital letters: DE, AT, CH."))]
    return []


def _repetitions(entries: list[Any]) -> list[tuple[str, str]]:
    found, seen = [], set[tuple[str, str]]()
    for number, entry in enumerate(entries[:MAX_FIELDS]):
        for place in ("name", "detail"):
            value = entry.get(place) if isinstance(entry, dict) else None
            if isinstance(value, str) and value and (place, value) in seen:
                found.append((f"fields.{number}.{place}", _("Another field has this already.")))
            if isinstance(value, str):
                seen.add((place, value))
    return found


def _problems_of_texts(data: dict[str, Any]) -> list[tuple[str, str]]:
    texts = data.get("texts")
    texts = texts if isinstance(texts, dict) else {}
    needed = [key for key in ("title", "button", "done_title") if not _words(texts.get(key), block=True).get("de")]
    return [(f"texts.{key}", _("Write this text in German at least.")) for key in needed]


def _problems_of_kind(data: dict[str, Any], kind: str) -> list[tuple[str, str]]:
    fields = [entry for entry in data["fields"] if isinstance(entry, dict)]
    reachable = [entry for entry in fields if entry.get("detail") in ("email", "phone")]
    if kind == FormKind.DOWNLOAD and not any(
        entry.get("detail") == "email" and entry.get("required") is True for entry in fields
    ):
        return [("", _("A download needs a required e-mail field: the link is sent there."))]
    if not reachable:
        return [("", _("Ask for an e-mail address or a telephone number; otherwise nobody can answer."))]
    return []


def _default(
    name: str, kind: str, german: str, english: str, detail: str, *, required: bool, width: str = "full"
) -> dict[str, Any]:
    return {
        "name": name, "type": kind, "label": {"de": german, "en": english}, "help": {"de": "", "en": ""},
        "required": required, "choices": [], "detail": detail, "width": width,
    }  # fmt: skip


def _both(german: str, english: str) -> dict[str, str]:
    return {"de": german, "en": english}


_NAME = _default("name", "text", "Name", "Name", "name", required=True)
_EMAIL = _default("email", "email", "E-Mail-Adresse", "E-mail address", "email", required=True)
_CONTACT: dict[str, Any] = {
    "fields": [
        _NAME,
        _EMAIL,
        _default("phone", "phone", "Telefon", "Telephone", "phone", required=False)
        | {"help": _both("Wenn Sie lieber angerufen werden.", "If you prefer a call.")},
        _default("postcode", "postcode", "Postleitzahl", "Postcode", "postcode", required=False),
        _default("message", "textarea", "Ihre Anfrage", "Your enquiry", "message", required=True),
    ],
    "texts": {
        "title": _both("Ihre Anfrage", "Your enquiry"),
        "intro": _both("Schreiben Sie uns, worum es geht.", "Tell us what it is about."),
        "button": _both("Anfrage senden", "Send enquiry"),
        "done_title": _both("Ihre Anfrage ist angekommen", "Your enquiry has arrived"),
        "done_text": _both(
            "Wir melden uns innerhalb eines Arbeitstags bei Ihnen.", "We will answer you within one working day."
        ),
    },
}
_DOWNLOAD: dict[str, Any] = {
    "fields": [_EMAIL, _NAME | {"required": False}],
    "texts": {
        "title": _both("Unterlagen anfordern", "Request the document"),
        "intro": _both(
            "Wir senden Ihnen einen persönlichen Link an Ihre E-Mail-Adresse.",
            "We will send a personal link to your e-mail address.",
        ),
        "button": _both("Link anfordern", "Request the link"),
        "done_title": _both("Der Link ist unterwegs", "The link is on its way"),
        "done_text": _both(
            "Bitte sehen Sie in Ihr Postfach. Der Link gilt 14 Tage.",
            "Please look into your inbox. The link is valid for 14 days.",
        ),
    },
}
