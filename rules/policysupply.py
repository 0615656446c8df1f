"""Finds what a criterion reads and nothing supplies: no import, no line of the policy's `facts`, nobody to verify."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rules.brought import brought
from rules.criterion import Attainment, Criterion, NoneOf, Rating, Register, Training, Weighted
from rules.ladder import Ladder
from rules.lint import Fault
from rules.policy import Policy
from rules.policyband import every
from terms.error import BadInput
from terms.form import near
from terms.quantity import quantity
from terms.supply import ACTUALS, COACHING, PEOPLE, RATINGS, SCORES, SEATS, STANDING, TARGETS, TRAINING

READ = {
    SCORES: "scores",
    PEOPLE: "since when",
    RATINGS: "ratings",
    SEATS: "open seats",
    TRAINING: "courses",
    STANDING: "standings",
}
"""What a criterion other than on figures reads, by the kind of file that brings it."""


@dataclass(frozen=True, slots=True)
class Supply:
    """Holds what there is to supply facts: the kinds of file that can be imported, who can verify evidence."""

    imports: frozenset[str]
    verifiers: frozenset[str]


def unimported(policy: Policy, supply: Supply) -> Iterator[Fault]:
    """Yields what is read from a register that no import fills."""
    for _, one in every(policy):
        for what, kinds in imports(one):
            if supply.imports.isdisjoint(kinds):
                told = f"{one.id} reads {what}, and no import supplies that: it would come by {' or '.join(kinds)}."
                yield Fault("import", one.place, told, "Take it out, or ask for what somebody attests.")


def imports(one: Criterion) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yields what a criterion reads that is not Rung's own to keep, and the imports of which one supplies it."""
    match one:
        case Attainment() | Weighted():
            held = [one.metric] if isinstance(one, Attainment) else [part.metric for part in one.components]
            yield "figures", (ACTUALS, TARGETS, "bookings")
            if any(metric.startswith("coached:") for metric in held):
                yield "who coached whom", (COACHING,)
            if any(metric.startswith("team:") for metric in held):
                yield "who reports to whom", (PEOPLE,)
        case Register():
            return
        case _:
            yield from ((READ[kind], (kind,)) for kind in brought(one, ()))


def unsupplied(policy: Policy, ladder: Ladder) -> Iterator[Fault]:
    """What a criterion reads and the policy's own `facts` does not name; units that differ from it."""
    held = policy.supplied
    if held is None:
        return
    for _, one in every(policy):
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


def verifiers(policy: Policy, ladder: Ladder) -> Iterator[Fault]:
    """Evidence that must be verified, of a kind that nobody (but the candidate) may verify."""
    held = policy.supplied
    for _, one in every(policy):
        if held is None or not isinstance(one, Register) or not one.verified:
            continue
        if one.entry in held.evidence and not set(held.evidence[one.entry]) - {"candidate"}:
            told = f"{one.id} asks for verified {one.entry}, which nobody may verify."
            yield Fault(
                "verifier", one.place, told, f"Name who does: `facts: {{evidence: {{{one.entry}: [hr]}}}}`."
            )


def stated(policy: Policy, supply: Supply) -> Iterator[Fault]:
    """Yields what the policy's own `facts` say and cannot be so: units that are none, verifiers whom nobody knows."""
    held = policy.supplied
    for metric, unit in (held.metrics if held is not None else {}).items():
        try:
            quantity(f"1 {unit}")
        except BadInput:
            told = f"{metric} is said to come in {unit}, which is no unit."
            fix = "Write count, points, ratio or a currency code such as EUR."
            yield Fault("unit", policy.at("facts", "metrics", metric), told, fix)
    for kind, who in (held.evidence if held is not None else {}).items():
        for place, name in enumerate(who):
            if name not in supply.verifiers:
                told = f"{name} is said to verify {kind}; {near(name, list(supply.verifiers))}"
                fix = "Name whom there is."
                yield Fault("verifier", policy.at("facts", "evidence", kind, place), told, fix)
