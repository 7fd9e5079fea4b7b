"""Normal forms of what people type: e-mail, telephone, company, name, search text.

Enters: text by strangers. Leaves: keys that can be compared, or None where the text is none. Called by every stage
that recognises people. Cheap checks come first; the costly libraries run only where those do not decide.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from babel import Locale
from email_validator import EmailNotValidError, validate_email

FREE_MAIL = frozenset(
    {
        "a1.net", "alice-dsl.de", "alice-dsl.net", "alice.de", "aol.com", "aol.de", "aon.at", "arcor.de",
        "bluemail.ch", "bluemail.org", "bluewin.ch", "chello.at", "compuserve.de", "directbox.com", "dismail.de",
        "drei.at", "eclipso.de", "eclipso.eu", "email.com", "email.de", "ewe.net", "ewetel.de", "ewetel.net",
        "fastmail.com", "fastmail.fm", "firemail.de", "freenet.de", "genion.de", "gmail.com", "gmx.at", "gmx.ch",
        "gmx.com", "gmx.de", "gmx.eu", "gmx.info", "gmx.net", "gmx.org", "googlemail.com", "green.ch", "hey.com",
        "hispeed.ch", "hotmail.at", "hotmail.ch", "hotmail.co.uk", "hotmail.com", "hotmail.de", "hotmail.fr",
        "hotmail.it", "htp-tel.de", "hushmail.com", "icloud.com", "inode.at", "kabelbw.de", "kabelmail.de", "kabsi.at",
        "keemail.me", "live.at", "live.ch", "live.com", "live.de", "live.fr", "liwest.at", "lycos.de", "m-net.de",
        "mac.com", "magenta.at", "magenta.de", "mail.com", "mail.de", "mail.ru", "mailbox.org", "mailfence.com",
        "me.com", "mnet-mail.de", "mnet-online.de", "msn.com", "netcologne.de", "o2online.de", "online.de",
        "osnanet.de", "outlook.at", "outlook.ch", "outlook.com", "outlook.de", "pm.me", "posteo.at", "posteo.ch",
        "posteo.de", "posteo.net", "proton.me", "protonmail.ch", "protonmail.com", "quickline.ch", "riseup.net",
        "rocketmail.com", "salzburg.at", "sunrise.ch", "swbmail.de", "swissonline.ch", "systemli.org", "t-online.com",
        "t-online.de", "tele2.at", "tele2.de", "telering.at", "tuta.com", "tuta.io", "tutamail.com", "tutanota.com",
        "tutanota.de", "unity-mail.de", "unitybox.de", "upcmail.net", "utanet.at", "versanet.de", "vivaldi.net",
        "vodafone.de", "vodafonemail.de", "vol.at", "vtxmail.ch", "web.de", "wtnet.de", "yahoo.at", "yahoo.ch",
        "yahoo.co.uk", "yahoo.com", "yahoo.de", "yahoo.fr", "yahoo.it", "yandex.com", "yandex.ru", "ymail.com",
        "zoho.com",
    }
)  # fmt: skip
"""Where private people have their addresses: such a domain says nothing about a company."""

_PLAIN_EMAIL = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}", re.ASCII
)
_GERMAN_PHONE = re.compile(r"(?:\+49|0049|0)([1-9]\d{7,10})", re.ASCII)
_PHONE_SPACES = re.compile(r"[\s./–-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060\ufeff\ud800-\udfff]+")
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d"}
)
_NO_WORD = re.compile(r"[^a-z0-9]+", re.ASCII)
_LEGAL_FORMS = frozenset(
    {
        "ag", "bv", "corp", "eg", "ek", "ekfm", "ekfr", "eu", "ev", "gbr", "gesellschaft", "gesmbh", "ggmbh", "gmbh",
        "haftungsbeschraenkt", "inc", "kg", "kgaa", "limited", "llc", "llp", "ltd", "mbh", "nv", "og", "ohg", "partg",
        "partgmbb", "plc", "sa", "sagl", "sarl", "sas", "se", "spa", "srl", "ug", "vvag",
    }
)  # fmt: skip
_LEGAL_JOINTS = frozenset({"co", "cie", "compagnie", "und", "u"})
_SALUTATIONS = {"herr": "mr", "herrn": "mr", "hr": "mr", "mr": "mr", "frau": "ms", "fr": "ms", "ms": "ms", "mrs": "ms"}
_TITLE = re.compile(
    r"(?:prof|dr|mult|habil|med|dent|vet|rer|nat|pol|oec|phil|jur|iur|theol|ing|h\.?c|dipl|diplom|mag|di|pd|phd|ph\.d|"
    r"mba|b\.?sc|m\.?sc|b\.?a|m\.?a|ll\.?m|msc|bsc)\.?(?:-[\w.]+)*\.?",
    re.IGNORECASE,
)
_TITLE_STARTS = re.compile(r"(?:prof|dr|dipl|diplom|mag|ing|di|pd)\b", re.IGNORECASE)
_PARTICLES = frozenset(
    "von van vom zu zum zur der den dem de del della di da dos das du la le el al bin ten ter te und und".split()
)


def clean(text: str) -> str:
    """One line: control and direction characters gone, spaces single, ends trimmed, composed (NFC)."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if "  " in text else text.strip()
    return " ".join(unicodedata.normalize("NFC", _CONTROL.sub(" ", text)).split())


def clean_lines(text: str) -> str:
    """As `clean`, but line ends stay."""
    return "\n".join(clean(line) for line in text.splitlines()).strip()


def fold(text: str) -> str:
    """For searching: lower case, ä ö ü ß written out, accents gone, spaces single."""
    if text.isascii():
        return " ".join(text.lower().split())
    text = unicodedata.normalize("NFC", _CONTROL.sub(" ", text)).casefold().translate(_UMLAUTS)
    if text.isascii():
        return " ".join(text.split())
    bare = (letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return " ".join("".join(bare).casefold().split())


def email_key(text: str) -> str | None:
    """The address in lower case with its domain in IDNA form; None when it is none. No network.

    Providers' own rules (dots, plus signs) are not applied: two spellings are two addresses here.
    """
    text = text.strip().lower()
    if _PLAIN_EMAIL.fullmatch(text) and len(text) <= 254 and "--" not in text and text.index("@") <= 64:
        return text
    return _checked_email(text)


def _checked_email(text: str) -> str | None:
    if "@" not in text or len(text) > 320:
        return None
    try:
        checked = validate_email(text, check_deliverability=False, test_environment=True, strict=True)
    except (EmailNotValidError, UnicodeError, ValueError):
        return None
    key = f"{checked.local_part.lower()}@{checked.ascii_domain.lower()}"
    return key if len(key) <= 254 else None


def email_domain(key: str) -> str:
    """The domain of an `email_key`."""
    return key.rpartition("@")[2]


def is_free_mail(domain: str) -> bool:
    """Whether addresses of this domain say nothing about a company."""
    return domain in FREE_MAIL


def phone_key(text: str, *, country: str = "DE") -> str | None:
    """The number in E.164 („+49…“), None when it cannot be one. `country` (ISO 3166) holds for numbers without +."""
    bare = _PHONE_SPACES.sub("", text)
    if country == "DE" and (match := _GERMAN_PHONE.fullmatch(bare)):
        return f"+49{match[1]}"
    if sum(letter.isdigit() for letter in text) < 5 or len(text) > 60:
        return None
    return _parsed_phone(text, country)


def _parsed_phone(text: str, country: str) -> str | None:
    try:
        number = phonenumbers.parse(text, country or "DE")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    number.extension = None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=4096)
def company_key(name: str) -> str:
    """The name without legal form, umlauts, punctuation and case: „Müller & Co. KG“ and „MUELLER“ are one.

    Empty when nothing but punctuation was given; a name that is only a legal form stays as it is.
    """
    text = fold(name).replace("ges.m.b.h", "gesmbh").replace("m.b.h", "mbh").replace("&", " und ").replace("+", " und ")
    words = [word for word in _NO_WORD.sub(" ", re.sub(r"(?<=\b[a-z])\. ?(?=[a-z]\b)", "", text)).split() if word]
    if len(words) > 1 and words[0] in ("firma", "fa"):
        del words[0]
    kept = list(words)
    while kept and (kept[-1] in _LEGAL_FORMS or (len(kept) < len(words) and kept[-1] in _LEGAL_JOINTS)):
        kept.pop()
    return " ".join(kept or words)


@dataclass(frozen=True)
class PersonName:
    """The parts of a written name. `salutation` is "ms", "mr" or empty."""

    salutation: str = ""
    title: str = ""
    first_name: str = ""
    last_name: str = ""


def split_name(text: str) -> PersonName:
    """Splits „Frau Dr. Julia von Berg“ and „von Berg, Julia“. A single word is the last name. No word is lost."""
    last, comma, first = clean(text).partition(",")
    words = first.split() if comma and first.strip() else last.replace(",", " ").split()
    salutation = ""
    if words and (salutation := _SALUTATIONS.get(words[0].lower().rstrip("."), "")):
        words = words[1:]
    count = _title_words(words, keep=0 if comma else 1)
    title, words = " ".join(words[:count]), words[count:]
    if comma and first.strip():
        return PersonName(salutation, title, " ".join(words), last.strip())
    start = _last_name_start(words)
    return PersonName(salutation, title, " ".join(words[:start]), " ".join(words[start:]))


def _title_words(words: list[str], *, keep: int) -> int:
    if not words or not _TITLE_STARTS.match(words[0]) or not _TITLE.fullmatch(words[0]):
        return 0
    count = 0
    while count < len(words) - keep and _TITLE.fullmatch(words[count]):
        count += 1
    return count


def _last_name_start(words: list[str]) -> int:
    start = max(len(words) - 1, 0)
    while start > 1 and words[start - 1].lower() in _PARTICLES:
        start -= 1
    if start == 1 and words[0] in _PARTICLES:
        return 0
    return start


def country_code(text: str) -> str:
    """ISO 3166 code in capitals from a code or a German or English name; empty when not known."""
    bare = text.strip()
    if len(bare) == 2 and bare.upper() in _territories().values():
        return bare.upper()
    return _territories().get(fold(bare), {"d": "DE", "a": "AT", "brd": "DE"}.get(bare.lower(), ""))


@lru_cache(maxsize=1)
def _territories() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in ("en", "de"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("ZZ", "XA", "XB", "EU", "EZ", "UN", "QO"):
                names[fold(name)] = code
    return names


def defuse(text: str) -> str:
    """A cell for CSV and Excel files: what a spreadsheet would run as a formula gets an apostrophe; numbers stay."""
    if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?", text):
        return f"'{text}"
    return text


def search_words(query: str) -> list[str]:
    """What to look for in folded text: the words of `query`, or one number when only a number was typed."""
    folded = fold(query)
    if folded and re.fullmatch(r"\+?[\d\s()/.-]+", folded):
        plus = "+" if folded.startswith("+") else ""
        return [plus + re.sub(r"\D", "", folded)] if re.search(r"\d", folded) else []
    return folded.split()[:8]
