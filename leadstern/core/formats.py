"""Values as people read them, in the language of the request and the time zone of the installation.

Enters: moments, days, amounts, shares. Leaves: text (an en dash for "nothing known"). Called by the template filters
and by whoever writes text outside a template (mails, exports, command line).
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

import phonenumbers
from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext

from leadstern.core import time

_DIGITS = re.compile(r"\+[1-9]\d{4,14}", re.ASCII)
JUST_NOW = timedelta(seconds=10)
NOTHING = "–"
_LOCALES = {"de": Locale("de"), "en": Locale("en", "GB")}
_DAYS = {"de": "dd.MM.yyyy", "en": "d MMM yyyy"}

Number = Decimal | float | int


def locale() -> Locale:
    """Babel's locale for the active language; British English because the product is used in Europe."""
    return _LOCALES.get((get_language() or "de")[:2], _LOCALES["de"])


def moment(value: datetime | None) -> str:
    """`21.11.2026, 14:30` in the current time zone. A naive value raises ValueError: it has no moment."""
    if value is None:
        return NOTHING
    return format_datetime(timezone.localtime(value), f"{_day_pattern()}, HH:mm", locale=locale())


def day(value: date | datetime | None) -> str:
    """`21.11.2026`; of a datetime the day in the current time zone."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return format_date(value, _day_pattern(), locale=locale())


def ago(value: datetime | None) -> str:
    """`vor 3 Minuten`, `in 2 Stunden`: the distance from the product's clock, in the largest fitting unit.

    Below ten seconds it is `gerade eben`.
    """
    if value is None:
        return NOTHING
    distance = value - time.now()
    rounded = timedelta(seconds=round(distance.total_seconds()))
    if abs(rounded) < JUST_NOW:
        return gettext("just now")
    return format_timedelta(rounded, granularity="second", threshold=0.95, add_direction=True, locale=locale())


def money(value: Number | str | None, currency: str = "") -> str:
    """`1.234,50 €`. `currency` is an ISO 4217 code; without it the installation's."""
    amount = _decimal(value)
    if amount is None:
        return NOTHING
    return format_currency(amount, currency or settings.OWN["LEADSTERN_CURRENCY"], locale=locale())


def decimal(value: Number | str | None, places: int = 1) -> str:
    """`1.234,5`: exactly `places` digits after the comma, half rounded to even."""
    amount = _decimal(value)
    if amount is None:
        return NOTHING
    return format_decimal(amount, "#,##0." + "0" * places if places else "#,##0", locale=locale())


def number(value: Number | str | None) -> str:
    """`12.345`: a count, with the language's thousands separator."""
    return decimal(value, 0)


def percent(share: Number | str | None, places: int = 1) -> str:
    """A share between 0 and 1 as `10,5 %`, with a space that does not break, in both languages as they are written."""
    amount = _decimal(share)
    if amount is None:
        return NOTHING
    gap = "\N{NO-BREAK SPACE}" if locale().language == "de" else ""
    return f"{decimal(amount * 100, places)}{gap}%"


def phone(value: str | None) -> str:
    """`+49 221 5550199`: a number kept as digits (E.164), in groups; what somebody wrote in groups stays."""
    text = value or ""
    if not _DIGITS.fullmatch(text):
        return text
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _day_pattern() -> str:
    return _DAYS[locale().language]


def _decimal(value: Number | str | None) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
