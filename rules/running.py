"""What is still missing in a period that has begun and not ended, after what is booked in it so far.

Nothing is reckoned: the evaluator itself is asked for the day on which the period's figure is due, with more and more
booked in it, all else as it is on file. Where nothing is booked, or a ratio has no target, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from rules.criterion import Attainment, Criterion, Group, Weighted
from rules.evaluate import evaluator, find
from rules.fact import Figure
from rules.finding import Status
from rules.short import smallest
from rules.view import FactView
from rules.window import summed
from terms.canonical import Json
from terms.quantity import amount, plain

MET = Status.MET
DAY = timedelta(days=1)


class Line(NamedTuple):
    """Holds one metric of a running period: what is booked so far, and what more would do."""

    metric: str
    so_far: int
    more: int
    unit: str


class Running(NamedTuple):
    """Holds, by the id of a criterion, what is still missing in a period [start, end), of each metric it reads."""

    id: str
    start: date
    end: date
    lines: tuple[Line, ...]

    @property
    def sentence(self) -> str:
        """Returns it in words: what is booked so far, and what more, by which day, would meet the criterion."""
        more = [one for one in self.lines if one.more]
        booked = " and ".join(f"{amount(plain(one.so_far), one.unit)} of {one.metric}" for one in self.lines)
        if not more:
            return f"So far {booked} in [{self.start}, {self.end}), which is enough once it has ended."
        alone = len(self.lines) == 1
        lacking = " and ".join(
            f"{amount(plain(one.more), one.unit)} more{'' if alone else f' of {one.metric}'}" for one in more
        )
        return f"So far {booked} in [{self.start}, {self.end}); {lacking} by {self.end - DAY} would do."

    def json(self) -> dict[str, Json]:
        """Returns it as JSON."""
        return {
            "criterion": self.id,
            "period": f"[{self.start}, {self.end})",
            "by": (self.end - DAY).isoformat(),
            "metrics": [
                {
                    "metric": one.metric,
                    "so_far": plain(one.so_far),
                    "more": plain(one.more),
                    "unit": one.unit,
                }
                for one in self.lines
            ],
        }


def running(criterion: Criterion, view: FactView, as_of: date) -> Iterator[Running]:
    """Yields what is still missing in running periods for a criterion that is not met, or for parts of it."""
    if find(criterion, view, as_of).status is MET:
        return
    if isinstance(criterion, Group):
        for part in criterion.parts:
            yield from running(part, view, as_of)
    if isinstance(criterion, Weighted) or (
        isinstance(criterion, Attainment) and criterion.form != "variance"
    ):
        found = _missing(criterion, view, as_of)
        if found is not None:
            yield found


def booked(
    view: FactView, metrics: Sequence[str], period: tuple[date, date], more: Sequence[int | None]
) -> FactView:
    """Returns a person's facts with so much more booked in a period of each metric; None: with nothing known of it."""
    start, end = period
    figures: dict[str, tuple[Figure, ...]] = dict(view.figures)
    for name, by in zip(metrics, more, strict=True):
        held = view.figures.get(name, ())
        so_far = _so_far(held, start, end)
        assert so_far is not None and so_far.actual is not None
        one = replace(so_far, actual=None if by is None else so_far.actual + by)
        others = [each for each in held if each.start < start or end < each.end]
        figures[name] = tuple(sorted([*others, one], key=lambda each: (each.end, each.start)))
    return replace(view, figures=figures)


def _missing(criterion: Attainment | Weighted, view: FactView, as_of: date) -> Running | None:
    parts = (criterion,) if isinstance(criterion, Attainment) else criterion.components
    metrics = [one.metric for one in parts]
    period = _period(criterion, view.figures, metrics[0], as_of)
    if period is None:
        return None
    held = [_so_far(view.figures.get(name, ()), *period) for name in metrics]
    known = [one for one in held if one is not None]
    ratio = isinstance(criterion, Weighted) or criterion.ratio
    if len(known) < len(held) or (ratio and any(one.target is None for one in known)):
        return None
    judge = evaluator(criterion)
    due = period[1] + timedelta(days=criterion.over.time.due_after)

    def turns(more: Sequence[int | None]) -> bool:
        return judge(booked(view, metrics, period, more), due)[1] is MET

    if turns([None] * len(held)):
        return None  # whatever this period comes to
    more = smallest(len(held), range(len(held)), turns)
    if more is None:
        return None
    lines = [
        Line(name, one.actual or 0, by, one.unit) for name, one, by in zip(metrics, known, more, strict=True)
    ]
    return Running(criterion.id, *period, tuple(lines))


def _period(
    criterion: Attainment | Weighted, figures: Mapping[str, tuple[Figure, ...]], metric: str, as_of: date
) -> tuple[date, date] | None:
    """Returns the period of a criterion's window that a day lies in; None where none is known."""
    over = criterion.over
    if over.unit == "period":
        return next(
            ((one.start, one.end) for one in figures.get(metric, ()) if one.start <= as_of < one.end), None
        )
    fiscal = over.time.fiscal
    found = fiscal.period(over.unit, fiscal.index(over.unit, as_of))
    assert found.end is not None
    return found.start, found.end


def _so_far(held: Sequence[Figure], start: date, end: date) -> Figure | None:
    """Returns what is booked in [start, end): its own figure, or the sum of shorter ones; None where there is none."""
    exact = next((one for one in held if (one.start, one.end) == (start, end)), None)
    if exact is not None and exact.actual is not None:
        return exact
    inside = [one for one in held if start <= one.start and one.end <= end and one is not exact]
    known = [one for one in inside if one.actual is not None]
    if not known or len({one.unit for one in known}) > 1:
        return None
    target = exact.target if exact is not None else summed(tuple(inside), start, end).target
    return Figure(start, end, sum(one.actual or 0 for one in known), target, known[0].unit)
