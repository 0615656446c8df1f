"""When a case is due to leave a state: days, working days, months, a cut-off weekday, or a date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import Field, field_validator

from terms.calendar import add_months, day
from terms.error import BadInput
from terms.form import Form, near
from terms.source import Document
from terms.workday import ORDINALS, WEEKDAYS, WEEKEND, Workdays, cut_off, known_country
from workflows.vocabulary import RELATIONS

LENGTH = re.compile(r"([1-9][0-9]{0,3}) (days?|working days?|months?)\Z")
CUT_OFF = re.compile(rf"({'|'.join(ORDINALS)}) ({'|'.join(WEEKDAYS)}) of the month\Z")


@dataclass(frozen=True, slots=True)
class Span:
    """Holds a deadline as it is written."""

    text: str

    @property
    def length(self) -> tuple[int, str] | None:
        """Returns how many of which unit; None for a cut-off day or a date."""
        found = LENGTH.match(self.text)
        return (int(found[1]), found[2].rstrip("s")) if found else None

    def due(self, start: date, calendar: Workdays, paused: int = 0) -> date:
        """Returns the day by whose end it is due; working days on which the clock stood are added to a length.

        A cut-off day or a date stands where it is, however long the clock stood.
        """
        length = self.length
        if length is None:
            weekday = CUT_OFF.match(self.text)
            return cut_off(start, weekday[1], weekday[2]) if weekday else day(self.text)
        count, unit = length
        if unit == "working day":
            return calendar.after(start, count + paused)
        found = add_months(start, count) if unit == "month" else start + timedelta(days=count)
        return calendar.after(found, paused) if paused else found


def span(text: str) -> Span:
    """Returns a deadline; raises ValueError, with examples, for text that is none."""
    if not LENGTH.match(text) and not CUT_OFF.match(text):
        try:
            day(text)
        except BadInput:
            raise ValueError(
                f"{text!r} is no deadline; write one such as 14 days, 10 working days, 2 months, "
                "third friday of the month or 2026-12-18."
            ) from None
    return Span(text)


def length(value: str | None) -> str | None:
    """Returns a length of time such as 90 days or 6 months; raises ValueError."""
    if value is not None and not LENGTH.match(value):
        raise ValueError(f"{value!r} is no length of time; write one such as 90 days or 6 months.")
    return value


def span_text(text: str | None) -> str | None:
    """Returns the text of a deadline, held against its form; raises ValueError."""
    return None if text is None else span(text).text


LEADS = ("3 days",)
"""How long before a deadline it is reminded of where a definition does not say."""


def lead_list(value: list[str] | None) -> list[str] | None:
    """Returns lengths of time before a deadline, each written once; raises ValueError."""
    for one in value or ():
        if not LENGTH.match(one):
            raise ValueError(f"{one!r} is no length of time; write one such as 10 days or 2 working days.")
    if value is not None and len(set(value)) != len(value):
        raise ValueError("a reminder is written twice; keep one.")
    return value


def ahead(due: date, lead: str, calendar: Workdays) -> date:
    """Returns the day that lies a length of time before a deadline."""
    length = Span(lead).length
    assert length is not None
    count, unit = length
    if unit == "working day":
        return calendar.before(due, count)
    return add_months(due, -count) if unit == "month" else due - timedelta(days=count)


def relation(value: str | None) -> str | None:
    """Returns a word of the relations, as a field's validator."""
    if value is not None and value not in RELATIONS:
        raise ValueError(f"{value!r} is no relation; {near(value, list(RELATIONS))}")
    return value


class HeardRule(Form):
    """Holds when a deadline is reminded of, who hears once it has passed, and how long after."""

    remind: list[str] | None = None
    escalate: str | None = None
    escalate_after: str | None = None

    _remind = field_validator("remind")(lead_list)
    _after = field_validator("escalate_after")(length)

    _escalate = field_validator("escalate")(relation)


class CalendarRule(Form):
    """Holds which days count as working days: weekend, country, region, days of one's own."""

    weekend: list[str] = Field(default_factory=lambda: list(WEEKEND))
    country: str | None = None
    region: str | None = None
    closed: list[Any] = Field(default_factory=list)

    @field_validator("weekend")
    @classmethod
    def _weekend(cls, value: list[str]) -> list[str]:
        for one in value:
            if one not in WEEKDAYS:
                raise ValueError(f"{one!r} is no weekday; write one such as saturday.")
        if len(set(value)) >= len(WEEKDAYS):
            raise ValueError("every day is in the weekend, so nobody ever works; leave some out.")
        return value

    @field_validator("closed")
    @classmethod
    def _closed(cls, value: list[Any]) -> list[Any]:
        for one in value:
            if not isinstance(one, date):
                day(str(one))
        return value


def workdays(rule: CalendarRule | None, document: Document) -> Workdays:
    """Returns the calendar that a definition asks for; raises BadInput for an unknown country or region."""
    if rule is None:
        return Workdays()
    if rule.country is not None:
        try:
            known_country(rule.country, rule.region)
        except BadInput as error:
            raise error.within(str(document.at(("calendar", "country")))) from None
    closed = frozenset(one if isinstance(one, date) else day(str(one)) for one in rule.closed)
    return Workdays(tuple(rule.weekend), rule.country, rule.region, closed)
