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
    Rating,
    Register,
    Seat,
    Tenure,
    Track,
    Training,
    Weighted,
)
from rules.fact import Mark, Score
from rules.finding import Finding, Status, at_least, conjunction, negation
from rules.policy import Move, Policy
from rules.readiness import Head, Readiness
from rules.reckoning import attainment, holds, weighted
from rules.view import FactView
from terms.calendar import add_months, months_between
from terms.quantity import SCALE


def ready(policy: Policy, move: Move, view: FactView, as_of: date) -> Readiness:
    """Returns a person's readiness for a move on a date, found the slow and obvious way."""
    return Readiness(
        view,
        as_of,
        Head(move.id, policy.digest, policy.semantics, len(move.ready), None),
        tuple(find(one, view, as_of) for one in (*move.ready, *move.advisory)),
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
            return attainment(criterion, view, as_of)
        case Weighted():
            return weighted(criterion, view, as_of)
        case Rating():
            return _rating(criterion, view, as_of)
        case Seat():
            return _seat(criterion, view, as_of)
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


def _rating(criterion: Rating, view: FactView, as_of: date) -> Finding:
    since = add_months(as_of, -criterion.within_months) if criterion.within_months is not None else date.min
    held = tuple(one for one in view.marks.get("rating", ()) if since <= one.on <= as_of)[-criterion.last :]
    met = sum(one.kind in criterion.words for one in held)
    return Finding(criterion, at_least(criterion.last, met, criterion.last - len(held)), (held,))


def _seat(criterion: Seat, view: FactView, as_of: date) -> Finding:
    stated = [
        one
        for one in view.marks.get("seat", ())
        if one.kind == criterion.level and one.on <= as_of and (one.end is None or as_of < one.end)
    ]
    if not stated:
        return Finding(criterion, Status.UNDETERMINED, (None,))
    status = Status.MET if stated[-1].count >= criterion.count else Status.NOT_MET
    return Finding(criterion, status, (stated[-1],))


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
        return holds(value, criterion.bound)
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
    since = add_months(as_of, -criterion.within_months) if criterion.within_months is not None else date.min
    sure: list[Mark] = []
    unsure: list[Mark] = []
    for one in view.marks.get(criterion.register, ()):
        if one.kind != criterion.entry or not since <= one.on <= as_of:
            continue
        if criterion.verified and not one.verified:
            continue
        may = conjunction((_maker(criterion, view, one), _ranked(criterion, view, one)))
        if may is not Status.NOT_MET:
            (sure if may is Status.MET else unsure).append(one)
    if criterion.register == "endorsement":
        sure = list({one.by: one for one in sure}.values())
        names = {one.by for one in sure}
        unsure = list({one.by: one for one in unsure if one.by not in names}.values())
    status = at_least(criterion.count, len(sure), len(unsure))
    return Finding(criterion, status, (tuple(sure), tuple(unsure)))


def _maker(criterion: Register, view: FactView, one: Mark) -> Status:
    """Returns whether an entry was made by somebody whom the policy asks for."""
    if criterion.register == "endorsement" and one.by == view.person:
        return Status.NOT_MET
    direct = {span.name for span in view.spans.get("manager", ())}
    inside = one.by in direct | {span.name for span in view.spans.get("line", ())}
    match criterion.by:
        case "":
            return Status.MET
        case "candidate":
            return Status.MET if one.by == view.person else Status.NOT_MET
        case "manager":
            known = bool(view.spans.get("manager"))
            return Status.MET if one.by in direct else Status.NOT_MET if known else Status.UNDETERMINED
        case _:
            line = Status.MET if inside else Status.NOT_MET if view.line_known else Status.UNDETERMINED
            if criterion.by == "line":
                return line
            return Status.NOT_MET if one.by == view.person else negation(line)


def _ranked(criterion: Register, view: FactView, one: Mark) -> Status:
    if criterion.least_rank is None:
        return Status.MET
    rank = view.ranks.get(one.by)
    if rank is None:
        return Status.UNDETERMINED
    return Status.MET if rank >= criterion.least_rank else Status.NOT_MET


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
