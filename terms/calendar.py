"""Dates as reviews use them: half-open intervals, whole months, fiscal quarters, cut-off days."""

from __future__ import annotations

import calendar as gregorian
from dataclasses import dataclass
from datetime import date, timedelta

from terms.error import BadInput

MONTHS = tuple(name.lower() for name in gregorian.month_name)[1:]


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Holds the days from `start` up to, not including, `end`; an end of None is open."""

    start: date
    end: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def __str__(self) -> str:
        return f"[{self.start}, {self.end or '...'})"


def day(text: str) -> date:
    """Returns an ISO date such as 2026-07-01.

    Raises BadInput for anything else, 2026-02-30 included.
    """
    try:
        if len(text) != len("2026-07-01"):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text!r} is not a date; write it as 2026-07-01.") from None


def add_months(start: date, months: int) -> date:
    """Returns the same day some months later, or the last day of that month where it is shorter."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, gregorian.monthrange(year, month + 1)[1]))


def months_between(start: date, end: date) -> int:
    """Returns how many whole months lie between two days (negative where end comes first)."""
    months = (end.year - start.year) * 12 + end.month - start.month
    while add_months(start, months) > end:
        months -= 1
    return months


def days_for(months: int, as_of: date) -> int:
    """Returns how many days up to a date make that many whole months."""
    days = months * 28
    while months_between(as_of - timedelta(days=days), as_of) < months:
        days += 1
    return days


def days_after(start: date, days: int) -> date:
    """Returns the day some days later."""
    return start + timedelta(days=days)


def month_number(name: str) -> int:
    """Returns 1 to 12 for an English month name in lower case; raises BadInput for another word."""
    if name not in MONTHS:
        raise BadInput(f"{name!r} is not a month; write one such as february.")
    return MONTHS.index(name) + 1


def fiscal_quarters(first: date, count: int) -> tuple[Interval, ...]:
    """Returns `count` consecutive three-month intervals from the first day of a fiscal quarter."""
    return tuple(Interval(add_months(first, 3 * n), add_months(first, 3 * n + 3)) for n in range(count))
