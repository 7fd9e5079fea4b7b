"""Amounts as people write them. Enters: text. Leaves: Decimal. Called by imports and forms."""

import re
from decimal import Decimal, InvalidOperation

_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")


def read_amount(text: str) -> Decimal:
    """„1.234,50 €“, „1234.5“, „1,234.50“ and „1.234“ (thousands: money has no three decimals). ValueError otherwise."""
    bare = re.sub(r"[\s\u00a0\u202f'’]|€|EUR|CHF", "", text, flags=re.IGNORECASE).removesuffix(",-").removesuffix(",–")
    sign, digits = ("-", bare[1:]) if bare[:1] in "-−" and bare else ("", bare.removeprefix("+"))
    try:
        amount = Decimal(sign + _plain(digits))
    except InvalidOperation:
        raise ValueError(f"not an amount: {text!r}") from None
    if not amount.is_finite():
        raise ValueError(f"not an amount: {text!r}")
    return amount


def _plain(digits: str) -> str:
    """With a decimal point and nothing else; raises ValueError when the separators contradict each other."""
    if not re.fullmatch(r"[0-9.,]*[0-9][0-9.,]*", digits):
        raise ValueError(f"not an amount: {digits!r}")
    marks = {mark for mark in ".," if mark in digits}
    if len(marks) == 1 and _THOUSANDS.fullmatch(digits):
        return digits.replace(marks.pop(), "")
    if len(marks) == 2:
        thousands, decimal = (".", ",") if digits.rfind(",") > digits.rfind(".") else (",", ".")
        whole, _, rest = digits.partition(decimal)
        if not _THOUSANDS.fullmatch(whole) or not rest.isdigit():
            raise ValueError(f"not an amount: {digits!r}")
        return f"{whole.replace(thousands, '')}.{rest}"
    if digits.count(".") + digits.count(",") > 1:
        raise ValueError(f"not an amount: {digits!r}")
    return digits.replace(",", ".")
