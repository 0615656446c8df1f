"""What would turn a finding: the smallest changes to what is known that meet a criterion, or end one that is met.

A group takes the cheapest of its parts: those with the fewest changes, then the least distance (what is lacking as a
share of what is asked, added up), then the first written. What is missing stays missing: the changes are those after
which the known no longer decides against the criterion. Where none suffice the gap says `cannot`, and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from rules import short
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
from rules.finding import Finding, Status, negation
from rules.window import Chosen
from terms.calendar import days_for, months_between
from terms.canonical import Json
from terms.quantity import SCALE, plain

MET, NOT_MET, UNDETERMINED = Status.MET, Status.NOT_MET, Status.UNDETERMINED
ALL = Fraction(1)


class Step(NamedTuple):
    """Holds what would turn one finding: as JSON, in how many changes, and how far they go; or why nothing does."""

    told: dict[str, Json]
    changes: int = 1
    distance: Fraction = ALL
    possible: bool = True


def gap(finding: Finding, as_of: date) -> Json:
    """Returns what would meet a criterion that is not met; None for one that is met or undetermined."""
    found = None if finding.status is not NOT_MET else step(finding, NOT_MET, as_of)
    return None if found is None else found.told


def step(finding: Finding, turned: Status, as_of: date) -> Step | None:
    """Returns the cheapest way from a status, MET or NOT_MET; None where nothing known stands against it."""
    criterion = finding.criterion
    held: Any = finding.operands
    if finding.status is not turned or turned is UNDETERMINED:
        return None
    match criterion:
        case Group():
            return _group(criterion, finding, turned, as_of)
        case Not():
            return _not(finding, turned, as_of)
        case Attainment():
            return _figures(criterion, short.amounts(criterion, Chosen(*held), turned), turned)
        case Weighted():
            rows = tuple(Chosen(*one) for one in held[0])
            return _figures(criterion, short.components(criterion, rows, turned), turned)
        case Competency():
            scored = [
                [one.value for one in row if one is not None and one.value is not None] for row in held[1]
            ]
            return _competency(criterion, scored, held[2], turned)
        case _:
            return _begun(criterion, held, as_of) if turned is NOT_MET else _ended(criterion, held)


def _figures(criterion: Attainment | Weighted, found: short.Short | None, turned: Status) -> Step | None:
    if found is None:
        cap = short.most(criterion)
        why = "no change of the known figures is enough"
        if cap is not None and turned is NOT_MET:
            why = f"with what each is counted up to, no more than {plain(cap * 100)}% is reached"
        return _never(why)
    if not found.lines:
        return None
    return Step(
        {"short" if turned is NOT_MET else "over": list(found.lines)}, len(found.lines), found.distance
    )


def _never(why: str) -> Step:
    return Step({"cannot": why}, 0, Fraction(), possible=False)


def _group(criterion: Group, finding: Finding, turned: Status, as_of: date) -> Step | None:
    """Returns the cheapest parts that must turn: all but so many as may stay as they are."""
    parts = [step(one, turned, as_of) for one in finding.children]
    stuck = sum(one.status is turned for one in finding.children)
    may_stay = len(parts) - criterion.need if turned is NOT_MET else criterion.need - 1
    wanted = stuck - may_stay
    ways = [(one.changes, one.distance, n) for n, one in enumerate(parts) if one is not None and one.possible]
    silent = sum(
        one is None and part.status is turned for one, part in zip(parts, finding.children, strict=True)
    )
    wanted -= silent  # those that only what is missing decides against
    if len(ways) < wanted:
        shut = [(n, one) for n, one in enumerate(parts) if one is not None and not one.possible]
        told = [f"{finding.children[n].id}: {one.told['cannot']}" for n, one in shut]
        return _never("; ".join(told))
    chosen = sorted(sorted(ways)[: max(0, wanted)], key=lambda one: one[2])
    if not chosen:
        return None
    take: list[Json] = []
    for _, _, n in chosen:
        part = parts[n]
        assert part is not None
        take.append({"at": n, "id": finding.children[n].id, "gap": part.told})
    return Step(
        {"take": take, "of": len(parts)},
        sum(one[0] for one in chosen),
        sum((one[1] for one in chosen), Fraction()),
    )


def _not(finding: Finding, turned: Status, as_of: date) -> Step | None:
    part = finding.children[0]
    found = step(part, negation(turned), as_of)
    if found is None or not found.possible:
        return found
    return found._replace(told={"cease": {"id": part.id, "gap": found.told}})


def _competency(
    criterion: Competency, scored: Sequence[list[int]], statuses: Sequence[Status], turned: Status
) -> Step | None:
    """Returns the fewest and smallest moves of scores, in the order of the policy; scores move by whole points."""
    sign = (-1 if criterion.lower_is_better else 1) * (1 if turned is NOT_MET else -1)
    beyond = criterion.bound.strict == (turned is NOT_MET)
    to = criterion.bound.micros + (sign * SCALE if beyond else 0)
    end = criterion.best if turned is NOT_MET else criterion.worst
    if end is not None and sign * to > sign * end:
        return _never(f"no score is {'above' if sign > 0 else 'below'} {plain(end)}")
    moves: list[tuple[Fraction, int, dict[str, Json]]] = []
    for n, (name, known, status) in enumerate(zip(criterion.names, scored, statuses, strict=True)):
        if status is not turned or not known:
            continue
        if criterion.mean:
            total = sum(known)
            by = abs(criterion.bound.micros * len(known) + (sign * SCALE if beyond else 0) - total)
            ends = (total, total + sign * by)
            told = [_mean(one, len(known)) for one in ends]
        else:
            worst = min(known, key=lambda one: sign * one)
            short_of = [sign * (to - one) for one in known]
            by = sum(one for one in short_of if one > 0) if turned is NOT_MET else min(short_of)
            start = worst if turned is NOT_MET else max(known, key=lambda one: sign * one)
            told = [plain(start), plain(to)]
        line: dict[str, Json] = {"competency": name, "from": told[0], "to": told[1], "by": plain(by)}
        moves.append((Fraction(by, abs(criterion.bound.micros) or SCALE), n, line))
    may_stay = len(criterion.names) - criterion.need if turned is NOT_MET else criterion.need - 1
    wanted = sum(one is turned for one in statuses) - may_stay
    chosen = sorted(sorted(moves, key=lambda one: one[:2])[: max(0, wanted)], key=lambda one: one[1])
    if not chosen:
        return None
    lines: list[Json] = [one[2] for one in chosen]
    return Step(
        {"raise" if turned is NOT_MET else "lower": lines},
        len(chosen),
        sum((one[0] for one in chosen), Fraction()),
    )


def _mean(total: int, count: int) -> str:
    whole, rest = divmod(total, count)
    return plain(whole + (2 * rest >= count))


def _begun(criterion: Criterion, held: Any, as_of: date) -> Step:
    """Returns what must come about for a criterion that is not met."""
    match criterion:
        case Track():
            return Step({"commit_to": criterion.track})
        case Tenure():
            days, most = held[1], days_for(criterion.months, as_of)
            months = criterion.months - months_between(as_of - timedelta(days=days), as_of)
            return Step({"months": months, "days": most - days}, 1, Fraction(most - days, most))
        case Register():
            more = criterion.count - len(held[0]) - len(held[1])
            return Step({"more": more, "of": criterion.entry}, more, Fraction(more, criterion.count))
        case Rating():
            failed: list[Json] = [one.kind for one in held[0] if one.kind not in criterion.words]
            told: dict[str, Json] = {"rated": failed, "one_of": list(criterion.words)}
            return Step(told, len(failed), Fraction(len(failed), criterion.last))
        case Seat():
            more = criterion.count - held[0].count
            return Step({"seats": more}, more, Fraction(more, criterion.count))
        case Training():
            more = criterion.need - (len(criterion.codes) - len(held[1]))
            return Step({"more": more, "courses": list(held[1])}, more, Fraction(more, criterion.need))
        case NoneOf():
            ends: list[Json] = [one.kind for one in held[0]]
            return Step({"end": ends}, len(ends), Fraction(len(ends)))
        case _:
            raise TypeError(f"no gap for {type(criterion).__name__}")


def _ended(criterion: Criterion, held: Any) -> Step:
    """Returns what must cease for a criterion that is met, and must not be."""
    match criterion:
        case Track():
            return Step({"leave": criterion.track})
        case Tenure():
            return _never("time that was served stays served")
        case Register():
            fewer = len(held[0]) - criterion.count + 1
            return Step({"fewer": fewer, "of": criterion.entry}, fewer, Fraction(fewer, criterion.count))
        case Rating():
            return Step({"none_of": list(criterion.words)}, 1, Fraction(1, criterion.last))
        case Seat():
            fewer = held[0].count - criterion.count + 1
            return Step({"fewer_seats": fewer}, fewer, Fraction(fewer, criterion.count))
        case Training():
            return _never("a course that was done stays done")
        case NoneOf():
            return Step({"begin": list(criterion.kinds)})
        case _:
            raise TypeError(f"no gap for {type(criterion).__name__}")
