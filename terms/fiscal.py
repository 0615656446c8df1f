"""A fiscal calendar: months, quarters, halves and years from any start month, or weeks in a 4-4-5 pattern.

Fiscal months are numbered from a fixed origin, so that every longer period is a run of them: twelve months
with the number of the year, whichever month or week that year begins in. A year of weeks has 52 or 53 of
them; the 53rd belongs to its last month (the usual rule of the retail calendars).
"""

from __future__ import annotations

import calendar as gregorian
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeAlias

from terms.calendar import Interval

MONTHS_IN = {"month": 1, "quarter": 3, "half": 6, "year": 12}
PATTERNS = {"4-4-5": (4, 4, 5), "4-5-4": (4, 5, 4), "5-4-4": (5, 4, 4)}
WEEKDAYS = tuple(name.lower() for name in gregorian.day_name)
Pattern: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Fiscal:
    """Holds how a company cuts time: `starts` is a month; with `weeks`, the year ends on a weekday near its end.

    `nearest` false: the last such weekday of the month before `starts`; true: the one nearest its last day.
    """

    starts: int = 1
    weeks: Pattern | None = None
    weekday: int = 5
    nearest: bool = False

    def month_start(self, number: int) -> date:
        """Returns the first day of a fiscal month; number 12 * year + n, n from 0."""
        if self.weeks is None:
            year, month = divmod(number + self.starts - 1, 12)
            return date(year, month + 1, 1)
        year, n = divmod(number, 12)
        quarter, place = divmod(n, 3)
        weeks = quarter * 13 + sum(self.weeks[:place])
        return self._year_start(year) + timedelta(weeks=weeks)

    def month_of(self, day: date) -> int:
        """Returns the number of the fiscal month that a day lies in."""
        if self.weeks is None:
            return day.year * 12 + day.month - self.starts
        year = day.year + 1
        while self._year_start(year) > day:
            year -= 1
        number = year * 12 + 11
        while self.month_start(number) > day:
            number -= 1
        return number

    def _year_start(self, year: int) -> date:
        """Returns the day after the end of the year before: a weekday rule on the month before `starts`."""
        before = self.starts - 1 or 12
        held = year - 1 if self.starts == 1 else year
        last = date(held, before, gregorian.monthrange(held, before)[1])
        back = (last.weekday() - self.weekday) % 7
        end = last - timedelta(days=back)
        if self.nearest and back > 3:
            end += timedelta(days=7)
        return end + timedelta(days=1)

    def period(self, unit: str, index: int) -> Interval:
        """Returns the period of a unit with an index; the next one has the next index."""
        return _period(self, unit, index)

    def index(self, unit: str, day: date) -> int:
        """Returns the index of the period of a unit that a day lies in."""
        return self.month_of(day) // MONTHS_IN[unit]

    def ended(self, unit: str, by: date) -> int:
        """Returns the index of the newest period of a unit that ended on or before a day."""
        return self.index(unit, by) - 1

    def last(self, unit: str, count: int, by: date) -> tuple[Interval, ...]:
        """Returns the last periods of a unit that ended on or before a day, oldest first."""
        newest = self.ended(unit, by)
        return tuple(self.period(unit, index) for index in range(newest - count + 1, newest + 1))


@lru_cache(maxsize=4096)
def _period(fiscal: Fiscal, unit: str, index: int) -> Interval:
    months = MONTHS_IN[unit]
    return Interval(fiscal.month_start(index * months), fiscal.month_start((index + 1) * months))
