"""Finds thresholds that cannot hold together, that others imply, and bands that leave a stretch or give it twice."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from rules.criterion import (
    Attainment,
    Competency,
    Criterion,
    Group,
    Not,
    Register,
    Seat,
    Tenure,
    Threshold,
    Track,
    Weighted,
    walk,
)
from rules.ladder import Ladder
from rules.lint import Fault
from rules.policy import Move, Policy
from terms.quantity import SCALE, amount, plain


def every(policy: Policy) -> Iterator[tuple[Move, Criterion]]:
    """Yields every criterion of every move, parts included."""
    for move in policy.moves:
        for top in (*move.ready, *move.advisory):
            for one in walk(top):
                yield move, one


@dataclass(frozen=True, slots=True)
class Bound:
    """Holds one bound on something observed: its threshold, and whether it is a floor (else what lies below)."""

    observable: Hashable
    threshold: Threshold
    floor: bool
    criterion: Criterion


def _bound(one: Criterion, *, floor: bool = True) -> Bound | None:
    """Returns what a criterion bounds, and where; None for what is no single threshold."""
    match one:
        case Not():
            return _bound(one.part, floor=not floor)
        case Attainment() if one.form not in ("variance", "count") and one.floor is None:
            return Bound((one.kind, one.metric, one.form, one.over, one.cap), one.bound, floor, one)
        case Weighted() if one.form != "count" and one.floor is None:
            return Bound((one.kind, one.components, one.form, one.over), one.bound, floor, one)
        case Competency() if len(one.names) == 1 and not one.lower_is_better:
            return Bound((one.kind, one.names, one.level, one.cycles, one.mean), one.bound, floor, one)
        case Tenure():
            return Bound((one.kind, one.span, one.names), Threshold(one.months * SCALE, "months"), floor, one)
        case Register():
            held = (one.kind, one.entry, one.within_months, one.verified, one.by, one.least_rank)
            return Bound(held, Threshold(one.count * SCALE, "count"), floor, one)
        case Seat():
            return Bound((one.kind, one.level), Threshold(one.count * SCALE, "count"), floor, one)
        case _:
            return None


def _together(one: Criterion) -> Iterator[Criterion]:
    """Yields what must hold together: the parts of `all`, however deep."""
    if isinstance(one, Group) and one.word == "all":
        for part in one.parts:
            yield from _together(part)
    else:
        yield one


def contradictions(policy: Policy, ladder: Ladder) -> Iterator[Fault]:
    """Required criteria that cannot hold together."""
    for move in policy.moves:
        for group in _conjunctions(move):
            held = [one for one in map(_bound, group) if one is not None]
            for low in (one for one in held if one.floor):
                for high in (one for one in held if not one.floor and one.observable == low.observable):
                    if not _room(low.threshold, high.threshold):
                        told = f"{low.criterion.id} and {high.criterion.id} cannot hold together."
                        yield Fault("contradiction", low.criterion.place, told, "Move one of the thresholds.")
            yield from _implied(held)
            tracks = {one.track: one for one in group if isinstance(one, Track)}
            if len(tracks) > 1:
                told = f"{' and '.join(one.id for one in tracks.values())} ask for two tracks at once."
                yield Fault("contradiction", list(tracks.values())[1].place, told, "Keep one of them.")


def _room(low: Threshold, high: Threshold) -> bool:
    """Returns whether anything reaches one threshold and not the other; what lies on both may."""
    touch = low.micros == high.micros and high.strict and not low.strict
    return low.micros < high.micros or touch


def _implied(held: list[Bound]) -> Iterator[Fault]:
    """Yields the floors that hold wherever another on the same figure does, which is required beside them."""
    floors = [one for one in held if one.floor]
    for low in floors:
        for high in floors:
            less = (low.threshold.micros, low.threshold.strict) < (
                high.threshold.micros,
                high.threshold.strict,
            )
            if low.observable == high.observable and less:
                told = (
                    f"{low.criterion.id} holds wherever {high.criterion.id} does, which is required as well."
                )
                yield Fault("always", low.criterion.place, told, "Take it out, or ask for something else.")
                break


def _conjunctions(move: Move) -> Iterator[list[Criterion]]:
    yield [part for top in move.ready for part in _together(top)]
    for top in (*move.ready, *move.advisory):
        for one in walk(top):
            if isinstance(one, Group) and one.word != "all":
                for part in one.parts:
                    if isinstance(part, Group) and part.word == "all":
                        yield list(_together(part))


@dataclass(frozen=True, slots=True)
class Band:
    """Holds the stretch of one observable that an alternative covers; `alone` where it asks for nothing else."""

    low: Bound
    high: Bound | None
    alone: bool


def bands(policy: Policy, ladder: Ladder) -> Iterator[Fault]:
    """Alternatives on one figure that leave a stretch to nobody, or give one to two of them."""
    for _, one in every(policy):
        if not isinstance(one, Group) or one.word != "any":
            continue
        held = [band for band in map(_band, one.parts) if band is not None]
        by_observable: dict[Hashable, list[Band]] = {}
        for band in held:
            by_observable.setdefault(band.low.observable, []).append(band)
        for stretch in by_observable.values():
            yield from _stretches(one, sorted(stretch, key=lambda band: band.low.threshold.micros))


def _band(part: Criterion) -> Band | None:
    held = list(_together(part))
    bounds = [one for one in map(_bound, held) if one is not None]
    lows = [one for one in bounds if one.floor and isinstance(one.criterion, Attainment | Weighted)]
    if len(lows) != 1:
        return None
    high = next((one for one in bounds if not one.floor and one.observable == lows[0].observable), None)
    return Band(lows[0], high, len(held) == 1 + (high is not None))


def _stretches(group: Group, bands: list[Band]) -> Iterator[Fault]:
    for lower, upper in pairwise(bands):
        start, low = upper.low.threshold, upper.low.criterion
        if lower.high is None:
            if lower.alone:
                wide = lower.low.criterion.id
                told = f"In {group.id}, {wide} holds wherever {low.id} does, so that one never matters."
                yield Fault("overlap", low.place, told, "Take one out, or close the lower band with `not`.")
            continue
        end = lower.high.threshold
        shown = [amount(plain(one.micros), one.unit) for one in (end, start)]
        if end.micros < start.micros:
            told = f"In {group.id}, nothing covers {shown[0]} to {shown[1]}."
            yield Fault("gap", low.place, told, "Let the bands meet.")
        if end.micros > start.micros:
            told = f"In {group.id}, two bands cover {shown[1]} to {shown[0]}."
            yield Fault("overlap", low.place, told, "Let the bands meet.")
        if end.micros == start.micros and start.strict and not end.strict:
            told = f"In {group.id}, nothing covers exactly {shown[0]}."
            yield Fault("gap", low.place, told, "Let the bands meet: write the same word at both.")
        if end.micros == start.micros and end.strict and not start.strict:
            told = f"In {group.id}, two bands cover exactly {shown[0]}."
            yield Fault("overlap", low.place, told, "Let the bands meet: write the same word at both.")
