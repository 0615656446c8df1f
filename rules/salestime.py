"""How a policy reads time: its calendar, ramp, transfers, leave, late joiners, late figures.

Every rule here is the policy's, so it is part of the edition; facts never carry it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from rules.fact import Span
from rules.view import FactView
from terms.calendar import add_months
from terms.fiscal import Fiscal
from terms.quantity import SCALE


@dataclass(frozen=True, slots=True)
class Ramp:
    """Holds how somebody grows into a full target after a day: by months, from the day or from the month's start.

    `steps` are shares of the target in millionths, one per month (0 for a month without any); where `scaled`,
    a period's target counts by its months' mean share, else only a window that asks `fully_ramped` looks at it.
    `late_day`: somebody who begins on or after that day of a month has one month more before the first step.
    """

    months: int
    since: str = "employment"
    steps: tuple[int, ...] = ()
    whole_months: bool = False
    late_day: int | None = None
    scaled: bool = False

    def begin(self, start: date) -> date:
        """Returns the first day of the ramp's first month for somebody who began on a day."""
        if not self.whole_months:
            return start
        first = start.replace(day=1)
        late = self.late_day is not None and start.day >= self.late_day
        return add_months(first, 1) if late else first

    def end(self, start: date) -> date:
        """Returns the day from which somebody who began on a day is fully ramped."""
        return add_months(self.begin(start), self.months)


@dataclass(frozen=True, slots=True)
class SalesTime:
    """Holds a policy's rules of time; the defaults pass nothing over and change no target.

    `leave`: count, exclude (a period touched by leave is passed over) or prorate (its target shrinks by the
    share of leave days). `joined_by_day`: a period that somebody joined after that day of it is not expected.
    `due_after`: days after its end until a period's figure is expected. `missing`: what an expected period
    without a figure makes of a criterion, `undetermined` or `not_met`; None where the policy does not say.
    """

    fiscal: Fiscal = field(default_factory=Fiscal)
    ramp: Ramp | None = None
    transfer: Ramp | None = None
    leave: str = "count"
    joined_by_day: int | None = None
    due_after: int = 0
    missing: str | None = None

    def ramped(self, view: FactView, as_of: date) -> date | None:
        """Returns from which day somebody is fully ramped; None where the start is not known."""
        ramp = self.ramp
        assert ramp is not None
        start = _start(view.spans.get(ramp.since, ()), ramp.since, as_of)
        return None if start is None else ramp.end(start)

    def transferred(self, view: FactView, start: date, end: date) -> bool:
        """Returns whether days touch the months in which somebody grows into another team's target."""
        return any(first < end and last > start for first, last in self._transfers(view))

    def _transfers(self, view: FactView) -> list[tuple[date, date]]:
        ramp = self.transfer
        if ramp is None:
            return []
        teams = view.spans.get("team", ())
        return [(ramp.begin(one.start), ramp.end(one.start)) for one in teams[1:]]

    def share(self, view: FactView, start: date, end: date, as_of: date) -> int:
        """Returns how much of the target of the days [start, end) counts, in millionths; 0 for nothing.

        Ramp, transfer and leave multiply; each is rounded half to even at six places.
        """
        found = SCALE
        ramps = ((self.ramp, self._ramp_starts(view, as_of)), (self.transfer, view.spans.get("team", ())[1:]))
        for ramp, begun in ramps:
            if ramp is not None and ramp.scaled:
                for one in begun:
                    found = _times(found, mean_step(ramp, one.start, start, end))
        if self.leave == "prorate":
            days = (end - start).days
            found = _times(found, _rounded((days - _away(view, start, end)) * SCALE, days))
        return found

    def _ramp_starts(self, view: FactView, as_of: date) -> tuple[Span, ...]:
        if self.ramp is None:
            return ()
        spans = [one for one in view.spans.get(self.ramp.since, ()) if one.start <= as_of]
        if not spans:
            return ()
        return (spans[-1] if self.ramp.since == "level" else spans[0],)

    @property
    def plain(self) -> bool:
        """Returns whether targets count as they stand: no leave prorated, no ramp scaled."""
        scaled = any(one is not None and one.scaled for one in (self.ramp, self.transfer))
        return not scaled and self.leave != "prorate"


def _start(spans: tuple[Span, ...], kind: str, as_of: date) -> date | None:
    begun = [one.start for one in spans if one.start <= as_of]
    if not begun:
        return None
    return begun[-1] if kind == "level" else min(begun)


def mean_step(ramp: Ramp, began: date, start: date, end: date) -> int:
    """Returns the mean share of a period's months, each by the ramp month that its first day lies in."""
    first = ramp.begin(began)
    total = count = 0
    day = start
    while day < end:
        total += _step(ramp, first, began, day)
        count += 1
        day = add_months(start, count)
    return _rounded(total, count)


def _step(ramp: Ramp, first: date, began: date, day: date) -> int:
    if day < began.replace(day=1):
        return SCALE
    number = (day.year - first.year) * 12 + day.month - first.month
    if number < 0:
        return 0
    if number < len(ramp.steps):
        return ramp.steps[number]
    return SCALE


def _away(view: FactView, start: date, end: date) -> int:
    """Returns how many days of [start, end) somebody was on leave."""
    gone = set()
    for one in view.spans.get("leave", ()):
        first, last = max(one.start, start), min(one.end or end, end)
        gone |= {first + timedelta(days=n) for n in range((last - first).days)}
    return len(gone)


def on_leave(view: FactView, start: date, end: date) -> bool:
    """Returns whether a leave touches the days [start, end)."""
    return any(
        one.start < end and (one.end is None or one.end > start) for one in view.spans.get("leave", ())
    )


def _rounded(numerator: int, denominator: int) -> int:
    whole, rest = divmod(numerator, denominator)
    twice = 2 * rest
    return whole + (twice > denominator or (twice == denominator and whole % 2 == 1))


def _times(left: int, right: int) -> int:
    return right if left == SCALE else _rounded(left * right, SCALE)
