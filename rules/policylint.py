"""Finds what a policy says but cannot mean: each finding with its place, a sentence and a fix."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from rules.criterion import (
    Attainment,
    Competency,
    Criterion,
    Group,
    NoneOf,
    Not,
    Rating,
    Register,
    Tenure,
    Threshold,
    Track,
    Training,
    Weighted,
    leaves,
    walk,
)
from rules.ladder import Ladder
from rules.lint import Fault
from rules.policy import Move, Policy
from rules.word import amount
from terms.fiscal import MONTHS_IN
from terms.quantity import plain


def lint_policy(policy: Policy, ladder: Ladder) -> tuple[Fault, ...]:
    """Returns every fault of a policy on its ladder."""
    return tuple(fault for check in CHECKS for fault in check(policy, ladder))


def _quota_alone(policy: Policy, ladder: Ladder) -> Iterator[Fault]:
    for index, move in enumerate(policy.moves):
        if ladder.levels[move.target].track != "management":
            continue
        if not any(_demands_people(one) for one in move.ready):
            told = f"The management move {move.id} can be satisfied by figures alone."
            fix = "Require competencies, evidence or an endorsement."
            yield Fault("quota-alone", policy.at("moves", index), told, fix)


def _demands_people(criterion: Criterion) -> bool:
    """Returns whether a criterion cannot be met without a competency, evidence or somebody's word."""
    if isinstance(criterion, Group):
        held = sum(_demands_people(one) for one in criterion.parts)
        return held > len(criterion.parts) - criterion.need
    return isinstance(criterion, Competency | Register)


def _every(policy: Policy) -> Iterator[tuple[Move, Criterion]]:
    """Yields every criterion of every move, parts included."""
    for move in policy.moves:
        for top in (*move.ready, *move.advisory):
            for one in walk(top):
                yield move, one


def _vacant(policy: Policy, ladder: Ladder) -> Iterator[Fault]:
    """Criteria that always hold once something is known, or never can."""
    scale = ladder.scale
    for move, one in _every(policy):
        if isinstance(one, Group) and one.word != "all" and len(one.parts) == 1:
            told = f"{one.id} chooses among one."
            yield Fault("choice", one.place, told, "Write the criterion itself, or add another.")
        if isinstance(one, Attainment | Weighted) and one.form not in ("trend", "variance"):
            if one.bound.micros < 0 or (one.bound.micros == 0 and not one.bound.strict):
                told = f"{one.id} asks for {_metric(one)} of at least nothing."
                yield Fault("always", one.place, told, "Ask for more than 0, or take it out.")
            cap = one.cap if isinstance(one, Attainment) else _cap(one)
            if cap is not None and (cap < one.bound.micros or (one.bound.strict and cap == one.bound.micros)):
                told = f"{one.id} asks for more than its caps let anybody reach."
                yield Fault("never", one.place, told, "Raise the cap or lower the threshold.")
        if isinstance(one, Competency):
            least, most = (
                (scale.highest, scale.lowest) if one.lower_is_better else (scale.lowest, scale.highest)
            )
            points = plain(one.bound.micros)
            if points == str(least) and not one.bound.strict:
                told = f"{one.id} asks for the worst point of the scale; every score reaches it."
                yield Fault("always", one.place, told, f"Ask for more than {least}, or take it out.")
            if points == str(most) and one.bound.strict:
                told = f"{one.id} asks for better than the best point of the scale."
                yield Fault("never", one.place, told, f"Write `at_least: {most}`.")
        if isinstance(one, Tenure) and one.names == (move.target,) and move.target != move.source:
            told = f"{one.id} asks for time in {move.target}, where nobody is before the move."
            yield Fault("never", one.place, told, f"Ask for time in {move.source}, or in the function.")
        if isinstance(one, Track) and ladder.levels[move.target].track not in (None, one.track):
            told = f"{one.id} asks to commit to {one.track}, but {move.target} is on another track."
            yield Fault(
                "never", one.place, told, f"Write `committed_to: {ladder.levels[move.target].track}`."
            )


def _metric(one: Attainment | Weighted) -> str:
    return one.metric if isinstance(one, Attainment) else " + ".join(part.metric for part in one.components)


def _cap(one: Weighted) -> int | None:
    """Returns the most that capped components can come to; None where one is not capped."""
    caps = [(part.cap, part.weight) for part in one.components]
    if any(cap is None for cap, _ in caps):
        return None
    return sum((cap or 0) * weight for cap, weight in caps) // 1_000_000


def _long_windows(policy: Policy, ladder: Ladder) -> Iterator[Fault]:
    """A window that needs more time in the company than the move's own tenure floor makes sure of."""
    for move in policy.moves:
        required = [leaf for top in move.ready for leaf in leaves(top)]
        floor = max((one.months for one in required if isinstance(one, Tenure)), default=None)
        if floor is None:
            continue
        for one in required:
            if not isinstance(one, Attainment | Weighted) or one.over.unit not in MONTHS_IN or one.over.year:
                continue
            needs = one.over.last * MONTHS_IN[one.over.unit] * (2 if one.form == "trend" else 1)
            if needs > floor and one.over.reaches:
                told = f"{one.id} looks back {needs} months; {move.id} asks for {floor} months in place."
                yield Fault("window", one.place, told, "Ask for fewer periods or a longer tenure.")


@dataclass(frozen=True, slots=True)
class Bound:
    """Holds one bound on something observed: its threshold, and whether it is a floor (else what lies below)."""

    observable: Hashable
    threshold: Threshold
    floor: bool
    criterion: Criterion


def _bound(one: Criterion, *, floor: bool = True) -> Bound | None:
    if isinstance(one, Not):
        return _bound(one.part, floor=not floor)
    if isinstance(one, Attainment) and one.form not in ("variance", "count") and one.floor is None:
        return Bound((one.kind, one.metric, one.form, one.over, one.cap), one.bound, floor, one)
    if isinstance(one, Competency) and len(one.names) == 1 and not one.lower_is_better:
        return Bound((one.kind, one.names, one.level, one.cycles, one.mean), one.bound, floor, one)
    return None


def _together(one: Criterion) -> Iterator[Criterion]:
    """Yields what must hold together: the parts of `all`, however deep."""
    if isinstance(one, Group) and one.word == "all":
        for part in one.parts:
            yield from _together(part)
    else:
        yield one


def _contradictions(policy: Policy, ladder: Ladder) -> Iterator[Fault]:
    """Required criteria that cannot hold together."""
    for move in policy.moves:
        for group in _conjunctions(move):
            held = [one for one in map(_bound, group) if one is not None]
            for low in (one for one in held if one.floor):
                for high in (one for one in held if not one.floor and one.observable == low.observable):
                    if low.threshold.micros >= high.threshold.micros:
                        told = f"{low.criterion.id} and {high.criterion.id} cannot hold together."
                        yield Fault("contradiction", low.criterion.place, told, "Move one of the thresholds.")
            tracks = {one.track: one for one in group if isinstance(one, Track)}
            if len(tracks) > 1:
                told = f"{' and '.join(one.id for one in tracks.values())} ask for two tracks at once."
                yield Fault("contradiction", list(tracks.values())[1].place, told, "Keep one of them.")


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


def _bands(policy: Policy, ladder: Ladder) -> Iterator[Fault]:
    """Alternatives on one figure that leave a stretch to nobody, or give one to two of them."""
    for _, one in _every(policy):
        if not isinstance(one, Group) or one.word != "any":
            continue
        held = [band for band in map(_band, one.parts) if band is not None]
        by_observable: dict[Hashable, list[Band]] = {}
        for band in held:
            by_observable.setdefault(band.low.observable, []).append(band)
        for bands in by_observable.values():
            yield from _stretches(one, sorted(bands, key=lambda band: band.low.threshold.micros))


def _band(part: Criterion) -> Band | None:
    held = list(_together(part))
    bounds = [one for one in map(_bound, held) if one is not None]
    lows = [one for one in bounds if one.floor and isinstance(one.criterion, Attainment)]
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


def _unreached(policy: Policy, ladder: Ladder) -> Iterator[Fault]:
    """Moves from a level that no move of the policy leads to, though the ladder has ways there."""
    led_to = {move.target for move in policy.moves}
    for index, move in enumerate(policy.moves):
        ways = [source for source, target in ladder.moves if target == move.source]
        if ways and move.source not in led_to:
            told = f"Nobody can reach {move.id}: no move of the policy leads to {move.source}."
            yield Fault(
                "unreached", policy.at("moves", index), told, f"Add the move from {ways[0]} to {move.source}."
            )


def _drift(policy: Policy, ladder: Ladder) -> Iterator[Fault]:
    """`above` and `at_least` on the same metric inside one policy."""
    held = [
        one
        for _, one in _every(policy)
        if isinstance(one, Attainment) and one.form not in ("trend", "variance")
    ]
    mild = {(one.kind, one.metric) for one in held if not one.bound.strict}
    for one in held:
        if one.bound.strict and (one.kind, one.metric) in mild:
            told = f"{one.id} asks for {one.metric} above its threshold, other criteria for at least theirs."
            yield Fault("drift", one.place, told, "Write the same word everywhere.")


def _missing(policy: Policy, ladder: Ladder) -> Iterator[Fault]:
    """Windows in a policy that does not say what a missing period makes of a criterion."""
    if policy.missing is not None:
        return
    for _, one in _every(policy):
        if isinstance(one, Attainment | Weighted):
            told = "The policy looks at periods and does not say what one without a figure means."
            yield Fault("missing", one.place, told, "Write `missing: undetermined` (or not_met) at the top.")
            return


def _unsupplied(policy: Policy, ladder: Ladder) -> Iterator[Fault]:
    """What a criterion reads and the policy's own `facts` does not name; units that differ from it."""
    held = policy.supplied
    if held is None:
        return
    for _, one in _every(policy):
        for kind, names in _read(one):
            known: frozenset[str] = frozenset(getattr(held, kind))
            for name in sorted(names - known):
                told = f"{one.id} reads {name}, which nothing is said to supply."
                yield Fault("supply", one.place, told, f"Name it under `facts: {kind}`, or correct it here.")
        if isinstance(one, Attainment) and one.kind == "metric" and one.form != "trend":
            coached = one.metric.startswith("coached:")
            unit = "count" if coached else held.metrics.get(one.metric.rpartition(":")[2])
            if unit is not None and unit != one.bound.unit:
                told = f"{one.id} asks for {one.metric} in {one.bound.unit}; it is supplied in {unit}."
                yield Fault("unit", one.place, told, f"Write the threshold in {unit}.")


def _read(one: Criterion) -> Iterator[tuple[str, frozenset[str]]]:
    """Yields what a criterion reads by name: where a policy's `facts` say what there is, and the names."""
    match one:
        case Attainment():
            yield "metrics", frozenset([one.metric.rpartition(":")[2]])
        case Weighted():
            yield "metrics", frozenset(part.metric.rpartition(":")[2] for part in one.components)
        case Register() if one.register == "evidence":
            yield "evidence", frozenset([one.entry])
        case Training():
            yield "training", frozenset(one.codes)
        case NoneOf():
            yield "standing", frozenset(one.kinds)
        case Rating():
            yield "ratings", frozenset(one.words)


def _verifiers(policy: Policy, ladder: Ladder) -> Iterator[Fault]:
    """Evidence that must be verified, of a kind that nobody (but the candidate) may verify."""
    held = policy.supplied
    for _, one in _every(policy):
        if held is None or not isinstance(one, Register) or not one.verified:
            continue
        if one.entry in held.evidence and not set(held.evidence[one.entry]) - {"candidate"}:
            told = f"{one.id} asks for verified {one.entry}, which nobody may verify."
            yield Fault(
                "verifier", one.place, told, f"Name who does: `facts: {{evidence: {{{one.entry}: [hr]}}}}`."
            )


CHECKS: tuple[Callable[[Policy, Ladder], Iterator[Fault]], ...] = (
    _quota_alone,
    _vacant,
    _long_windows,
    _contradictions,
    _bands,
    _unreached,
    _drift,
    _missing,
    _unsupplied,
    _verifiers,
)
