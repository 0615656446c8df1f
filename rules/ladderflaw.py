"""What makes a ladder file no ladder: names that nothing has, rubrics with holes, moves that go in a circle."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from rules.ladderform import LadderFile
from terms.form import near
from terms.source import Path

NAME = re.compile(r"[a-z][a-z0-9-]{0,59}\Z")


@dataclass(frozen=True, slots=True)
class Flaw:
    """Holds one flaw: which check, the path in the file, what is wrong, how to mend it."""

    check: str
    path: Path
    told: str
    fix: str = ""


def flaws(held: LadderFile) -> Iterator[Flaw]:
    """Yields every flaw of a ladder file, in the order in which the file is best mended."""
    yield from _unique("levels", [one.id for one in held.levels])
    yield from _unique("competencies", [one.id for one in held.competencies])
    yield from _unique("categories", [one.id for one in held.categories])
    yield from _competencies(held)
    yield from _levels(held)
    yield from _moves(held)
    yield from _interim(held)


def _interim(held: LadderFile) -> Iterator[Flaw]:
    """Yields where no role can last as an interim one must, on whichever day it begins."""
    longer, shorter = held.interim.bounds
    begins = (date(2027, 1, 1) + timedelta(days=n) for n in range(365))
    if any(longer.after(one) + timedelta(days=1) >= shorter.after(one) for one in begins):
        told = f"No interim role lasts longer than {longer} and shorter than {shorter}."
        yield Flaw("interim", ("interim",), told, "Write bounds that leave some days between them.")


def _unique(part: str, ids: list[str]) -> Iterator[Flaw]:
    for index, name in enumerate(ids):
        path = (part, index, "id")
        if not NAME.match(name):
            yield Flaw("name", path, f"{name!r} is no id; use small letters, digits and -.")
        if name in ids[:index]:
            yield Flaw("name", path, f"{name!r} is written twice among the {part}; keep one.")


def _unknown(path: Path, name: str, what: str, known: Iterable[str]) -> Iterator[Flaw]:
    listed = list(known)
    if name not in listed:
        told = near(name, listed) if listed else "the ladder names none."
        yield Flaw("name", path, f"{name!r} is no {what}; {told}")


def _competencies(held: LadderFile) -> Iterator[Flaw]:
    points = [str(n) for n in range(held.scale.lowest, held.scale.highest + 1)]
    for index, one in enumerate(held.competencies):
        here: Path = ("competencies", index)
        categories = [each.id for each in held.categories]
        yield from _unknown((*here, "category"), one.category, "category", categories)
        if sorted(one.rubric) != sorted(points):
            told = f"The rubric of {one.id} must have a behaviour for each of {', '.join(points)}."
            yield Flaw("rubric", (*here, "rubric"), told)
        for place, action in enumerate(one.develop):
            way: Path = (*here, "develop", place)
            yield from _unknown((*way, "kind"), action.kind, "kind of action", held.actions)
            if action.to is not None and str(action.to) not in points:
                yield Flaw("name", (*way, "to"), f"{action.to} is no point of the scale {_scale(held)}.")


def _scale(held: LadderFile) -> str:
    return f"{held.scale.lowest} to {held.scale.highest}"


def _levels(held: LadderFile) -> Iterator[Flaw]:
    known = [one.id for one in held.competencies]
    for index, level in enumerate(held.levels):
        here: Path = ("levels", index)
        if level.track is not None:
            yield from _unknown((*here, "track"), level.track, "track", held.tracks)
        for place, name in enumerate(level.competencies):
            yield from _unknown((*here, "competencies", place), name, "competency", known)
        for name, point in level.expects.items():
            yield from _unknown(
                (*here, "expects", name), name, f"competency of {level.id}", level.competencies
            )
            if not held.scale.lowest <= point <= held.scale.highest:
                yield Flaw(
                    "name", (*here, "expects", name), f"{point} is no point of the scale {_scale(held)}."
                )
        for name in level.variants:
            yield from _unknown((*here, "variants", name), name, "variant", held.variants)


def _moves(held: LadderFile) -> Iterator[Flaw]:
    ranks = {one.id: one.rank for one in held.levels}
    steps = [(step.source, step.to) for step in held.moves]
    for index, (source, target) in enumerate(steps):
        yield from _unknown(("moves", index, "from"), source, "level", ranks)
        yield from _unknown(("moves", index, "to"), target, "level", ranks)
        if source == target:
            yield Flaw("circle", ("moves", index), f"A move from {target} to itself is no move.")
    known = [(a, b) for a, b in steps if a in ranks and b in ranks and a != b]
    upward = {(a, b) for a, b in known if ranks[a] <= ranks[b]}
    told: set[frozenset[str]] = set()
    for index, (source, _) in enumerate(steps):
        circle = _circle(source, upward)
        if circle and frozenset(circle) not in told:
            told.add(frozenset(circle))
            shown = f"These moves lead up in a circle: {' -> '.join(circle)}."
            yield Flaw("circle", ("moves", index), shown)


def _circle(start: str, moves: set[tuple[str, str]]) -> list[str]:
    """Returns the way from a level back to itself; empty where there is none."""
    ways = [[start]]
    while ways:
        way = ways.pop()
        for source, target in sorted(moves):
            if source != way[-1]:
                continue
            if target == start:
                return [*way, target]
            if target not in way:
                ways.append([*way, target])
    return []
