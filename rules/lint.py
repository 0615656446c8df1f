"""Finds what a ladder says but cannot mean: each finding with its place, a sentence and a fix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rules.ladder import Ladder


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
