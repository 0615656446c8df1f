"""A person's facts as they would be if everything asked came about as soon as it can: what a date is looked for in.

What can be done is done today (courses, evidence, endorsements, a commitment) and renewed before it lapses; what comes
by the calendar comes at the bound; time goes on. Seats, standings without an end and what is missing stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from rules import coming
from rules.criterion import (
    Attainment,
    Competency,
    Criterion,
    NoneOf,
    Not,
    Rating,
    Register,
    Track,
    Training,
    Weighted,
)
from rules.evaluate import find
from rules.fact import Mark, Score
from rules.finding import Finding, Status
from rules.view import FactView
from terms.quantity import SCALE, plain, plural
from terms.supply import asked

MET = Status.MET


class Assumed(NamedTuple):
    """Holds facts with what is assumed among them; every assumption, with the first day on which it matters."""

    view: FactView
    told: tuple[tuple[date, str], ...]

    def by(self, day: date) -> tuple[str, ...]:
        """Returns what is assumed up to a day, in words."""
        return tuple(told for since, told in self.told if since <= day)


def assume(criteria: Sequence[Criterion], view: FactView, as_of: date, until: date) -> Assumed:
    """Returns a person's facts with what would meet some criteria, each a leaf or the `not` of one."""
    told: list[tuple[date, str]] = []
    wanted: list[coming.Level] = []
    for one in criteria:
        if isinstance(one, Attainment | Weighted):
            wanted += coming.levels(one, view, as_of)
    held, lines = coming.figures(view, wanted, as_of, until)
    told += lines
    held, lines = _scores([one for one in criteria if isinstance(one, Competency)], held, as_of, until)
    told += lines
    marks = {register: list(some) for register, some in held.marks.items()}
    for one in criteria:
        found = find(one, view, as_of)
        for register, mark in _marks(one, found, view, as_of, until):
            marks.setdefault(register, []).append(mark)
        told += _told(one, found, view, as_of, until)
    sorted_ = {register: tuple(sorted(some, key=lambda one: one.on)) for register, some in marks.items()}
    stated = {
        {Training: "training", NoneOf: "standing"}[type(one)]: until
        for one in criteria
        if isinstance(one, Training | NoneOf)
    }
    ranks = {
        mark.by: one.least_rank
        for one in criteria
        if isinstance(one, Register) and one.least_rank is not None
        for mark in sorted_.get(one.register, ())
        if mark.by.startswith(NEW)
    }
    return Assumed(
        replace(held, marks=sorted_, complete={**held.complete, **stated}, ranks={**ranks, **held.ranks}),
        tuple(dict.fromkeys(told)),
    )


NEW = "somebody-"


def _scores(
    asked_: Sequence[Competency], view: FactView, as_of: date, until: date
) -> tuple[FactView, list[tuple[date, str]]]:
    ahead = coming.cycles(view, as_of, until)
    if not ahead or not asked_:
        return view, []
    wanted: dict[tuple[str, str], int] = {}
    signs: dict[tuple[str, str], int] = {}
    for one in asked_:
        sign = -1 if one.lower_is_better else 1
        to = one.bound.micros + (sign * SCALE if one.bound.strict else 0)
        if one.best is not None and sign * to > sign * one.best:
            continue
        for name in _chosen(one, view, as_of):
            key = (name, one.level)
            before = wanted.get(key)
            wanted[key] = to if before is None or sign * to > sign * before else before
            signs[key] = sign
    names = {one.name for one in ahead}
    scores = dict(view.scores)
    told: list[tuple[date, str]] = []
    for key, to in wanted.items():
        there = {one.cycle: one for one in scores.get(key, ()) if one.by != "self" and one.value is not None}
        past = [one for one in scores.get(key, ()) if one.cycle not in names]
        more = []
        for cycle in ahead:
            given = there.get(cycle.name)
            better = (
                given is not None and given.value is not None and signs[key] * given.value >= signs[key] * to
            )
            more.append(given if better and given is not None else Score(cycle.name, to))
        scores[key] = (*past, *more)
        level = " on the next level" if key[1] == "next" else ""
        line = f"{key[0]}{level} at {plain(to)} in each coming cycle, the next one ends {ahead[0].end}"
        told.append((ahead[0].end, line))
    past_cycles = [one for one in view.cycles if one.end <= as_of]
    return replace(view, cycles=(*past_cycles, *ahead), scores=scores), told


def _chosen(one: Competency, view: FactView, as_of: date) -> list[str]:
    """Returns the competencies that a criterion needs: those met, then the nearest, in the order of the policy."""
    sign = -1 if one.lower_is_better else 1
    _, rows, statuses = find(one, view, as_of).operands
    order = {MET: 0, Status.NOT_MET: 1, Status.UNDETERMINED: 2}
    ranked = []
    for n, (name, row, status) in enumerate(zip(one.names, rows, statuses, strict=True)):
        known = [sign * score.value for score in row if score is not None and score.value is not None]
        ranked.append((order[status], -sum(known), n, name))
    return [name for _, _, _, name in sorted(ranked)[: one.need]]


def _marks(
    one: Criterion, found: Finding, view: FactView, as_of: date, until: date
) -> Iterator[tuple[str, Mark]]:
    held: Any = found.operands
    match one:
        case Track() if found.status is not MET:
            yield "commitment", Mark(one.track, as_of, None, view.person)
        case Training():
            for code in _courses(one, held[1]):
                yield "training", Mark(code, as_of)
        case Rating():
            for mark in coming.ratings(one, view, as_of, until):
                yield "rating", mark
        case Not(part=NoneOf() as part) if found.status is not MET:
            yield "standing", Mark(part.kinds[0], as_of)
        case Register():
            for on, count in _entries(one, held[0], as_of, until):
                for n in range(count):
                    maker = _maker(one, view, as_of, n)
                    if maker:
                        yield one.register, Mark(one.entry, on, None, maker, True)
        case _:
            pass


def _courses(one: Training, left: Sequence[str]) -> list[str]:
    """Returns as many of the courses that are left as are needed."""
    return list(left[: max(0, one.need - (len(one.codes) - len(left)))])


def _entries(one: Register, found: Sequence[Mark], as_of: date, until: date) -> Iterator[tuple[date, int]]:
    """Yields when how many entries are made: today what lacks, then all of them before the oldest lapses."""
    more = one.count - len(found)
    if more > 0:
        yield as_of, more
    if one.within_months is None:
        return
    apart = timedelta(days=28 * one.within_months)
    on = max(as_of + timedelta(days=1), min([mark.on for mark in found], default=as_of) + apart)
    while on <= until:
        yield on, one.count
        on += apart


def _maker(one: Register, view: FactView, as_of: date, n: int) -> str:
    """Returns who makes the n-th entry that is assumed: somebody known where a relation is asked; empty for nobody."""
    match one.by:
        case "candidate":
            return view.person
        case "manager" | "line":
            spans = [
                *view.spans.get("manager", ()),
                *(view.spans.get("line", ()) if one.by == "line" else ()),
            ]
            known = list(dict.fromkeys(span.name for span in reversed(spans) if span.start <= as_of))
            if not known:
                return ""
            distinct = one.register == "endorsement"
            return known[n % len(known)] if not distinct or n < len(known) else ""
        case _:
            return f"{NEW}{n + 1}"


def _told(
    one: Criterion, found: Finding, view: FactView, as_of: date, until: date
) -> Iterator[tuple[date, str]]:
    held: Any = found.operands
    match one:
        case Track() if found.status is not MET:
            yield as_of, f"a commitment to {one.track} signed on {as_of}"
        case Training():
            more = _courses(one, held[1])
            if more:
                yield as_of, f"{' and '.join(more)} done on {as_of}"
        case NoneOf():
            if not held[1]:
                yield as_of, f"the standing register stated to be complete (`{asked('standing')}`)"
        case Not(part=NoneOf() as part) if found.status is not MET:
            yield as_of, f"{part.kinds[0]} from {as_of} on"
        case Rating():
            more_ratings = coming.ratings(one, view, as_of, until)
            if more_ratings:
                on = more_ratings[0].on
                yield on, f"rated {one.words[0]} at each coming rating, the next one on {on}"
        case Register():
            more_entries = one.count - len(held[0])
            noun = one.entry if one.entry == one.register else f"{one.register} of {one.entry}"
            if more_entries > 0:
                yield as_of, f"{more_entries} more {noun} on {as_of}"
            if one.within_months is not None:
                renewed = [on for on, _ in _entries(one, held[0], as_of, until) if on > as_of]
                yield (
                    renewed[0] if renewed else until,
                    f"{noun} renewed within {plural(one.within_months, 'month')}",
                )
        case _:
            pass
