"""Finds what a policy says but cannot mean: each finding with its place, a sentence and a fix."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rules.criterion import (
    Attainment,
    Competency,
    Criterion,
    Group,
    Register,
    Tenure,
    Track,
    Weighted,
    leaves,
)
from rules.ladder import Ladder
from rules.lint import Fault
from rules.policy import Move, Policy
from rules.policyband import bands, contradictions, every
from rules.policysupply import Supply, stated, unimported, unsupplied, verifiers
from terms.fiscal import MONTHS_IN
from terms.quantity import plain


def lint_policy(policy: Policy, ladder: Ladder, supply: Supply | None = None) -> tuple[Fault, ...]:
    """Returns every fault of a policy on its ladder, and on what there is to supply its facts where that is told."""
    found = [fault for check in CHECKS for fault in check(policy, ladder)]
    if supply is not None:
        found += [fault for look in SUPPLIES for fault in look(policy, supply)]
    return tuple(found)


def _quota_alone(policy: Policy, ladder: Ladder) -> Iterator[Fault]:
    for index, move in enumerate(policy.moves):
        if ladder.levels[move.target].track != "management":
            continue
        if not any(_demands_people(one) for one in move.ready):
            told = f"The management move {move.id} can be satisfied by figures alone."
            fix = "Require competencies, evidence or an endorsement."
            yield Fault("quota-alone", policy.at("moves", index), told, fix)


def _demands_people(criterion: Criterion) -> bool:
    """Returns whether a criterion cannot be met without a competency, evidence or somebody else's word."""
    if isinstance(criterion, Group):
        held = sum(_demands_people(one) for one in criterion.parts)
        return held > len(criterion.parts) - criterion.need
    return isinstance(criterion, Competency) or (
        isinstance(criterion, Register) and criterion.by != "candidate"
    )


def _vacant(policy: Policy, ladder: Ladder) -> Iterator[Fault]:
    """Criteria that always hold once something is known, or never can."""
    scale = ladder.scale
    for move, one in every(policy):
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
        if isinstance(one, Tenure) and one.span == "level" and one.names != (move.target,):
            yield from _unheld(one, move, ladder)
        if isinstance(one, Track) and ladder.levels[move.target].track not in (None, one.track):
            told = f"{one.id} asks to commit to {one.track}, but {move.target} is on another track."
            yield Fault(
                "never", one.place, told, f"Write `committed_to: {ladder.levels[move.target].track}`."
            )


def _metric(one: Attainment | Weighted) -> str:
    return one.metric if isinstance(one, Attainment) else " + ".join(part.metric for part in one.components)


def _unheld(one: Tenure, move: Move, ladder: Ladder) -> Iterator[Fault]:
    """Levels in which time is asked for and from which no way leads to where the person is."""
    before = {move.source}
    while more := {source for source, target in ladder.moves if target in before} - before:
        before |= more
    for name in one.names:
        if name not in before:
            told = f"{one.id} asks for time in {name}, from which no move leads to {move.source}."
            yield Fault(
                "never", one.place, told, f"Name levels on the way to {move.source}, or the function."
            )


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
    """`above` and `at_least` on the same metric or competency inside one policy."""
    held = [pair for _, one in every(policy) for pair in _compared(one)]
    mild = {key for key, one in held if not one.bound.strict}
    told_of: set[str] = set()
    for key, one in held:
        if one.bound.strict and key in mild and one.place not in told_of:
            told_of.add(one.place)
            told = f"{one.id} asks for {key[1]} above its threshold, other criteria for at least theirs."
            yield Fault("drift", one.place, told, "Write the same word everywhere.")


def _compared(one: Criterion) -> Iterator[tuple[tuple[str, str], Attainment | Weighted | Competency]]:
    """Yields what a criterion compares with a threshold: the kind and the name, and the criterion."""
    if isinstance(one, Attainment) and one.form not in ("trend", "variance"):
        yield (one.kind, one.metric), one
    elif isinstance(one, Weighted):
        yield (one.kind, _metric(one)), one
    elif isinstance(one, Competency):
        for name in one.names:
            yield (one.kind, name), one


def _missing(policy: Policy, ladder: Ladder) -> Iterator[Fault]:
    """Windows in a policy that does not say what a missing period makes of a criterion."""
    if policy.missing is not None:
        return
    for _, one in every(policy):
        if isinstance(one, Attainment | Weighted):
            told = "The policy looks at periods and does not say what one without a figure means."
            yield Fault("missing", one.place, told, "Write `missing: undetermined` (or not_met) at the top.")
            return


CHECKS: tuple[Callable[[Policy, Ladder], Iterator[Fault]], ...] = (
    _quota_alone,
    _vacant,
    _long_windows,
    contradictions,
    bands,
    _unreached,
    _drift,
    _missing,
    unsupplied,
    verifiers,
)

SUPPLIES: tuple[Callable[[Policy, Supply], Iterator[Fault]], ...] = (unimported, stated)
