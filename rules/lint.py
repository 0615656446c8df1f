"""Finds what a ladder or a policy says but cannot mean: each finding with its place, a sentence and a fix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rules.criterion import Attainment, Competency, Criterion, Group, Register, Tenure, leaves, walk
from rules.ladder import Ladder
from rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Fault:
    """Holds one fault: which check, where, what is wrong, how to mend it."""

    check: str
    place: str
    told: str
    fix: str

    def __str__(self) -> str:
        return f"{self.place}: {self.told} {self.fix} [{self.check}]"


def lint_ladder(ladder: Ladder) -> tuple[Fault, ...]:
    """Returns every fault of a ladder."""
    return (*_rubrics(ladder), *_levels(ladder), *_fork(ladder))


def _rubrics(ladder: Ladder) -> Iterator[Fault]:
    for index, one in enumerate(ladder.competencies.values()):
        points = [text.strip().lower() for _, text in sorted(one.rubric.items())]
        for number, (left, right) in enumerate(pairwise(points)):
            if left == right:
                place = ladder.at("competencies", index, "rubric")
                told = f"Points {number + 1} and {number + 2} of {one.id} say the same."
                yield Fault("rubric", place, told, "Say what somebody does differently.")


def _levels(ladder: Ladder) -> Iterator[Fault]:
    reached = {name for way in ladder.moves for name in way}
    for index, (name, one) in enumerate(ladder.levels.items()):
        place = ladder.at("levels", index)
        if name not in reached:
            yield Fault("unreached", place, f"No move leads to or from {name}.", "Add a move.")
        if not one.apart and one.rank > min(level.rank for level in ladder.levels.values()):
            told = f"{name} does not say what sets it apart from the level below."
            yield Fault("apart", place, told, "Write `apart`.")


def _fork(ladder: Ladder) -> Iterator[Fault]:
    taken = {one.track for one in ladder.levels.values() if one.track is not None}
    for name in ladder.tracks:
        if name not in taken:
            told = f"No level is on the track {name}."
            yield Fault("track", ladder.at("tracks", name), told, "Add a level or take the track out.")


def lint_policy(policy: Policy, ladder: Ladder) -> tuple[Fault, ...]:
    """Returns every fault of a policy on its ladder."""
    return (*_quota_alone(policy, ladder), *_vacant(policy), *_long_windows(policy))


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


def _vacant(policy: Policy) -> Iterator[Fault]:
    for move in policy.moves:
        for top in (*move.ready, *move.advisory):
            for one in walk(top):
                if isinstance(one, Group) and one.word != "all" and len(one.parts) == 1:
                    told = f"{one.id} chooses among one."
                    yield Fault("choice", one.place, told, "Write the criterion itself, or add another.")
                if isinstance(one, Attainment) and one.bound.micros <= 0 and not one.bound.strict:
                    told = f"{one.id} asks for {one.metric} of at least nothing."
                    yield Fault("always", one.place, told, "Ask for more than 0, or take it out.")


MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def _long_windows(policy: Policy) -> Iterator[Fault]:
    """A window that needs more time in the company than the move's own tenure floor makes sure of."""
    for move in policy.moves:
        required = [leaf for top in move.ready for leaf in leaves(top)]
        floor = max((one.months for one in required if isinstance(one, Tenure)), default=None)
        if floor is None:
            continue
        for one in required:
            if not isinstance(one, Attainment) or one.over.unit not in MONTHS:
                continue
            needs = one.over.last * MONTHS[one.over.unit]
            if needs > floor:
                told = f"{one.id} looks back {needs} months; {move.id} asks for {floor} months in place."
                yield Fault("window", one.place, told, "Ask for fewer periods or a longer tenure.")
