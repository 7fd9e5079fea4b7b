"""One entered value per field type: text in, cleaned value out, else `Wrong` with a sentence for the visitor."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import phonenumbers
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

from leadstern.capture.logic.content import DETAILS, FormField
from leadstern.capture.logic.text import clean_block, clean_line
from leadstern.capture.terms import FieldType
from leadstern.core.text import split_name

YES = frozenset({"on", "true", "1", "yes", "ja"})
_POSTCODES = {"DE": r"\d{5}", "AT": r"\d{4}", "CH": r"\d{4}", "LI": r"\d{4}"}
_LONGEST = {FieldType.TEXT: 500, FieldType.TEXTAREA: DETAILS["message"]}


class Wrong(ValueError):
    """A value that cannot be taken. `str()` is the sentence beside the field."""


def read_value(field: FormField, text: str, *, country: str, language: str) -> str | bool:
    """The cleaned value of `field`; "" when nothing was entered. Raises Wrong.

    E-mail: syntax only, no DNS. Phone: E.164, local numbers read as of `country` (DE when unknown). Number: plain
    decimal notation. Date: ISO 8601. Checkbox: bool.
    """
    if field.type is FieldType.CHECKBOX:
        return _checked(field, text)
    entered = clean_block(text) if field.type is FieldType.TEXTAREA else clean_line(text)
    if not entered:
        if field.is_required:
            raise Wrong(_("Please fill in this field."))
        return ""
    return _READERS[field.type](field, entered, country, language)


def _checked(field: FormField, text: str) -> bool:
    is_checked = clean_line(text).lower() in YES
    if field.is_required and not is_checked:
        raise Wrong(_("Please tick this box."))
    return is_checked


def _text(field: FormField, entered: str, country: str, language: str) -> str:
    limit = DETAILS[field.detail] if field.detail else _LONGEST[field.type]
    if len(entered) > limit:
        raise Wrong(
            _("Please shorten this to %(limit)d characters; it has %(length)d.")
            % {"limit": limit, "length": len(entered)}
        )
    if field.detail == "name" and not is_name_kept(entered):
        raise Wrong(
            _("Please shorten the name: first and last name can have %(limit)d characters each.")
            % {"limit": DETAILS["last_name"]}
        )
    return entered


def _email(field: FormField, entered: str, country: str, language: str) -> str:
    try:
        address = validate_email(entered, check_deliverability=False).normalized
    except EmailNotValidError:
        raise Wrong(_("Please give a complete e-mail address, for example name@example.com.")) from None
    if len(address) > DETAILS["email"]:
        raise Wrong(_("This e-mail address is too long."))
    return address


def _phone(field: FormField, entered: str, country: str, language: str) -> str:
    try:
        number = phonenumbers.parse(entered, country or "DE")
    except phonenumbers.NumberParseException:
        raise Wrong(_("Please give a telephone number with area code, for example 0221 123456.")) from None
    if not phonenumbers.is_possible_number(number) or len(str(number.national_number)) < 5:
        raise Wrong(_("Please give a telephone number with area code, for example 0221 123456."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _postcode(field: FormField, entered: str, country: str, language: str) -> str:
    code = postcode_of(entered, country=country)
    if code is None:
        raise Wrong(_("Please check the postcode: five digits in Germany, four in Austria and Switzerland."))
    return code


def postcode_of(text: str, *, country: str) -> str | None:
    """The bare postcode of that country ("": of Germany, Austria or Switzerland); None when it is none."""
    code = re.sub(r"^(D|DE|A|AT|CH|FL)[- ]+", "", text, flags=re.IGNORECASE)
    pattern = _POSTCODES.get(country, r"\d{4,5}" if not country else r"[0-9A-Za-z][0-9A-Za-z -]{1,10}")
    return code if re.fullmatch(pattern, code, flags=re.ASCII) else None


def is_name_kept(text: str) -> bool:
    """Whether each part of a whole name fits where a lead keeps it."""
    if len(text) <= DETAILS["title"]:
        return True
    parts = split_name(text)
    return all(len(getattr(parts, part)) <= DETAILS[part] for part in ("title", "first_name", "last_name"))


def _number(field: FormField, entered: str, country: str, language: str) -> str:
    number = _plain_number(entered, language)
    if number is None:
        raise Wrong(_("Please give a number, for example 1,234.50."))
    return number


def _plain_number(entered: str, language: str) -> str | None:
    """1.234,50 and 1,234.50 in both languages; a single separator is read as the language reads it."""
    text = re.sub(r"[\s\u00a0\u202f'’]", "", entered)
    if not re.fullmatch(r"[-+]?\d[\d.,]{0,30}", text, flags=re.ASCII):
        return None
    decimal_sign = max(".,", key=text.rfind) if "." in text and "," in text else ("," if language == "de" else ".")
    group_sign = "," if decimal_sign == "." else "."
    whole, _sign, fraction = text.rpartition(decimal_sign) if decimal_sign in text else (text, "", "")
    groups = whole.lstrip("+-").split(group_sign)
    if len(groups) > 1 and (len(groups[0]) > 3 or any(len(group) != 3 for group in groups[1:])):
        return _other_reading(text, group_sign) if decimal_sign not in text else None
    if decimal_sign in whole or group_sign in fraction:
        return None
    return _decimal(whole.replace(group_sign, "") + ("." + fraction if fraction else ""))


def _other_reading(text: str, sign: str) -> str | None:
    """“1.5” in a German form cannot be thousands: the point was meant as a comma."""
    return _decimal(text.replace(sign, ".")) if text.count(sign) == 1 else None


def _decimal(text: str) -> str | None:
    try:
        return f"{Decimal(text):f}"
    except InvalidOperation:
        return None


def _date(field: FormField, entered: str, country: str, language: str) -> str:
    for pattern in (
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
        r"(?P<d>\d{1,2})[./ ]+(?P<m>\d{1,2})[./ ]+(?P<y>\d{4})",
    ):
        found = re.fullmatch(pattern, entered, flags=re.ASCII)
        if found:
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"])).isoformat()
            except ValueError:
                break
    raise Wrong(_("Please give a date as day.month.year, for example 21.11.2026."))


def _choice(field: FormField, entered: str, country: str, language: str) -> str:
    if entered not in {value for value, _label in field.choices}:
        raise Wrong(_("Please choose one of the answers offered."))
    return entered


_READERS: dict[Any, Callable[[FormField, str, str, str], str]] = {
    FieldType.TEXT: _text,
    FieldType.TEXTAREA: _text,
    FieldType.EMAIL: _email,
    FieldType.PHONE: _phone,
    FieldType.POSTCODE: _postcode,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
    FieldType.CHOICE: _choice,
}
