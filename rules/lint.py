"""Finds what a ladder says but cannot mean: each finding with its place, a sentence and a fix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from rules.ladder import Ladder, form
from rules.ladderflaw import Flaw, flaws
from rules.ladderform import LadderFile, Level
from rules.trait import trait
from terms.source import Document, Path


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
    return _placed(ladder.document, ladder.form, ())


def lint_text(text: str | bytes, file: str) -> tuple[Fault, ...]:
    """Returns every fault of a ladder file, those that make it no ladder first; raises Malformed for no form."""
    document, held = form(text, file)
    return _placed(document, held, tuple(flaws(held)))


def _placed(document: Document, held: LadderFile, first: tuple[Flaw, ...]) -> tuple[Fault, ...]:
    found = (*first, *(one for check in CHECKS for one in check(held)))
    return tuple(Fault(one.check, str(document.at(one.path)), one.told, one.fix) for one in found)


def _rubrics(held: LadderFile) -> Iterator[Flaw]:
    for index, one in enumerate(held.competencies):
        points = sorted((int(point), text) for point, text in one.rubric.items() if point.isdigit())
        for (low, left), (high, right) in pairwise(points):
            if left.strip().lower() == right.strip().lower():
                told = f"Points {low} and {high} of {one.id} say the same."
                path = ("competencies", index, "rubric", str(high))
                yield Flaw("rubric", path, told, "Say what somebody does differently.")


def _statements(held: LadderFile) -> Iterator[tuple[Path, str, str]]:
    for index, one in enumerate(held.competencies):
        for point, text in one.rubric.items():
            yield ("competencies", index, "rubric", point), f"Point {point} of {one.id}", text
    for index, level in enumerate(held.levels):
        for number, text in enumerate(level.responsibilities):
            yield ("levels", index, "responsibilities", number), f"A responsibility of {level.id}", text


def _traits(held: LadderFile) -> Iterator[Flaw]:
    for path, what, text in _statements(held):
        if not text.strip():
            yield Flaw("rubric", path, f"{what} is empty.", "Say what somebody does.")
        elif word := trait(text):
            told = f"{what} names a trait, not a behaviour: {word!r}."
            yield Flaw("trait", path, told, "Say what somebody does that others can see.")


def _levels(held: LadderFile) -> Iterator[Flaw]:
    reached = {name for way in held.moves for name in (way.source, way.to)}
    led_to = {way.to for way in held.moves}
    lowest = min((one.rank for one in held.levels), default=0)
    for index, one in enumerate(held.levels):
        path: Path = ("levels", index)
        if one.id not in reached:
            yield Flaw("unreached", path, f"No move leads to or from {one.id}.", "Add a move.")
        elif one.rank > lowest and one.id not in led_to:
            yield Flaw("gap", path, f"No move leads to {one.id}.", "Add the move from the level below.")
        if not one.apart and one.rank > lowest:
            told = f"{one.id} does not say what sets it apart from the level below."
            yield Flaw("apart", path, told, "Write `apart`.")
        if not one.competencies:
            yield Flaw("empty", path, f"{one.id} is judged on no competency.", "Name those that it asks.")


def _gaps(held: LadderFile) -> Iterator[Flaw]:
    ranks = sorted({one.rank for one in held.levels})
    for low, high in pairwise(ranks):
        if high - low > 1:
            index, level = next((n, one) for n, one in enumerate(held.levels) if one.rank == high)
            told = f"Between rank {low} and {level.id} (rank {high}) there is no level."
            yield Flaw("gap", ("levels", index, "rank"), told, f"Add the level, or write `rank: {low + 1}`.")


def _differences(held: LadderFile) -> Iterator[Flaw]:
    levels = {one.id: (index, one) for index, one in enumerate(held.levels)}
    for step in held.moves:
        if (
            step.source in levels
            and step.to in levels
            and not _more(levels[step.source][1], levels[step.to][1])
        ):
            told = f"{step.to} differs from {step.source} in nothing that is asked."
            fix = "Name a competency, a higher point in `expects`, a responsibility or another scope."
            yield Flaw("differs", ("levels", levels[step.to][0]), told, fix)


def _more(below: Level, level: Level) -> bool:
    """Returns whether a level asks anything that the one below does not."""
    same = set(below.competencies) & set(level.competencies)
    higher = any(level.expects.get(name, 0) > below.expects.get(name, 0) for name in same)
    duties = {one.strip().lower() for one in below.responsibilities}
    more = any(one.strip().lower() not in duties for one in level.responsibilities)
    added = not set(level.competencies) <= set(below.competencies)
    return higher or more or added or level.scope.strip().lower() != below.scope.strip().lower()


def _tracks(held: LadderFile) -> Iterator[Flaw]:
    taken = {one.track for one in held.levels if one.track is not None}
    for name in held.tracks:
        if name not in taken:
            told = f"No level is on the track {name}."
            yield Flaw("track", ("tracks", name), told, "Add a level or take the track out.")
    for index, one in enumerate(held.levels):
        there = {level.track for level in held.levels if level.rank == one.rank}
        if one.track is None or one.alone or None in there:
            continue
        for other in sorted((taken & set(held.tracks)) - there):
            told = f"The track {other} has no level beside {one.id} (rank {one.rank})."
            fix = "Add one, or say at that level why it stands `alone`."
            yield Flaw("parallel", ("levels", index), told, fix)


def _unused(held: LadderFile) -> Iterator[Flaw]:
    used = {name for one in held.levels for name in one.competencies}
    for index, one in enumerate(held.competencies):
        if one.id not in used:
            told = f"No level is judged on {one.id}."
            yield Flaw("unused", ("competencies", index), told, "Name it at a level, or take it out.")


def _ways(held: LadderFile) -> Iterator[Flaw]:
    """Yields each step for which a ladder that says at all what develops people says nothing."""
    if not any(one.develop for one in held.competencies):
        return
    led_to = {way.to for way in held.moves}
    for index, one in enumerate(held.competencies):
        if not one.develop:
            fix = "Write at least one action under `develop`."
            yield Flaw("develop", ("competencies", index), f"Nothing develops {one.id}.", fix)
    if held.scale.best != "highest":
        return
    named = {one.id: one for one in held.competencies if one.develop}
    for index, level in enumerate(held.levels):
        for name, point in level.expects.items() if level.id in led_to else ():
            if (
                name in named
                and point > held.scale.lowest
                and all(one.to not in (None, point) for one in named[name].develop)
            ):
                told = f"Nothing that develops {name} leads to point {point}, which {level.id} expects."
                fix = f"Write an action with `to: {point}` under its `develop`."
                yield Flaw("develop", ("levels", index, "expects", name), told, fix)


def _expected(held: LadderFile) -> Iterator[Flaw]:
    """Yields the competencies of a level for which it says no point, where the ladder says points at all."""
    if not any(one.expects for one in held.levels):
        return
    for index, level in enumerate(held.levels):
        for place, name in enumerate(level.competencies):
            if name not in level.expects:
                told = f"{level.id} is judged on {name} and says no point of it."
                yield Flaw(
                    "expects", ("levels", index, "competencies", place), told, "Write it in `expects`."
                )


CHECKS: tuple[Callable[[LadderFile], Iterator[Flaw]], ...] = (
    _rubrics,
    _traits,
    _levels,
    _gaps,
    _differences,
    _tracks,
    _unused,
    _ways,
    _expected,
)
