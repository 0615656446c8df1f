"""A length of time as a ladder writes it, `90 days` or `4 months`, counted from a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from terms.calendar import add_months

WRITTEN = re.compile(r"([1-9][0-9]{0,3}) (day|month)s?\Z")


@dataclass(frozen=True, slots=True)
class Span:
    """Holds a number of days, or of calendar months."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"

    def after(self, start: date) -> date:
        """Returns the day that lies this far after another."""
        if self.unit == "day":
            return start + timedelta(days=self.count)
        return add_months(start, self.count)


def span(text: str) -> Span:
    """Returns the span that a text writes; raises ValueError for another text."""
    found = WRITTEN.match(text)
    if found is None:
        raise ValueError(f"{text!r} is no length of time; write one such as 90 days or 4 months.")
    return Span(int(found[1]), found[2])
