"""The fast evaluator: a move compiled once into closures over integers, held to the reference by a property.

Ratios are compared by cross-multiplication, so nothing is divided and nothing is rounded; findings keep the
facts themselves, and whatever a reader wants to see of them is worked out when it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from rules.attainment import attainment, enough, weighted
from rules.criterion import (
    Attainment,
    Competency,
    Criterion,
    Group,
    NoneOf,
    Not,
    Rating,
    Register,
    Seat,
    Tenure,
    Track,
    Training,
    Weighted,
)
from rules.fact import Score, Span
from rules.finding import Finding, Raw, Status, finding, negation
from rules.inline import inlined
from rules.policy import Move, Policy
from rules.readiness import Head, Readiness
from rules.register import none_of, rating, register, seat, training
from rules.view import FactView
from terms.calendar import days_for

Evaluator: TypeAlias = Callable[[FactView, date], Raw]
MET, NOT_MET, UNDETERMINED = Status.MET, Status.NOT_MET, Status.UNDETERMINED

_COMPILED: dict[tuple[str, str, str], Callable[[FactView, date], Readiness]] = {}


def ready(policy: Policy, move: Move, view: FactView, as_of: date) -> Readiness:
    """Returns a person's readiness for a move on a date; the move is compiled when it is first asked for."""
    key = (policy.digest, move.source, move.target)
    found = _COMPILED.get(key)
    if found is None:
        found = _COMPILED[key] = compiled(policy, move)
    return found(view, as_of)


def compiled(policy: Policy, move: Move) -> Callable[[FactView, date], Readiness]:
    """Returns a function from facts and a date to readiness for one move of one edition."""
    criteria = (*move.ready, *move.advisory)
    run = inlined(criteria, evaluator)
    head = Head(move.id, policy.digest, policy.semantics, len(move.ready), criteria)
    new = object.__new__

    def assess(view: FactView, as_of: date) -> Readiness:
        found: Readiness = new(Readiness)
        found.view = view
        found.as_of = as_of
        found.head = head
        found.held = run(view, as_of)
        return found

    return assess


def find(criterion: Criterion, view: FactView, as_of: date) -> Finding:
    """Returns the finding of one criterion, the fast way."""
    return finding(evaluator(criterion)(view, as_of))


def evaluator(criterion: Criterion) -> Evaluator:
    """Returns the fast evaluator of one criterion."""
    match criterion:
        case Group():
            return _group(criterion)
        case Not():
            return _not(criterion)
        case Attainment():
            return attainment(criterion)
        case Weighted():
            return weighted(criterion)
        case Rating():
            return rating(criterion)
        case Seat():
            return seat(criterion)
        case Competency():
            return _competency(criterion)
        case Track():
            return _track(criterion)
        case Tenure():
            return _tenure(criterion)
        case Register():
            return register(criterion)
        case Training():
            return training(criterion)
        case NoneOf():
            return none_of(criterion)
        case _:
            raise TypeError(f"no fast evaluator for {type(criterion).__name__}")


def _group(criterion: Group) -> Evaluator:
    parts = tuple(evaluator(one) for one in criterion.parts)
    need, size = criterion.need, len(parts)

    def run(view: FactView, as_of: date) -> Raw:
        found = tuple([one(view, as_of) for one in parts])
        met = failed = 0
        for one in found:
            if one[1] is MET:
                met += 1
            elif one[1] is NOT_MET:
                failed += 1
        return (criterion, enough(need, met, failed, size), (), found)

    return run


def _not(criterion: Not) -> Evaluator:
    part = evaluator(criterion.part)

    def run(view: FactView, as_of: date) -> Raw:
        found = part(view, as_of)
        return (criterion, negation(found[1]), (), (found,))

    return run


def _competency(criterion: Competency) -> Evaluator:
    keys = tuple((name, criterion.level) for name in criterion.names)
    cycles, need, size = criterion.cycles, criterion.need, len(criterion.names)
    judge = _mean(criterion) if criterion.mean else _each(criterion)

    def run(view: FactView, as_of: date) -> Raw:
        last = tuple([one.name for one in view.cycles if one.end <= as_of])[-cycles:]
        rows: list[tuple[Score | None, ...]] = []
        statuses: list[Status] = []
        met = failed = 0
        scores = view.scores
        for key in keys:
            row = _row(scores.get(key, ()), last)
            status = judge(row)
            rows.append(row)
            statuses.append(status)
            if status is MET:
                met += 1
            elif status is NOT_MET:
                failed += 1
        found = MET if met >= need else NOT_MET if failed > size - need else UNDETERMINED
        return (criterion, found, (last, tuple(rows), tuple(statuses)), ())

    return run


def _row(given: tuple[Score, ...], cycles: tuple[str, ...]) -> tuple[Score | None, ...]:
    """Returns each cycle's last score that is not the person's own; mostly they are the last ones given."""
    size = len(cycles)
    tail = given[-size:] if size else ()
    if len(tail) == size:
        for at, one in enumerate(tail):
            if one.cycle != cycles[at] or one.by == "self":
                break
        else:
            return tail
    return tuple([_given(given, cycle) for cycle in cycles])


def _given(given: tuple[Score, ...], cycle: str) -> Score | None:
    for one in reversed(given):
        if one.cycle == cycle and one.by != "self":
            return one
    return None


def _limit(criterion: Competency) -> tuple[int, int]:
    """Returns the sign that makes more better, and the least signed value that reaches the bound."""
    sign = -1 if criterion.lower_is_better else 1
    return sign, sign * criterion.bound.micros + (1 if criterion.bound.strict else 0)


def _each(criterion: Competency) -> Callable[[tuple[Score | None, ...]], Status]:
    cycles = criterion.cycles
    sign, least = _limit(criterion)

    def run(row: tuple[Score | None, ...]) -> Status:
        met = 0
        for score in row:
            if score is not None and score.value is not None:
                if sign * score.value < least:
                    return NOT_MET
                met += 1
        return MET if met >= cycles else UNDETERMINED

    return run


def _mean(criterion: Competency) -> Callable[[tuple[Score | None, ...]], Status]:
    cycles = criterion.cycles
    sign, limit = (-1 if criterion.lower_is_better else 1), criterion.bound.micros
    strict = criterion.bound.strict

    def run(row: tuple[Score | None, ...]) -> Status:
        total = 0
        if len(row) < cycles:
            return UNDETERMINED
        for score in row:
            if score is None or score.value is None:
                return UNDETERMINED
            total += score.value
        left, right = sign * total, sign * limit * cycles
        return MET if left > right or (left == right and not strict) else NOT_MET

    return run


def _track(criterion: Track) -> Evaluator:
    track = criterion.track

    def run(view: FactView, as_of: date) -> Raw:
        for one in reversed(view.marks.get("commitment", ())):
            if one.on <= as_of and one.by == view.person:
                return (criterion, MET if one.kind == track else NOT_MET, (one,), ())
        return (criterion, NOT_MET, (None,), ())

    return run


def _tenure(criterion: Tenure) -> Evaluator:
    span, names, months = criterion.span, criterion.names, criterion.months
    needed: dict[date, int] = {}

    def run(view: FactView, as_of: date) -> Raw:
        spans = view.spans.get(span, ())
        if not spans:
            return (criterion, UNDETERMINED, ((), 0, 0), ())
        used = tuple([one for one in spans if one.start < as_of and (not names or one.name in names)])
        away = view.spans.get("leave")
        if len(used) == 1 and not away:
            end = used[0].end
            days, leave = ((as_of if end is None or end > as_of else end) - used[0].start).days, 0
        else:
            days, leave = _served(used, away or (), as_of)
        least = needed.get(as_of)
        if least is None:
            least = needed[as_of] = days_for(months, as_of)
        return (criterion, MET if days >= least else NOT_MET, (used, days, leave), ())

    return run


def _served(used: tuple[Span, ...], away: tuple[Span, ...], as_of: date) -> tuple[int, int]:
    """Returns the days served, leave taken out, and the days of leave among them."""
    served = _merged([(one.start, min(one.end or as_of, as_of)) for one in used])
    gone = _merged([(one.start, min(one.end or as_of, as_of)) for one in away if one.start < as_of])
    leave = sum(
        max(0, (min(end, last) - max(start, first)).days) for start, end in served for first, last in gone
    )
    return sum((end - start).days for start, end in served) - leave, leave


def _merged(spans: list[tuple[date, date]]) -> list[tuple[date, date]]:
    """Returns the same days as spans that do not overlap, in order."""
    if len(spans) == 1:
        return spans if spans[0][0] < spans[0][1] else []
    merged: list[tuple[date, date]] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
