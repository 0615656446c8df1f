"""When somebody could be eligible for a move at the earliest, and what that assumes.

The day is looked for, not reckoned: in a person's facts as `rules.assume` continues them, it is the first day on which
the evaluator itself finds every required criterion met. On that day with those facts the move is ready, and on the day
before it is not. Of a group, the parts that can be met first are assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple, TypeAlias

from rules.assume import Assumed, assume
from rules.criterion import Attainment, Criterion, Group, Not, Register, Tenure, Weighted, leaves
from rules.evaluate import evaluator, find
from rules.finding import Raw, Status
from rules.gap import step
from rules.gapword import gap_words
from rules.outcome import outcome
from rules.policy import Move
from rules.running import Running, running
from rules.timeform import Calendar
from rules.view import FactView
from rules.word import words
from terms.calendar import add_months
from terms.canonical import Json

MET = Status.MET
AHEAD = 60  # months in which a day is looked for
Evaluator: TypeAlias = Callable[[FactView, date], Raw]
DAY = timedelta(days=1)


class Ahead(NamedTuple):
    """Holds from which day one criterion would be met, or why none is known; and what running periods still lack."""

    id: str
    says: str
    on: date | None
    why: str
    running: tuple[Running, ...] = ()

    def json(self) -> dict[str, Json]:
        """Returns it as JSON."""
        return {
            "id": self.id,
            "on": self.on.isoformat() if self.on else None,
            "why": self.why or None,
            "running": [one.json() for one in self.running],
        }


class When(NamedTuple):
    """Holds the earliest day for a move, what it assumes, and the facts as assumed.

    `rest`: where some criteria have no day, the earliest on which all others are met. `effective` and `cut_off`: the
    first promotion whose cut-off day that is in time for, where the policy has one.
    """

    on: date | None
    rest: date | None
    criteria: tuple[Ahead, ...]
    assumed: Assumed
    effective: date | None = None
    cut_off: date | None = None

    @property
    def without(self) -> tuple[Ahead, ...]:
        """Returns the criteria for which no day is known."""
        return tuple(one for one in self.criteria if one.on is None)

    @property
    def assuming(self) -> tuple[str, ...]:
        """Returns what is assumed up to the earliest day, in words."""
        day = self.on or self.rest
        return () if day is None else self.assumed.by(day)

    @property
    def sentence(self) -> str:
        """Returns the earliest day in a sentence: with its cut-off, or what has no day and the day of the rest."""
        day = self.on or self.rest
        if self.on is None and day is None:
            return "No earliest date is known."
        told = f"Earliest {day}"
        if self.effective is not None:
            told += f", for a promotion effective {self.effective} whose cut-off is {self.cut_off}"
        if self.on is None:
            names = ", ".join(one.id for one in self.without) or "what does not hold together with it"
            return f"No date for {names}; all else: {told[:1].lower()}{told[1:]}."
        return f"{told}."

    def json(self) -> dict[str, Json]:
        """Returns it as JSON."""
        return {
            "on": _text(self.on),
            "rest": _text(self.rest),
            "effective": _text(self.effective),
            "cut_off": _text(self.cut_off),
            "criteria": [one.json() for one in self.criteria],
            "assuming": list(self.assuming),
        }


def _text(on: date | None) -> Json:
    return on.isoformat() if on else None


def when(move: Move, view: FactView, as_of: date, calendar: Calendar | None = None) -> When:
    """Returns when a person could be eligible for a move at the earliest, by its required criteria."""
    until = add_months(as_of, AHEAD)
    held = assume(
        [leaf for one in move.ready for leaf in chosen(one, view, as_of, until)], view, as_of, until
    )
    days = changes(move.ready, held.view, as_of, until)
    runs = [evaluator(one) for one in move.ready]
    each = [first((run,), held.view, as_of, days) for run in runs]
    found = tuple(
        Ahead(
            one.id,
            one.says,
            on,
            "" if on else _why(one, held.view, as_of),
            tuple(running(one, view, as_of)),
        )
        for one, on in zip(move.ready, each, strict=True)
    )
    on = first(runs, held.view, as_of, days) if None not in each else None
    known = [run for run, day in zip(runs, each, strict=True) if day is not None]
    rest = first(known, held.view, as_of, days) if known and on is None else None
    effective = cut_off = None
    if calendar is not None and calendar.cut_off is not None and (on or rest):
        effective, cut_off = _round(calendar, on or rest or as_of)
    return When(on, rest, found, held, effective, cut_off)


def _round(calendar: Calendar, on: date) -> tuple[date, date]:
    """Returns the first promotion (on the first of a month) that a day is in time for, and its cut-off."""
    effective = on.replace(day=1)
    while effective < on or calendar.cut_off_for(effective) < on:
        effective = add_months(effective, 1)
    return effective, calendar.cut_off_for(effective)


def chosen(criterion: Criterion, view: FactView, as_of: date, until: date) -> list[Criterion]:
    """Returns the leaves of a tree of which something is assumed: of a group, those of the parts met first."""
    if not isinstance(criterion, Group):
        plain = not isinstance(criterion, Not) or not isinstance(criterion.part, Group | Not)
        return [criterion] if plain else []
    inside = [chosen(one, view, as_of, until) for one in criterion.parts]
    if criterion.need == len(criterion.parts):
        return [leaf for held in inside for leaf in held]
    ranked = []
    for n, (part, held) in enumerate(zip(criterion.parts, inside, strict=True)):
        own = assume(held, view, as_of, until)
        on = first((evaluator(part),), own.view, as_of, changes((part,), own.view, as_of, until))
        finding = find(part, view, as_of)
        way = step(finding, finding.status, as_of) if finding.status is Status.NOT_MET else None
        ranked.append((on or date.max, way.changes if way else 0, n))
    return [leaf for _, _, n in sorted(ranked)[: criterion.need] for leaf in inside[n]]


def first(runs: Sequence[Evaluator], view: FactView, as_of: date, days: Sequence[date]) -> date | None:
    """Returns the first day on which everything is met, of a day and of those after it on which facts turn."""

    def met(on: date) -> bool:
        return all(run(view, on)[1] is MET for run in runs)

    if met(as_of):
        return as_of
    for on in days:
        if met(on):
            while on - DAY > as_of and met(on - DAY):
                on -= DAY
            return on
    return None


def changes(criteria: Sequence[Criterion], view: FactView, as_of: date, until: date) -> tuple[date, ...]:
    """Returns the days after a day, up to another, on which the facts that some criteria read can turn, in order."""
    found: set[date] = set()
    held = [leaf for one in criteria for leaf in leaves(one)]
    for leaf in dict.fromkeys(held):
        found |= set(_turns(leaf, view, as_of, until))
    found |= {one.end for one in view.cycles}
    for some in view.spans.values():
        for one in some:
            found |= {one.start, one.start + DAY} | ({one.end, one.end + DAY} if one.end else set())
    for marks in view.marks.values():
        for mark in marks:
            found |= {mark.on} | ({mark.end} if mark.end else set())
    return tuple(sorted(one for one in found if as_of < one <= until))


def _turns(leaf: Criterion, view: FactView, as_of: date, until: date) -> Iterator[date]:
    match leaf:
        case Attainment() | Weighted():
            time, unit = leaf.over.time, leaf.over.unit
            due = timedelta(days=time.due_after)
            metrics = (
                [leaf.metric] if isinstance(leaf, Attainment) else [one.metric for one in leaf.components]
            )
            yield from (one.end + due for name in metrics for one in view.figures.get(name, ()))
            if unit == "period":
                return
            index = time.fiscal.index(unit, as_of - due)
            while True:
                end = time.fiscal.period(unit, index).end
                assert end is not None
                if end + due > until:
                    return
                yield end + due
                index += 1
        case Tenure():
            run, on = evaluator(leaf), as_of + DAY
            days = run(view, as_of)[2][1]
            on = max(on, as_of + timedelta(days=28 * leaf.months - days))
            while on <= until:
                if run(view, on)[1] is MET:
                    yield on
                    return
                on += DAY
        case Register() if leaf.within_months is not None:
            for one in view.marks.get(leaf.register, ()):
                lapsed = add_months(one.on, leaf.within_months)
                yield from (lapsed + timedelta(days=n) for n in range(4))
        case _:
            return


def _why(criterion: Criterion, view: FactView, as_of: date) -> str:
    """Returns why no day is known for a criterion: what it lacks though all that can be done were done today."""
    finding = find(criterion, view, as_of)
    told = words(outcome(finding, as_of))
    if finding.status is MET:
        return "it holds today, and would not together with the rest"
    lacking = told.lacking
    way = step(finding, finding.status, as_of) if finding.status is Status.NOT_MET else None
    if way is not None and isinstance(criterion, Group) and way.possible:
        parts: list[str] = []
        for one in way.told["take"] if isinstance(way.told["take"], list) else []:
            assert isinstance(one, dict) and isinstance(one["gap"], dict)
            parts.append(f"{one['id']}: {gap_words(one['gap'])}")
        lacking = " ".join(parts)
    return lacking or "what it asks does not come by itself"
