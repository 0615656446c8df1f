"""An exact amount with a unit: an integer at the fixed scale of one millionth."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from terms.error import BadInput

SCALE = 1_000_000
LARGEST = 10**18
RATIO, COUNT, POINTS = "ratio", "count", "points"
CURRENCY = re.compile(r"[A-Z]{3}\Z")
WRITTEN = re.compile(r"([-+]?[0-9][0-9_,]*(?:\.[0-9]+)?)\s*(%|[A-Za-z]+)\Z")


@dataclass(frozen=True, slots=True, order=False)
class Quantity:
    """Holds `micros` millionths of a unit: an ISO 4217 code, count, ratio or points."""

    micros: int
    unit: str

    def __str__(self) -> str:
        return f"{plain(self.micros * 100)}%" if self.unit == RATIO else f"{plain(self.micros)} {self.unit}"


def scaled(text: str) -> int:
    """Returns a decimal text as millionths.

    Raises BadInput where it is no plain decimal, has more than six places, or exceeds 10**12.
    """
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise BadInput(f"{text!r} is not a number.") from None
    if not value.is_finite():
        raise BadInput(f"{text!r} is not a finite number.")
    micros = value * SCALE
    if micros != micros.to_integral_value():
        raise BadInput(f"{text!r} has more than six decimal places.")
    if abs(micros) > LARGEST:
        raise BadInput(f"{text!r} is larger than 10^12.")
    return int(micros)


def quantity(text: str) -> Quantity:
    """Returns a written quantity such as `95%`, `3 points`, `2 count` or `250000 EUR`.

    Raises BadInput where the unit is missing or unknown.
    """
    found = WRITTEN.match(str(text).strip())
    if not found:
        raise BadInput(f"{text!r} has no unit; write 95%, 3 points, 2 count or 250000 EUR.")
    number, unit = found[1].replace("_", "").replace(",", ""), found[2]
    if unit == "%":
        hundredths = scaled(number)
        if hundredths % 100:
            raise BadInput(f"{text!r} is finer than a millionth.")
        return Quantity(hundredths // 100, RATIO)
    if unit not in (RATIO, COUNT, POINTS) and not CURRENCY.match(unit):
        raise BadInput(f"{unit!r} is not a unit; use %, points, count or a currency code such as EUR.")
    return Quantity(scaled(number), unit)


def plain(micros: int) -> str:
    """Returns millionths as decimal text without trailing zeros."""
    sign, whole, part = "-" if micros < 0 else "", *divmod(abs(micros), SCALE)
    return f"{sign}{whole}" if not part else f"{sign}{whole}.{part:06d}".rstrip("0")


def ratio(numerator: int, denominator: int) -> int:
    """Returns numerator/denominator in millionths, rounded half to even; the denominator is positive."""
    whole, rest = divmod(numerator * SCALE, denominator)
    twice = 2 * rest
    return whole + (twice > denominator or (twice == denominator and whole % 2 == 1))


def amount(value: str | None, unit: str) -> str:
    """Returns an amount with its unit: a ratio as a percentage, a count bare."""
    if value is None:
        return "unknown"
    if unit == RATIO:
        return f"{plain(scaled(value) * 100)}%"
    return value if unit in (COUNT, POINTS) else f"{value} {unit}"


def plural(count: int, one: str, many: str = "") -> str:
    """Returns a count with its noun: `1 month`, `2 months`, `2 people`."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"
