"""The slow, obvious evaluator: exact fractions, no shortcuts; the fast one is held to it."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

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
)
from rules.fact import FactView, Figure, Mark, Score
from rules.finding import Finding, Status, at_least, conjunction, negation
from rules.policy import Move, Policy
from rules.readiness import Readiness
from rules.window import periods
from terms.calendar import add_months, months_between
from terms.quantity import SCALE, ratio


def ready(policy: Policy, move: Move, view: FactView, as_of: date) -> Readiness:
    """Returns a person's readiness for a move on a date, found the slow and obvious way."""
    return Readiness(
        view.person,
        move.id,
        policy.digest,
        as_of,
        policy.semantics,
        tuple(find(one, view, as_of) for one in (*move.ready, *move.advisory)),
        len(move.ready),
    )


def find(criterion: Criterion, view: FactView, as_of: date) -> Finding:
    """Returns the finding of one criterion."""
    match criterion:
        case Group():
            parts = tuple(find(one, view, as_of) for one in criterion.parts)
            met = sum(one.status is Status.MET for one in parts)
            unknown = sum(one.status is Status.UNDETERMINED for one in parts)
            return Finding(criterion, at_least(criterion.need, met, unknown), (), parts)
        case Not():
            part = find(criterion.part, view, as_of)
            return Finding(criterion, negation(part.status), (), (part,))
        case Attainment():
            return _attainment(criterion, view, as_of)
        case Competency():
            return _competency(criterion, view, as_of)
        case Track():
            return _track(criterion, view, as_of)
        case Tenure():
            return _tenure(criterion, view, as_of)
        case Register():
            return _register(criterion, view, as_of)
        case Training():
            return _training(criterion, view, as_of)
        case NoneOf():
            return _none_of(criterion, view, as_of)
        case _:
            raise TypeError(f"no reference evaluator for {type(criterion).__name__}")


def _holds(value: Fraction | None, bound: Threshold) -> Status:
    if value is None:
        return Status.UNDETERMINED
    limit = Fraction(bound.micros, SCALE)
    return Status.MET if value > limit or (value == limit and not bound.strict) else Status.NOT_MET


def _value(figure: Figure, criterion: Attainment) -> Fraction | None:
    """Returns what a period counts: actual over target, capped; or the actual amount; None where unknown."""
    if figure.actual is None:
        return None
    if not criterion.ratio:
        return Fraction(figure.actual, SCALE) if figure.unit == criterion.bound.unit else None
    if figure.target is None or figure.target <= 0:
        return None
    value = Fraction(figure.actual, figure.target)
    return value if criterion.cap is None else min(value, Fraction(criterion.cap, SCALE))


def _attainment(criterion: Attainment, view: FactView, as_of: date) -> Finding:
    chosen, lacking = periods(view, criterion.metric, criterion.over, as_of)
    values = [_value(one, criterion) for one in chosen]
    unknown = values.count(None) + (criterion.over.last - len(chosen))
    each = [_holds(one, criterion.bound) for one in values]
    met = sum(one is Status.MET for one in each)
    match criterion.form:
        case "each" | "min" | "latest":
            status = at_least(criterion.over.last, met, unknown)
        case "max":
            status = at_least(1, met, unknown)
        case "count":
            status = at_least(criterion.count, met, unknown)
        case _:
            status = _holds(_whole(criterion, chosen, values, unknown), criterion.bound)
    if criterion.floor is not None:
        above = [_holds(one, criterion.floor) for one in values]
        enough = sum(one is Status.MET for one in above)
        status = conjunction((status, at_least(criterion.over.last, enough, unknown)))
    return Finding(criterion, status, (chosen, lacking))


def _whole(
    criterion: Attainment, chosen: tuple[Figure, ...], values: list[Fraction | None], unknown: int
) -> Fraction | None:
    known = [one for one in values if one is not None]
    if unknown or not known or len({one.unit for one in chosen}) > 1:
        return None
    if criterion.form == "mean":
        if criterion.ratio:
            return Fraction(sum(ratio(one.numerator, one.denominator) for one in known), len(known) * SCALE)
        return sum(known, Fraction()) / len(known)
    if not criterion.ratio:
        return sum(known, Fraction())
    targets = [one.target or 0 for one in chosen]
    return sum((v * t for v, t in zip(known, targets, strict=True)), Fraction()) / sum(targets)


def _competency(criterion: Competency, view: FactView, as_of: date) -> Finding:
    cycles = [one for one in view.cycles if one.end <= as_of][-criterion.cycles :]
    rows = []
    statuses = []
    for name in criterion.names:
        given = view.scores.get((name, criterion.level), ())
        row = [_score(given, cycle.name) for cycle in cycles]
        rows.append(tuple(row))
        statuses.append(_scored(criterion, [None if one is None else one.value for one in row]))
    met = sum(one is Status.MET for one in statuses)
    unknown = sum(one is Status.UNDETERMINED for one in statuses)
    return Finding(
        criterion,
        at_least(criterion.need, met, unknown),
        (tuple(one.name for one in cycles), tuple(rows), tuple(statuses)),
    )


def _score(given: tuple[Score, ...], cycle: str) -> Score | None:
    """Returns the last score of a cycle that is not the person's own."""
    found = [one for one in given if one.cycle == cycle and one.by != "self"]
    return found[-1] if found else None


def _scored(criterion: Competency, values: list[int | None]) -> Status:
    unknown = values.count(None) + criterion.cycles - len(values)
    known = [Fraction(one, SCALE) for one in values if one is not None]
    if criterion.mean:
        mean = None if unknown or not known else sum(known, Fraction()) / len(known)
        return _reaches(mean, criterion)
    met = sum(_reaches(one, criterion) is Status.MET for one in known)
    return at_least(criterion.cycles, met, unknown)


def _reaches(value: Fraction | None, criterion: Competency) -> Status:
    if value is None or not criterion.lower_is_better:
        return _holds(value, criterion.bound)
    limit = Fraction(criterion.bound.micros, SCALE)
    return Status.MET if value < limit or (value == limit and not criterion.bound.strict) else Status.NOT_MET


def _track(criterion: Track, view: FactView, as_of: date) -> Finding:
    signed = [one for one in view.marks.get("commitment", ()) if one.on <= as_of and one.by == view.person]
    latest = signed[-1] if signed else None
    met = latest is not None and latest.kind == criterion.track
    return Finding(criterion, Status.MET if met else Status.NOT_MET, (latest,))


def _tenure(criterion: Tenure, view: FactView, as_of: date) -> Finding:
    used = tuple(
        one
        for one in view.spans.get(criterion.span, ())
        if one.start < as_of and (not criterion.names or one.name in criterion.names)
    )
    if not view.spans.get(criterion.span):
        return Finding(criterion, Status.UNDETERMINED, ((), 0, 0))
    served = {
        one.start + timedelta(days=n)
        for one in used
        for n in range((min(one.end or as_of, as_of) - one.start).days)
    }
    away = {
        one.start + timedelta(days=n)
        for one in view.spans.get("leave", ())
        if one.start < as_of
        for n in range((min(one.end or as_of, as_of) - one.start).days)
    }
    days, leave = len(served - away), len(served & away)
    months = months_between(as_of - timedelta(days=days), as_of)
    status = Status.MET if months >= criterion.months else Status.NOT_MET
    return Finding(criterion, status, (used, days, leave))


def _register(criterion: Register, view: FactView, as_of: date) -> Finding:
    line = {one.name for one in view.spans.get("manager", ())} if criterion.outside_line else set()
    since = add_months(as_of, -criterion.within_months) if criterion.within_months is not None else date.min
    entries: list[Mark] = []
    for one in view.marks.get(criterion.register, ()):
        if one.kind != criterion.entry or not since <= one.on <= as_of or one.by in line:
            continue
        if criterion.verified and not one.verified:
            continue
        entries.append(one)
    found = tuple(entries)
    if criterion.register == "endorsement":
        found = tuple({one.by: one for one in entries}.values())
    return Finding(criterion, Status.MET if len(found) >= criterion.count else Status.NOT_MET, (found,))


def _current(view: FactView, register: str, stale_days: int, as_of: date) -> date | None:
    """Returns the day a closed register is stated to be complete for, where that is recent enough."""
    stated = view.complete.get(register)
    if stated is None or stated < as_of - timedelta(days=stale_days):
        return None
    return stated


def _training(criterion: Training, view: FactView, as_of: date) -> Finding:
    done = tuple(
        one for one in view.marks.get("training", ()) if one.kind in criterion.codes and one.on <= as_of
    )
    have = {one.kind for one in done}
    stated = _current(view, "training", criterion.stale_days, as_of)
    absent = tuple(code for code in criterion.codes if code not in have)
    status = at_least(criterion.need, len(have), 0 if stated else len(absent))
    return Finding(criterion, status, (done, absent, stated))


def _none_of(criterion: NoneOf, view: FactView, as_of: date) -> Finding:
    held = tuple(
        one
        for one in view.marks.get("standing", ())
        if one.kind in criterion.kinds and one.on <= as_of and (one.end is None or as_of < one.end)
    )
    stated = _current(view, "standing", criterion.stale_days, as_of)
    status = Status.NOT_MET if held else Status.MET if stated else Status.UNDETERMINED
    return Finding(criterion, status, (held, stated))
