"""A ladder: levels, tracks, competencies with their rubric, and the moves between levels."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from rules.ladderflaw import flaws
from rules.ladderform import Action, Competency, LadderFile, Level
from terms.canonical import digest
from terms.error import Malformed, Unknown
from terms.form import near, shaped
from terms.frozen import Frozen
from terms.source import Document, read

FORMAT = 1


class Ladder(Frozen):
    """Holds a ladder as it was written, named by the digest of its values."""

    def __init__(self, document: Document, held: LadderFile) -> None:
        self.document = document
        self.form = held
        self.id = held.ladder
        self.name = held.name
        self.says = held.says
        self.scale = held.scale
        self.tracks = held.tracks
        self.variants = held.variants
        self.actions = held.actions
        self.commitment = held.commitment
        self.interim = held.interim
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

    def develops(self, competency: str, have: int | None, want: int) -> tuple[Action, ...]:
        """Returns what the file suggests for getting from one point of a rubric to another.

        `have` is None where nobody has scored yet. An action that names no point fits any step.
        """
        better = 1 if self.scale.best == "highest" else -1
        worst = self.scale.lowest if better == 1 else self.scale.highest
        start = worst - better if have is None else have
        return tuple(
            one
            for one in self._known(competency).develop
            if one.to is None or start * better < one.to * better <= want * better
        )

    def _known(self, competency: str) -> Competency:
        if competency not in self.competencies:
            told = f"The ladder {self.id} has no competency {competency!r}; "
            raise Unknown(told + near(competency, list(self.competencies)))
        return self.competencies[competency]

    def at(self, *path: str | int) -> str:
        """Returns the place in the file where a part of the ladder stands."""
        return str(self.document.at(path))


def load_ladder(text: str | bytes, file: str) -> Ladder:
    """Returns the ladder that a YAML text describes.

    Raises Malformed with file, line and column for a wrong form, a name that nothing has, a rubric that does
    not cover the scale, or moves that lead up in a circle.
    """
    document, held = form(text, file)
    for one in flaws(held):
        raise Malformed(f"{one.told} {one.fix}".strip(), str(document.at(one.path)))
    return Ladder(document, held)


def form(text: str | bytes, file: str) -> tuple[Document, LadderFile]:
    """Returns a ladder file and its form, whose names need not fit together; raises Malformed for a wrong form."""
    document = _texts(read(text, file))
    return document, shaped(LadderFile, document)


def _texts(document: Document) -> Document:
    """Lets a track be given by its name alone."""
    value: Any = document.value
    if isinstance(value, dict) and isinstance(value.get("tracks"), dict):
        tracks = {
            name: {"name": one} if isinstance(one, str) else one for name, one in value["tracks"].items()
        }
        return Document(document.file, {**value, "tracks": tracks}, document.positions)
    return document
