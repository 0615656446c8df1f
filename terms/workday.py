"""Working days: which days count, the n-th after a day, and cut-off days such as the third Friday."""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from terms.calendar import add_months
from terms.error import BadInput

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ORDINALS = ("first", "second", "third", "fourth", "last")
WEEKEND = ("saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Workdays:
    """Holds which days nobody works: the weekend, a country's public holidays, days of one's own."""

    weekend: tuple[str, ...] = WEEKEND
    country: str | None = None
    region: str | None = None
    closed: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """Returns whether a day is a working day."""
        if WEEKDAYS[day.weekday()] in self.weekend or day in self.closed:
            return False
        return self.country is None or day not in _public(self.country, self.region, day.year)

    def after(self, start: date, days: int) -> date:
        """Returns the n-th working day after a day; with 0, the day itself or the next working day."""
        day = start
        while not self.works(day) and days == 0:
            day += timedelta(days=1)
        while days > 0:
            day += timedelta(days=1)
            days -= self.works(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Returns how many working days come after a day and not after another one."""
        return sum(self.works(start + timedelta(days=at)) for at in range(1, (end - start).days + 1))

    def before(self, day: date, days: int = 0) -> date:
        """Returns the n-th working day before a day; with 0, the day itself or the last working day before it."""
        while not self.works(day) and days == 0:
            day -= timedelta(days=1)
        while days > 0:
            day -= timedelta(days=1)
            days -= self.works(day)
        return day


@lru_cache(maxsize=256)
def _public(country: str, region: str | None, year: int) -> frozenset[date]:
    import holidays

    return frozenset(holidays.country_holidays(country, subdiv=region, years=year))


def known_country(country: str, region: str | None) -> None:
    """Raises BadInput where no calendar of public holidays has that name."""
    import holidays

    regions = holidays.list_supported_countries().get(country)
    if regions is None:
        raise BadInput(
            f"{country!r} is no country with known public holidays; write a code such as DE or US."
        )
    if region is not None and region not in regions:
        raise BadInput(f"{country} has no region {region!r}; there is {', '.join(regions) or 'none'}.")


def weekday_of_month(year: int, month: int, ordinal: str, weekday: str) -> date:
    """Returns a day such as the third friday of a month."""
    wanted = WEEKDAYS.index(weekday)
    days = [day for day in _days(year, month) if day.weekday() == wanted]
    return days[-1] if ordinal == "last" else days[ORDINALS.index(ordinal)]


def _days(year: int, month: int) -> Iterable[date]:
    return (date(year, month, day) for day in range(1, gregorian.monthrange(year, month)[1] + 1))


def cut_off(day: date, ordinal: str, weekday: str) -> date:
    """Returns the first such weekday on or after a day: this month's, or the next month's."""
    found = weekday_of_month(day.year, day.month, ordinal, weekday)
    if found >= day:
        return found
    later = add_months(day.replace(day=1), 1)
    return weekday_of_month(later.year, later.month, ordinal, weekday)
