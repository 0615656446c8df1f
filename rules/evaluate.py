"""The fast evaluator: a move compiled once into closures over integers, held to the reference by a property.

Ratios are compared by cross-multiplication, so nothing is divided and nothing is rounded; findings keep the
facts themselves, and whatever a reader wants to see of them is worked out when it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeAlias

from rules.attainment import attainment, enough
from rules.criterion import (
    Attainment,
    Competency,
    Criterion,
    Group,
    NoneOf,
    Not,
    Register,
    Tenure,
    Track,
    Training,
)
from rules.fact import FactView, Mark, Score
from rules.finding import Finding, Readiness, Status, negation
from rules.policy import Move, Policy
from terms.calendar import add_months, months_between

Evaluator: TypeAlias = Callable[[FactView, date], Finding]
MET, NOT_MET, UNDETERMINED = Status.MET, Status.NOT_MET, Status.UNDETERMINED

_COMPILED: dict[tuple[str, str], Callable[[FactView, date], Readiness]] = {}


def ready(policy: Policy, move: Move, view: FactView, as_of: date) -> Readiness:
    """Returns a person's readiness for a move on a date; the move is compiled when it is first asked for."""
    key = (policy.digest, move.id)
    found = _COMPILED.get(key)
    if found is None:
        found = _COMPILED[key] = compiled(policy, move)
    return found(view, as_of)


def compiled(policy: Policy, move: Move) -> Callable[[FactView, date], Readiness]:
    """Returns a function from facts and a date to readiness for one move of one edition."""
    required = tuple(evaluator(one) for one in move.ready)
    advisory = tuple(evaluator(one) for one in move.advisory)
    name, edition, semantics = move.id, policy.digest, policy.semantics

    def run(view: FactView, as_of: date) -> Readiness:
        return Readiness(
            view.person,
            name,
            edition,
            as_of,
            semantics,
            tuple([one(view, as_of) for one in required]),
            tuple([one(view, as_of) for one in advisory]),
        )

    return run


def evaluator(criterion: Criterion) -> Evaluator:
    """Returns the fast evaluator of one criterion."""
    match criterion:
        case Group():
            return _group(criterion)
        case Not():
            return _not(criterion)
        case Attainment():
            return attainment(criterion)
        case Competency():
            return _competency(criterion)
        case Track():
            return _track(criterion)
        case Tenure():
            return _tenure(criterion)
        case Register():
            return _register(criterion)
        case Training():
            return _training(criterion)
        case NoneOf():
            return _none_of(criterion)
        case _:
            raise TypeError(f"no fast evaluator for {type(criterion).__name__}")


def _group(criterion: Group) -> Evaluator:
    parts = tuple(evaluator(one) for one in criterion.parts)
    need, size = criterion.need, len(parts)

    def run(view: FactView, as_of: date) -> Finding:
        found = tuple([one(view, as_of) for one in parts])
        met = failed = 0
        for one in found:
            if one.status is MET:
                met += 1
            elif one.status is NOT_MET:
                failed += 1
        return Finding(criterion, enough(need, met, failed, size), (), found)

    return run


def _not(criterion: Not) -> Evaluator:
    part = evaluator(criterion.part)

    def run(view: FactView, as_of: date) -> Finding:
        found = part(view, as_of)
        return Finding(criterion, negation(found.status), (), (found,))

    return run


def _competency(criterion: Competency) -> Evaluator:
    keys = tuple((name, criterion.level) for name in criterion.names)
    cycles, need, size = criterion.cycles, criterion.need, len(criterion.names)
    micros, strict, lower, mean = (
        criterion.bound.micros,
        criterion.bound.strict,
        criterion.lower_is_better,
        criterion.mean,
    )

    def reaches(value: int, limit: int) -> bool:
        if value == limit:
            return not strict
        return value < limit if lower else value > limit

    def one_name(row: list[Score | None]) -> Status:
        met = failed = total = 0
        for score in row:
            if score is None or score.value is None:
                continue
            total += score.value
            if reaches(score.value, micros):
                met += 1
            else:
                failed += 1
        if not mean:
            return enough(cycles, met, failed, cycles)
        if met + failed < cycles:
            return UNDETERMINED
        return MET if reaches(total, micros * cycles) else NOT_MET

    def run(view: FactView, as_of: date) -> Finding:
        known = view.cycles
        if known and known[-1].end > as_of:
            known = tuple([one for one in known if one.end <= as_of])
        last = [one.name for one in known[-cycles:]]
        rows, statuses = [], []
        met = failed = 0
        for key in keys:
            given = view.scores.get(key, ())
            row = [_given(given, cycle) for cycle in last]
            status = one_name(row)
            rows.append((key[0], tuple(zip(last, row, strict=True))))
            statuses.append(status)
            if status is MET:
                met += 1
            elif status is NOT_MET:
                failed += 1
        return Finding(criterion, enough(need, met, failed, size), (tuple(rows), tuple(statuses)))

    return run


def _given(given: tuple[Score, ...], cycle: str) -> Score | None:
    for one in reversed(given):
        if one.cycle == cycle and one.by != "self":
            return one
    return None


def _track(criterion: Track) -> Evaluator:
    track = criterion.track

    def run(view: FactView, as_of: date) -> Finding:
        for one in reversed(view.marks.get("commitment", ())):
            if one.on <= as_of and one.by == view.person:
                return Finding(criterion, MET if one.kind == track else NOT_MET, (one,))
        return Finding(criterion, NOT_MET, (None,))

    return run


def _tenure(criterion: Tenure) -> Evaluator:
    span, names, months = criterion.span, criterion.names, criterion.months

    def run(view: FactView, as_of: date) -> Finding:
        spans = view.spans.get(span, ())
        if not spans:
            return Finding(criterion, UNDETERMINED, ((), 0, 0, 0))
        used = tuple([one for one in spans if one.start < as_of and (not names or one.name in names)])
        served = _merged([(one.start, min(one.end or as_of, as_of)) for one in used])
        total = sum([(end - start).days for start, end in served])
        leave = 0
        away = view.spans.get("leave")
        if away:
            gone = _merged([(one.start, min(one.end or as_of, as_of)) for one in away if one.start < as_of])
            for start, end in served:
                for first, last in gone:
                    leave += max(0, (min(end, last) - max(start, first)).days)
        days = total - leave
        counted = months_between(as_of - timedelta(days=days), as_of)
        status = MET if counted >= months else NOT_MET
        return Finding(criterion, status, (used, days, leave, counted))

    return run


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


def _register(criterion: Register) -> Evaluator:
    register, entry, need = criterion.register, criterion.entry, criterion.count
    within, verified, outside = criterion.within_months, criterion.verified, criterion.outside_line
    by_person = register == "endorsement"

    def run(view: FactView, as_of: date) -> Finding:
        since = date.min if within is None else add_months(as_of, -within)
        line = {one.name for one in view.spans.get("manager", ())} if outside else ()
        found: dict[str, Mark] = {}
        for one in view.marks.get(register, ()):
            if one.kind != entry or one.on > as_of or one.on < since or one.by in line:
                continue
            if verified and not one.verified:
                continue
            found[one.by if by_person else one.source or str(len(found))] = one
        return Finding(criterion, MET if len(found) >= need else NOT_MET, (tuple(found.values()),))

    return run


def _stated(view: FactView, register: str, stale: timedelta, as_of: date) -> date | None:
    stated = view.complete.get(register)
    return None if stated is None or stated < as_of - stale else stated


def _training(criterion: Training) -> Evaluator:
    codes, need, stale = criterion.codes, criterion.need, timedelta(days=criterion.stale_days)

    def run(view: FactView, as_of: date) -> Finding:
        done = tuple([one for one in view.marks.get("training", ()) if one.kind in codes and one.on <= as_of])
        have = {one.kind for one in done}
        absent = tuple([one for one in codes if one not in have])
        stated = _stated(view, "training", stale, as_of)
        failed = len(absent) if stated else 0
        return Finding(criterion, enough(need, len(have), failed, len(codes)), (done, absent, stated))

    return run


def _none_of(criterion: NoneOf) -> Evaluator:
    kinds, stale = criterion.kinds, timedelta(days=criterion.stale_days)

    def run(view: FactView, as_of: date) -> Finding:
        held = tuple(
            [
                one
                for one in view.marks.get("standing", ())
                if one.kind in kinds and one.on <= as_of and (one.end is None or as_of < one.end)
            ]
        )
        stated = _stated(view, "standing", stale, as_of)
        status = NOT_MET if held else MET if stated else UNDETERMINED
        return Finding(criterion, status, (held, stated))

    return run
