"""A definition of promotion rounds: which days a year has, for which moves, and what becomes of a late nomination."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field, field_validator

from terms.canonical import digest
from terms.error import BadInput, Malformed
from terms.form import Form, near, shaped
from terms.source import Document, Path, read
from workflows.deadline import CalendarRule, Span, lead_list, length, relation, workdays
from workflows.moment import Days, Moment, moment, moments
from workflows.provision import relation_list

FORMAT = 1
NAME = re.compile(r"[a-z][a-z0-9-]{0,39}\Z")
YEAR = re.compile(r"20[0-9][0-9]\Z")
EVERY = ("month", "year")
REFUSED, EXCEPTION = "refused", "exception"


def _one(value: str | None) -> str | None:
    return None if value is None else moment(value).text


def _span(value: str | None) -> str | None:
    if value is not None:
        moments(value)
    return value


class DateRule(Form):
    """Holds the days of a round as they are written; those of one round go before those of all."""

    opens: str | None = None
    closes: str | None = None
    freeze: str | None = None
    inspection: str | None = None
    sessions: Annotated[list[str], Field(min_length=1)] | None = None
    told: str | None = None
    steps: dict[str, str] = Field(default_factory=dict)

    _days = field_validator("opens", "closes", "freeze")(_one)
    _inspection = field_validator("inspection")(length)
    _told = field_validator("told")(_span)

    @field_validator("sessions")
    @classmethod
    def _sessions(cls, value: list[str] | None) -> list[str] | None:
        for one in value or ():
            moments(one)
        return value

    @field_validator("steps")
    @classmethod
    def _steps(cls, value: dict[str, str]) -> dict[str, str]:
        for name, one in value.items():
            try:
                moments(one)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None
        return value


class HeldRule(DateRule):
    """Holds one round of a year: its name, when what it decides takes effect, and days of its own."""

    name: str
    effective: str

    _effective = field_validator("effective")(_one)

    @field_validator("name")
    @classmethod
    def _name(cls, value: str) -> str:
        if not NAME.match(value):
            raise ValueError(f"{value!r} is no name; use small letters, digits and -.")
        return value


class OtherDates(DateRule):
    """Holds days that one round has in one year alone."""

    effective: str | None = None

    _effective = field_validator("effective")(_one)


class MoveRule(Form):
    """Holds which moves a round is for: to a level, from one level or from any."""

    to: str
    source: Annotated[str | None, Field(alias="from")] = None


class LateRule(Form):
    """Holds what becomes of a nomination after the round has closed: refused, or an exception, and until when."""

    nominations: str
    approvals: list[str] = Field(default_factory=list)
    until: str | None = None

    _approvals = field_validator("approvals")(relation_list)
    _until = field_validator("until")(_one)

    @field_validator("nominations")
    @classmethod
    def _nominations(cls, value: str) -> str:
        if value not in (REFUSED, EXCEPTION):
            raise ValueError(f"{value!r} is neither `refused` nor `exception`.")
        return value


class RoundFile(Form):
    """Holds a file of rounds as it is written."""

    round: str
    edition: str
    says: str
    workflow: str | None = None
    moves: list[MoveRule] = Field(default_factory=list)
    calendar: CalendarRule | None = None
    every: str | None = None
    effective: str | None = None
    held: list[HeldRule] = Field(default_factory=list)
    dates: DateRule = Field(default_factory=DateRule)
    years: dict[str, dict[str, OtherDates]] = Field(default_factory=dict)
    late: LateRule
    remind: list[str] = Field(default_factory=list)
    escalate: str | None = None
    escalate_after: str | None = None

    _effective = field_validator("effective")(_one)
    _remind = field_validator("remind")(lead_list)
    _after = field_validator("escalate_after")(length)
    _escalate = field_validator("escalate")(relation)

    @field_validator("round")
    @classmethod
    def _round(cls, value: str) -> str:
        if not NAME.match(value):
            raise ValueError(f"{value!r} is no name; use small letters, digits and -.")
        return value

    @field_validator("every")
    @classmethod
    def _every(cls, value: str | None) -> str | None:
        if value is not None and value not in EVERY:
            raise ValueError(f"{value!r} is neither `month` nor `year`.")
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """Holds the days of one round in one year; all but the first four can be missing."""

    name: str
    label: str
    opens: date
    closes: date
    effective: date | None
    freeze: date | None = None
    inspection: Days | None = None
    sessions: tuple[Days, ...] = ()
    told: Days | None = None
    late_until: date | None = None
    steps: Mapping[str, Days]

    def rows(self) -> Iterator[tuple[str, Days]]:
        """Yields each day or days with its name, in the order in which a round walks through them."""
        yield "nominations", Days(self.opens, self.closes)
        yield from self.steps.items()
        if self.late_until is not None:
            yield "late nominations", Days(self.closes + timedelta(days=1), self.late_until)
        if self.freeze is not None:
            yield "file freeze", Days(self.freeze, self.freeze)
        if self.inspection is not None:
            yield "inspection", self.inspection
        for one in self.sessions:
            yield "session", one
        if self.told is not None:
            yield "people told", self.told
        if self.effective is not None:
            yield "effective", Days(self.effective, self.effective)


class RoundDefinition:
    """Holds a definition of rounds as it was written, named by the digest of its values."""

    def __init__(self, document: Document, held: RoundFile) -> None:
        self.document = document
        self.id = held.round
        self.edition_label = held.edition
        self.says = held.says
        self.workflow = held.workflow
        self.moves = tuple((one.source, one.to) for one in held.moves)
        self.calendar = workdays(held.calendar, document)
        self.every = held.every
        self.effective = held.effective or ("first day of the month" if held.every == "month" else None)
        self.held = tuple(held.held)
        self.dates = held.dates
        self.years = held.years
        self.late = held.late
        self.remind = tuple(held.remind)
        self.escalate = held.escalate
        self.escalate_after = held.escalate_after
        self.digest = digest({"format": FORMAT, "round": document.value})

    def at(self, *path: str | int) -> str:
        """Returns the place in the file where a part of the definition stands."""
        return str(self.document.at(path))

    def names(self) -> tuple[str, ...]:
        """Returns the names of the rounds of a year: as written, or 01 to 12, or `year`."""
        if self.every == "month":
            return tuple(f"{month:02}" for month in range(1, 13))
        return ("year",) if self.every == "year" else tuple(one.name for one in self.held)

    def planned(self, year: int) -> tuple[Dates, ...]:
        """Returns the rounds whose decisions take effect in a year; raises BadInput where days turn in a circle."""
        return tuple(self.of(name, year) for name in self.names())

    def of(self, name: str, year: int) -> Dates:
        """Returns one round of a year."""
        own = next((one for one in self.held if one.name == name), None)
        other = self.years.get(str(year), {}).get(name, OtherDates())
        texts = {**_written(self.dates), **(_written(own) if own else {}), **_written(other)}
        base = self._base(name, own, year)
        return _Walk(self, texts, base).dates(name, year, own, other)

    def _base(self, name: str, own: HeldRule | None, year: int) -> date:
        if self.every == "month":
            return date(year, int(name), 1)
        if own is None:
            return date(year, 1, 1)
        return Moment(own.effective).on(date(year, 1, 1), {}, self.calendar)


def _written(rule: DateRule) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {}
    for name in ("opens", "closes", "freeze", "inspection", "sessions", "told"):
        value = getattr(rule, name)
        if value is not None:
            found[name] = value
    return found


class _Walk:
    """Works out the days of one round, each after those that it is counted from."""

    def __init__(self, held: RoundDefinition, texts: Mapping[str, str | list[str]], base: date) -> None:
        self.held, self.texts, self.base = held, texts, base
        self.known: dict[str, Days] = {}
        self.under: list[str] = []

    def dates(self, name: str, year: int, own: HeldRule | None, other: OtherDates) -> Dates:
        yearly = self.held.every == "year"
        if not yearly:
            effective = other.effective or (own.effective if own else self.held.effective)
            assert effective is not None
            self.known["effective"] = self._days(effective)
            self.base = self.known["effective"].first
        if yearly:
            self.known["opens"] = Days(date(year, 1, 1), date(year, 1, 1))
            self.known["closes"] = Days(date(year, 12, 31), date(year, 12, 31))
        opens, closes = self._of("opens"), self._of("closes")
        if opens is None or closes is None:
            missing = "opens" if opens is None else "closes"
            raise BadInput(
                f"The round {name} has no `{missing}`; write it in `dates`.", self.held.at("dates")
            )
        freeze, inspection, told = self._of("freeze"), self._of("inspection"), self._of("told")
        self._of("sessions")
        late = self.held.late.until
        steps = {**self.held.dates.steps, **(own.steps if own else {}), **other.steps}
        effective_on = self.known.get("effective")
        month = effective_on.first.strftime("%Y-%m") if effective_on else str(year)
        return Dates(
            name=name,
            label=f"{self.held.id}-{month}",
            opens=opens.first,
            closes=closes.last,
            effective=effective_on.first if effective_on else None,
            freeze=freeze.first if freeze else None,
            inspection=inspection,
            sessions=self.sessions(),
            told=told,
            late_until=self._days(late).first if late else None,
            steps={step: self._days(text) for step, text in steps.items()},
        )

    def sessions(self) -> tuple[Days, ...]:
        texts = self.texts.get("sessions", ())
        return tuple(sorted((self._days(one) for one in texts), key=lambda one: one.first))

    def _of(self, name: str) -> Days | None:
        """Returns the day of a name, worked out once."""
        if name in self.known:
            return self.known[name]
        text = self.texts.get(name)
        if text is None:
            return None
        if name in self.under:
            way = " -> ".join((*self.under[self.under.index(name) :], name))
            raise BadInput(f"These days are counted from one another: {way}.", self.held.at("dates", name))
        self.under.append(name)
        found = self._worked(name, text)
        self.under.pop()
        self.known[name] = found
        return found

    def _worked(self, name: str, text: str | list[str]) -> Days:
        if isinstance(text, list):
            held = self.sessions()
            return Days(held[0].first, max(one.last for one in held))
        if name == "inspection":
            frozen = self._of("freeze")
            if frozen is None:
                raise BadInput("An inspection begins when the file is frozen; write `freeze`.",
                               self.held.at("dates", "inspection"))  # fmt: skip
            start = Span("1 day").due(frozen.last, self.held.calendar)
            return Days(start, Span(text).due(frozen.last, self.held.calendar))
        return self._days(text)

    def _days(self, text: str) -> Days:
        first, last = moments(text)
        return Days(self._day(first), self._day(last))

    def _day(self, one: Moment) -> date:
        origin = one.origin
        if origin is not None and self._of(origin) is None:
            raise BadInput(f"`{one.text}` is counted from {origin}, and this round has no {origin}.",
                           self.held.at("dates"))  # fmt: skip
        return one.on(self.base, self.known, self.held.calendar)


def load_round(text: str | bytes, file: str) -> RoundDefinition:
    """Returns the rounds that a YAML text defines.

    Raises Malformed with file, line and column for a wrong form, or days that cannot be worked out.
    """
    document = read(text, file)
    held = shaped(RoundFile, document)
    if (held.every is None) is not bool(held.held):
        _refuse(
            document, ("held",), "Write either `held`, the rounds of a year, or `every: month` or `year`."
        )
    if held.effective is not None and held.held:
        _refuse(document, ("effective",), "Each round of `held` says itself when it takes effect.")
    named = [one.name for one in held.held]
    for index, name in enumerate(named):
        if name in named[:index]:
            _refuse(document, ("held", index, "name"), f"Two rounds of a year are named {name}; rename one.")
    found = RoundDefinition(document, held)
    for year, others in held.years.items():
        if not YEAR.match(year):
            _refuse(document, ("years", year), f"{year!r} is no year; write one such as 2027.")
        for name in others:
            if name not in found.names():
                told = f"{name!r} is no round of a year; {near(name, list(found.names()))}"
                _refuse(document, ("years", year, name), told)
    try:
        found.planned(2027)
    except BadInput as error:
        raise Malformed(error.sentence, *error.way) from None
    return found


def _refuse(document: Document, path: Path, sentence: str) -> None:
    raise Malformed(sentence, str(document.at(path)))
