"""The fast evaluator: a move compiled once into closures over integers, held to the reference by a property.

Ratios are compared by cross-multiplication, so nothing is divided and nothing is rounded; findings keep the
facts themselves, and whatever a reader wants to see of them is worked out when it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeAlias

from rules.criterion import (
    Attainment,
    Competency,
    Criterion,
    Group,
    NoneOf,
    Not,
    Register,
    Tenure,
    Threshold,
    Track,
    Training,
    Window,
)
from rules.fact import FactView, Figure, Mark, Score
from rules.finding import Finding, Readiness, Status, negation
from rules.policy import Move, Policy
from rules.window import LENGTHS, on_leave, ramp_end
from terms.calendar import add_months, months_between
from terms.quantity import SCALE, ratio

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
            return _attainment(criterion)
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


def _enough(need: int, met: int, failed: int, of: int) -> Status:
    if met >= need:
        return MET
    return NOT_MET if failed > of - need else UNDETERMINED


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
        return Finding(criterion, _enough(need, met, failed, size), (), found)

    return run


def _not(criterion: Not) -> Evaluator:
    part = evaluator(criterion.part)

    def run(view: FactView, as_of: date) -> Finding:
        found = part(view, as_of)
        return Finding(criterion, negation(found.status), (), (found,))

    return run


def _chooser(metric: str, window: Window) -> Callable[[FactView, date], tuple[tuple[Figure, ...], str]]:
    """Returns the window's own selection: backwards from the newest period, stopping at the n-th."""
    last, unit = window.last, window.unit
    shortest, longest = LENGTHS.get(unit, (0, 1 << 30))
    plain = unit == "period" and not window.fully_ramped and not window.skip_leave

    def run(view: FactView, as_of: date) -> tuple[tuple[Figure, ...], str]:
        figures = view.figures.get(metric, ())
        if plain and len(figures) >= last and figures[-1].end <= as_of:
            return figures[-last:], ""
        ramped = date.min
        if window.fully_ramped:
            begun = ramp_end(view, window, as_of)
            if begun is None:
                return (), f"when the ramp began: no {window.ramp_from} start is known"
            ramped = begun
        away = window.skip_leave and view.spans.get("leave")
        chosen: list[Figure] = []
        for one in reversed(figures):
            if one.end > as_of or one.start < ramped:
                continue
            if unit != "period" and not shortest <= (one.end - one.start).days <= longest:
                continue
            if away and on_leave(view, one):
                continue
            chosen.append(one)
            if len(chosen) == last:
                return tuple(chosen[::-1]), ""
        lacking = last - len(chosen)
        told = f"{lacking} more expected {unit}{'s' if lacking > 1 else ''} of {metric}"
        return tuple(chosen[::-1]), told

    return run


def _attainment(criterion: Attainment) -> Evaluator:
    choose = _chooser(criterion.metric, criterion.over)
    judge = _whole(criterion) if criterion.form in ("cumulative", "mean") else _counted(criterion)
    last = criterion.over.last
    if criterion.floor is None:

        def run(view: FactView, as_of: date) -> Finding:
            held = choose(view, as_of)
            return Finding(criterion, judge(held[0]), held)

        return run
    below = _tally(criterion, criterion.floor)

    def run_floored(view: FactView, as_of: date) -> Finding:
        held = choose(view, as_of)
        status = judge(held[0])
        met, failed = below(held[0])
        floor = _enough(last, met, failed, last)
        if status is NOT_MET or floor is NOT_MET:
            return Finding(criterion, NOT_MET, held)
        if status is UNDETERMINED or floor is UNDETERMINED:
            return Finding(criterion, UNDETERMINED, held)
        return Finding(criterion, MET, held)

    return run_floored


def _tally(criterion: Attainment, bound: Threshold) -> Callable[[tuple[Figure, ...]], tuple[int, int]]:
    """Returns a counter of the periods that reach a bound and of those that do not."""
    micros, strict, unit = bound.micros, bound.strict, bound.unit
    if not criterion.ratio:

        def amounts(chosen: tuple[Figure, ...]) -> tuple[int, int]:
            met = failed = 0
            for one in chosen:
                actual = one.actual
                if actual is None or one.unit != criterion.bound.unit or one.unit != unit:
                    continue
                if actual > micros or (actual == micros and not strict):
                    met += 1
                else:
                    failed += 1
            return met, failed

        return amounts
    capped = criterion.cap is not None and (criterion.cap < micros or (strict and criterion.cap == micros))

    def ratios(chosen: tuple[Figure, ...]) -> tuple[int, int]:
        met = failed = 0
        for one in chosen:
            actual, target = one.actual, one.target
            if actual is None or target is None or target <= 0:
                continue
            left, right = actual * SCALE, micros * target
            if not capped and (left > right or (left == right and not strict)):
                met += 1
            else:
                failed += 1
        return met, failed

    return ratios


def _counted(criterion: Attainment) -> Callable[[tuple[Figure, ...]], Status]:
    count = _tally(criterion, criterion.bound)
    last = criterion.over.last
    need = {"max": 1, "count": criterion.count}.get(criterion.form, last)

    def run(chosen: tuple[Figure, ...]) -> Status:
        met, failed = count(chosen)
        return _enough(need, met, failed, last)

    return run


def _whole(criterion: Attainment) -> Callable[[tuple[Figure, ...]], Status]:
    last, cap, bound = criterion.over.last, criterion.cap, criterion.bound
    micros, strict = bound.micros, bound.strict

    def compare(left: int, right: int) -> Status:
        return MET if left > right or (left == right and not strict) else NOT_MET

    def amounts(chosen: tuple[Figure, ...]) -> Status:
        if len(chosen) < last:
            return UNDETERMINED
        total = 0
        for one in chosen:
            if one.actual is None or one.unit != bound.unit:
                return UNDETERMINED
            total += one.actual
        return compare(total, micros * (last if criterion.form == "mean" else 1))

    def ratios(chosen: tuple[Figure, ...]) -> Status:
        if len(chosen) < last:
            return UNDETERMINED
        above = below = 0
        unit = chosen[0].unit
        for one in chosen:
            actual, target = one.actual, one.target
            if actual is None or target is None or target <= 0 or one.unit != unit:
                return UNDETERMINED
            left = actual * SCALE
            above += left if cap is None else min(left, cap * target)
            below += target
        return compare(above, micros * below)

    def means(chosen: tuple[Figure, ...]) -> Status:
        if len(chosen) < last:
            return UNDETERMINED
        total = 0
        unit = chosen[0].unit
        for one in chosen:
            actual, target = one.actual, one.target
            if actual is None or target is None or target <= 0 or one.unit != unit:
                return UNDETERMINED
            if cap is not None and actual * SCALE > cap * target:
                actual, target = cap, SCALE
            total += ratio(actual, target)
        return compare(total, micros * last)

    if not criterion.ratio:
        return amounts
    return ratios if criterion.form == "cumulative" else means


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
            return _enough(cycles, met, failed, cycles)
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
        return Finding(criterion, _enough(need, met, failed, size), (tuple(rows), tuple(statuses)))

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
        return Finding(criterion, _enough(need, len(have), failed, len(codes)), (done, absent, stated))

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
