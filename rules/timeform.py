"""How a policy file writes its rules of time: the calendar with its cut-off days, ramps and transfers."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Annotated

from pydantic import ConfigDict, Field, field_validator, model_validator
from pydantic.fields import FieldInfo

from rules.salestime import Ramp
from terms.calendar import MONTHS, add_months
from terms.error import BadInput
from terms.fiscal import PATTERNS, WEEKDAYS, Fiscal
from terms.form import Form, near
from terms.quantity import RATIO, quantity

ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 5}
CUT_OFF = re.compile(
    rf"({'|'.join(ORDINALS)}) ({'|'.join(WEEKDAYS)}) of the month(?: (before)| before the month before)?\Z"
)
ENDS = re.compile(rf"(last|nearest) ({'|'.join(WEEKDAYS)})\Z")
AHEAD = 24


def among(*known: str) -> FieldInfo:
    """Returns what tells the schema which words a text may be; a validator says it in a sentence."""
    held: FieldInfo = Field(json_schema_extra={"enum": list(known)})
    return held


def like(pattern: re.Pattern[str]) -> FieldInfo:
    """Returns what tells the schema which pattern a text must have."""
    held: FieldInfo = Field(json_schema_extra={"pattern": "^" + pattern.pattern.replace("\\Z", "$")})
    return held


def one_of(value: str, known: tuple[str, ...]) -> str:
    """Returns a word that is among the known; raises ValueError with the nearest one."""
    if value not in known:
        raise ValueError(f"{value!r} is none of these; {near(value, list(known))}")
    return value


class Calendar(Form):
    """Holds the fiscal calendar, and by which day of which month a criterion must be met.

    `weeks` (4-4-5, 4-5-4, 5-4-4) with `year_ends` (`last saturday`, `nearest saturday`: of the month before the
    year's first) makes periods of whole weeks. `cut_off` names a day for a promotion that takes effect on the first
    of a month; where it is a holiday of `holidays` (ISO country, or country-region), the working day before it counts.
    """

    fiscal_year_starts: Annotated[str, among(*MONTHS)] = "january"
    weeks: Annotated[str | None, among(*PATTERNS)] = None
    year_ends: Annotated[str, like(ENDS)] = "last saturday"
    cut_off: Annotated[str | None, like(CUT_OFF)] = None
    holidays: str | None = None

    @field_validator("fiscal_year_starts")
    @classmethod
    def _starts(cls, value: str) -> str:
        return one_of(value, MONTHS)

    @field_validator("weeks")
    @classmethod
    def _weeks(cls, value: str | None) -> str | None:
        return None if value is None else one_of(value, tuple(PATTERNS))

    @field_validator("year_ends")
    @classmethod
    def _ends(cls, value: str) -> str:
        if not ENDS.match(value):
            raise ValueError(f"{value!r} is not such as `last saturday` or `nearest saturday`.")
        return value

    @field_validator("cut_off")
    @classmethod
    def _cut_off(cls, value: str | None) -> str | None:
        if value is not None and not CUT_OFF.match(value):
            raise ValueError(f"{value!r} is not such as `third friday of the month before`.")
        return value

    @field_validator("holidays")
    @classmethod
    def _holidays(cls, value: str | None) -> str | None:
        if value is not None:
            from terms.holiday import holidays

            try:
                holidays(value, 2026)
            except BadInput as error:
                raise ValueError(error.sentence) from None
        return value

    @model_validator(mode="after")
    def _together(self) -> Calendar:
        if self.holidays is not None and self.cut_off is None:
            raise ValueError("`holidays` moves the cut-off day; write `cut_off` too.")
        return self

    def fiscal(self) -> Fiscal:
        """Returns the calendar that periods are cut by."""
        starts = MONTHS.index(self.fiscal_year_starts) + 1
        if self.weeks is None:
            return Fiscal(starts)
        found = ENDS.match(self.year_ends)
        assert found is not None
        return Fiscal(starts, PATTERNS[self.weeks], WEEKDAYS.index(found[2]), found[1] == "nearest")

    def cut_offs(self, since: date) -> tuple[date, ...]:
        """Returns the cut-off days of the promotions of the two years from a day on."""
        first = add_months(since.replace(day=1), 0 if since.day == 1 else 1)
        return tuple(self.cut_off_for(add_months(first, n)) for n in range(AHEAD))

    def cut_off_for(self, effective: date) -> date:
        """Returns by which day the criteria of a promotion on a day must be met; that day where none is said."""
        found = CUT_OFF.match(self.cut_off or "")
        if found is None:
            return effective
        back = 2 if "before the month before" in found[0] else 1 if found[3] else 0
        month = add_months(effective.replace(day=1), -back)
        held = [
            one
            for one in (month + timedelta(days=n) for n in range(31))
            if one.month == month.month and one.weekday() == WEEKDAYS.index(found[2])
        ]
        day = held[min(ORDINALS[found[1]], len(held)) - 1]
        if self.holidays is None:
            return day
        from terms.holiday import holidays

        free = holidays(self.holidays, day.year) | holidays(self.holidays, day.year - 1)
        while day in free or day.weekday() >= 5:
            day -= timedelta(days=1)
        return day


class RampForm(Form):
    """Holds a ramp as written: `months`, or `schedule` with a share for each month; from when; what it does.

    `since`: employment, or level (a ramp), or team (a transfer, where nothing is written). `counted`: `from day`
    (default) or `by month`; `late_from_day`: who begins on or after that day of a month gets one month more.
    `targets: scaled` makes a period's target count by its months' shares.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["months"]}, {"required": ["schedule"]}],
            "dependentSchemas": {
                "late_from_day": {"properties": {"counted": {"const": "by month"}}, "required": ["counted"]},
                "months": {"properties": {"targets": {"const": "as given"}}},
            },
        }
    )
    months: Annotated[int, Field(ge=1, le=36)] | None = None
    schedule: list[str] | None = None
    since: Annotated[str, among("employment", "level", "team")] = "employment"
    counted: Annotated[str, among("from day", "by month")] = "from day"
    late_from_day: Annotated[int, Field(ge=2, le=31)] | None = None
    targets: Annotated[str, among("as given", "scaled")] = "as given"

    @field_validator("since")
    @classmethod
    def _since(cls, value: str) -> str:
        return one_of(value, ("employment", "level", "team"))

    @field_validator("counted")
    @classmethod
    def _counted(cls, value: str) -> str:
        return one_of(value, ("from day", "by month"))

    @field_validator("targets")
    @classmethod
    def _targets(cls, value: str) -> str:
        return one_of(value, ("as given", "scaled"))

    @field_validator("schedule")
    @classmethod
    def _schedule(cls, value: list[str] | None) -> list[str] | None:
        for one in value or ():
            try:
                held = quantity(one)
            except BadInput as error:
                raise ValueError(error.sentence) from None
            if held.unit != RATIO or not 0 <= held.micros <= 1_000_000:
                raise ValueError(f"{one!r} is no share between 0% and 100%.")
        return value

    @model_validator(mode="after")
    def _together(self) -> RampForm:
        if (self.months is None) == (self.schedule is None):
            raise ValueError("write exactly one of `months: 3` and `schedule: [0%, 50%]`.")
        if self.targets == "scaled" and self.schedule is None:
            raise ValueError("`targets: scaled` needs a `schedule`.")
        if self.late_from_day is not None and self.counted != "by month":
            raise ValueError("`late_from_day` goes with `counted: by month`.")
        return self

    def ramp(self) -> Ramp:
        """Returns the ramp that this says."""
        steps = tuple(quantity(one).micros for one in self.schedule or ())
        return Ramp(
            months=self.months or len(steps),
            since=self.since,
            steps=steps,
            whole_months=self.counted == "by month",
            late_day=self.late_from_day,
            scaled=self.targets == "scaled",
        )
