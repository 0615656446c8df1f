"""A ladder: levels, tracks, competencies with their rubric, and the moves between levels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import Field, field_validator

from terms.canonical import digest
from terms.error import Malformed, Unknown
from terms.form import Form, near, shaped
from terms.frozen import Frozen
from terms.source import Document, Path, read

FORMAT = 1
NAME = re.compile(r"[a-z][a-z0-9-]{0,59}\Z")


class Scale(Form):
    """Holds the lowest and the highest point of the rubric, and whether the highest is the best."""

    lowest: int
    highest: int
    best: str = "highest"

    @field_validator("best")
    @classmethod
    def _best(cls, value: str) -> str:
        if value not in ("highest", "lowest"):
            raise ValueError(f"{value!r} is neither highest nor lowest.")
        return value


class Track(Form):
    """Holds one path beyond the fork: what it is called, what it asks, what it gives."""

    name: str
    asks: str = ""
    gives: str = ""


class Category(Form):
    """Holds one of the recurring groups of competencies, and how it grows from level to level."""

    id: str
    name: str
    grows: str = ""


class Competency(Form):
    """Holds one competency: its category, and a behaviour at each point of the scale."""

    id: str
    name: str
    category: str
    rubric: dict[str, str]


class Level(Form):
    """Holds one level: scope, responsibilities, the competencies judged on it, what sets it apart."""

    id: str
    name: str
    short: str = ""
    rank: Annotated[int, Field(ge=1, le=99)]
    track: str | None = None
    scope: str
    responsibilities: list[str]
    competencies: list[str]
    apart: str = ""


class Step(Form):
    """Holds one allowed step between two levels."""

    source: Annotated[str, Field(alias="from")]
    to: str


class _File(Form):
    ladder: str
    name: str
    says: str = ""
    scale: Scale
    tracks: dict[str, Track] = Field(default_factory=dict)
    categories: list[Category]
    competencies: list[Competency]
    levels: list[Level]
    moves: list[Step]


class Ladder(Frozen):
    """Holds a ladder as it was written, named by the digest of its values."""

    def __init__(self, document: Document, held: _File) -> None:
        self.document = document
        self.id = held.ladder
        self.name = held.name
        self.says = held.says
        self.scale = held.scale
        self.tracks = held.tracks
        self.categories = tuple(held.categories)
        self.competencies = {one.id: one for one in held.competencies}
        self.levels = {one.id: one for one in held.levels}
        self.moves = tuple((one.source, one.to) for one in held.moves)
        self.ranks: Mapping[str, int] = MappingProxyType({one.id: one.rank for one in held.levels})
        self.digest = digest({"format": FORMAT, "ladder": document.value})
        self.freeze()

    def level(self, name: str) -> Level:
        """Returns a level; raises Unknown where the ladder has none of that id."""
        if name not in self.levels:
            raise Unknown(f"The ladder {self.id} has no level {name!r}; {near(name, list(self.levels))}")
        return self.levels[name]

    def at(self, *path: str | int) -> str:
        """Returns the place in the file where a part of the ladder stands."""
        return str(self.document.at(path))


def load_ladder(text: str | bytes, file: str) -> Ladder:
    """Returns the ladder that a YAML text describes.

    Raises Malformed with file, line and column for a wrong form, a name that nothing has, a rubric that does
    not cover the scale, or moves that lead up in a circle.
    """
    document = _texts(read(text, file))
    held = shaped(_File, document)
    _unique(document, "levels", [one.id for one in held.levels])
    _unique(document, "competencies", [one.id for one in held.competencies])
    _unique(document, "categories", [one.id for one in held.categories])
    _competencies(document, held)
    _levels(document, held)
    _moves(document, held)
    return Ladder(document, held)


def _texts(document: Document) -> Document:
    """Lets a track be given by its name alone, and rubric points be written as numbers."""
    value: Any = document.value
    if isinstance(value, dict) and isinstance(value.get("tracks"), dict):
        tracks = {
            name: {"name": one} if isinstance(one, str) else one for name, one in value["tracks"].items()
        }
        return Document(document.file, {**value, "tracks": tracks}, document.positions)
    return document


def _refuse(document: Document, path: Path, sentence: str) -> None:
    raise Malformed(sentence, str(document.at(path)))


def _unique(document: Document, part: str, ids: list[str]) -> None:
    for index, name in enumerate(ids):
        if not NAME.match(name):
            _refuse(document, (part, index, "id"), f"{name!r} is no id; use small letters, digits and -.")
        if name in ids[:index]:
            _refuse(document, (part, index, "id"), f"{name!r} is written twice among the {part}; keep one.")


def _competencies(document: Document, held: _File) -> None:
    categories = [one.id for one in held.categories]
    points = [str(n) for n in range(held.scale.lowest, held.scale.highest + 1)]
    for index, one in enumerate(held.competencies):
        if one.category not in categories:
            told = f"{one.category!r} is no category; {near(one.category, categories)}"
            _refuse(document, ("competencies", index, "category"), told)
        if sorted(one.rubric) != sorted(points):
            told = f"The rubric of {one.id} must have a behaviour for each of {', '.join(points)}."
            _refuse(document, ("competencies", index, "rubric"), told)


def _levels(document: Document, held: _File) -> None:
    known = [one.id for one in held.competencies]
    for index, level in enumerate(held.levels):
        if level.track is not None and level.track not in held.tracks:
            told = f"{level.track!r} is no track; {near(level.track, list(held.tracks))}"
            _refuse(document, ("levels", index, "track"), told)
        for place, name in enumerate(level.competencies):
            if name not in known:
                told = f"{name!r} is no competency; {near(name, known)}"
                _refuse(document, ("levels", index, "competencies", place), told)


def _moves(document: Document, held: _File) -> None:
    ranks = {one.id: one.rank for one in held.levels}
    for index, step in enumerate(held.moves):
        for key, name in (("from", step.source), ("to", step.to)):
            if name not in ranks:
                told = f"{name!r} is no level; {near(name, list(ranks))}"
                _refuse(document, ("moves", index, key), told)
        if step.source == step.to:
            _refuse(document, ("moves", index), f"A move from {step.to} to itself is no move.")
    upward = {(step.source, step.to) for step in held.moves if ranks[step.source] <= ranks[step.to]}
    for index, step in enumerate(held.moves):
        circle = _circle(step.source, upward)
        if circle:
            told = f"These moves lead up in a circle: {' -> '.join(circle)}."
            _refuse(document, ("moves", index), told)


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
