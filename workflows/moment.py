"""A day as a round writes it: a date, a day of the year, a weekday of a month, or so long before or after another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from terms.calendar import MONTHS, add_months, day
from terms.error import BadInput
from terms.workday import ORDINALS, WEEKDAYS, Workdays, weekday_of_month

KNOWN = ("opens", "closes", "freeze", "inspection", "sessions", "told", "effective")
"""What a day can be counted from; of several days the first before it counts, the last after it."""

_MONTH = "|".join(MONTHS)
_NTH = ("second", "third", "fourth", "fifth", "sixth")
YEARLY = re.compile(rf"([1-9]|[12][0-9]|3[01]) ({_MONTH})( of the year before)?\Z")
MONTHLY = re.compile(
    rf"({'|'.join(ORDINALS)}) (day|working day|{'|'.join(WEEKDAYS)}) of "
    rf"(?:the month|the month (before|after)|the ({'|'.join(_NTH)}) month before|({_MONTH})( of the year before)?)\Z"
)
COUNTED = re.compile(
    rf"([1-9][0-9]{{0,2}}) (day|working day|week|month)s? (before|after) ({'|'.join(KNOWN)})\Z"
)
MOVED = {", or the next working day": 1, ", or the working day before": -1}
EXAMPLES = (
    "1 september, third friday of the month before, last working day of august, 10 working days after freeze "
    "or 2027-09-01"
)


@dataclass(frozen=True, slots=True)
class Days:
    """Holds one day, or all from the first to the last."""

    first: date
    last: date

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first} to {self.last}"


@dataclass(frozen=True, slots=True)
class Moment:
    """Holds one day as it is written."""

    text: str

    @property
    def bare(self) -> str:
        """Returns the text without what happens where that is no working day."""
        for ending in MOVED:
            if self.text.endswith(ending):
                return self.text.removesuffix(ending)
        return self.text

    @property
    def origin(self) -> str | None:
        """Returns what the day is counted from; None where it stands for itself."""
        found = COUNTED.match(self.bare)
        return found[4] if found else None

    @property
    def absolute(self) -> bool:
        """Returns whether it is a date of one year alone."""
        return not any(form.match(self.bare) for form in (YEARLY, MONTHLY, COUNTED))

    def on(self, base: date, known: Mapping[str, Days], calendar: Workdays) -> date:
        """Returns the day, in the year and month of a base day, by the days that are known already."""
        found = self._plain(base, known, calendar)
        for ending, way in MOVED.items():
            if self.text.endswith(ending):
                return calendar.after(found, 0) if way > 0 else calendar.before(found)
        return found

    def _plain(self, base: date, known: Mapping[str, Days], calendar: Workdays) -> date:
        if counted := COUNTED.match(self.bare):
            held = known[counted[4]]
            way = 1 if counted[3] == "after" else -1
            start = held.last if way > 0 else held.first
            return _count(start, way * int(counted[1]), counted[2], calendar)
        if yearly := YEARLY.match(self.bare):
            year = base.year - (1 if yearly[3] else 0)
            return date(year, MONTHS.index(yearly[2]) + 1, int(yearly[1]))
        if monthly := MONTHLY.match(self.bare):
            return _of_month(monthly, base, calendar)
        return day(self.bare)


def _count(start: date, count: int, unit: str, calendar: Workdays) -> date:
    if unit == "working day":
        return calendar.after(start, count) if count > 0 else calendar.before(start, -count)
    if unit == "month":
        return add_months(start, count)
    return start + timedelta(days=count * (7 if unit == "week" else 1))


def _of_month(found: re.Match[str], base: date, calendar: Workdays) -> date:
    ordinal, what, beside, nth, named, before = found.groups()
    first = base.replace(day=1)
    if named:
        first = date(base.year - (1 if before else 0), MONTHS.index(named) + 1, 1)
    elif nth:
        first = add_months(first, -(_NTH.index(nth) + 2))
    elif beside:
        first = add_months(first, -1 if beside == "before" else 1)
    if what in WEEKDAYS:
        return weekday_of_month(first.year, first.month, ordinal, what)
    last = add_months(first, 1) - timedelta(days=1)
    if what == "working day":
        if ordinal == "last":
            return calendar.before(last)
        return calendar.after(first - timedelta(days=1), ORDINALS.index(ordinal) + 1)
    return last if ordinal == "last" else first + timedelta(days=ORDINALS.index(ordinal))


def moment(text: str) -> Moment:
    """Returns a day as it is written; raises ValueError, with examples, for text that is none."""
    found = Moment(text)
    yearly = YEARLY.match(found.bare)
    try:
        if yearly:
            date(2023, MONTHS.index(yearly[2]) + 1, int(yearly[1]))
        elif found.absolute:
            day(found.bare)
    except (BadInput, ValueError):
        raise ValueError(f"{text!r} is no day of every year; write one such as {EXAMPLES}.") from None
    return found


def moments(text: str) -> tuple[Moment, Moment]:
    """Returns the first and the last day of `A to B`, or the same day twice; raises ValueError."""
    first, to, last = text.partition(" to ")
    return moment(first), moment(last if to else first)
