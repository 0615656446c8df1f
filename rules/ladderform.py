"""The form of a ladder file: what each part holds, before names are held against each other."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from rules.span import WRITTEN, Span, span
from terms.form import Form

Length = Annotated[str, Field(json_schema_extra={"pattern": "^" + WRITTEN.pattern.replace("\\Z", "$")})]
"""A length of time as it is written: `90 days`, `4 months`."""


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


class Commitment(Form):
    """Holds how long whoever signed for a track may take it back alone, counted from the day of signing."""

    reversible_for: Length = "90 days"

    @field_validator("reversible_for")
    @classmethod
    def _length(cls, value: str) -> str:
        return str(span(value))

    @property
    def window(self) -> Span:
        """Returns the window as a span."""
        return span(self.reversible_for)


class InterimRole(Form):
    """Holds what an interim role must last longer than, and shorter than."""

    longer_than: Length = "30 days"
    shorter_than: Length = "4 months"

    @field_validator("longer_than", "shorter_than")
    @classmethod
    def _length(cls, value: str) -> str:
        return str(span(value))

    @property
    def bounds(self) -> tuple[Span, Span]:
        """Returns both bounds as spans; a role ends after the first and before the second."""
        return span(self.longer_than), span(self.shorter_than)


class Category(Form):
    """Holds one of the recurring groups of competencies, and how it grows from level to level."""

    id: str
    name: str
    grows: str = ""


class Action(Form):
    """Holds one thing to do about a competency: its kind (of the ladder's `actions`), and what to do.

    `to` is the point of the rubric that it leads to (any, where none is said); `course` the training code it means.
    """

    kind: str
    text: str
    to: int | None = None
    course: str = ""


class Competency(Form):
    """Holds one competency: its category, a behaviour at each point of the scale, what develops it."""

    id: str
    name: str
    category: str
    rubric: dict[str, str]
    develop: list[Action] = Field(default_factory=list)


class Variant(Form):
    """Holds what a level is called, and is about, in one variant of the ladder, such as a segment."""

    name: str = ""
    scope: str = ""


class Level(Form):
    """Holds one level: scope, responsibilities, the competencies judged on it, what sets it apart.

    `expects` is the point of the rubric that the level asks of a competency; `titles` are other names in use;
    `optional` levels are left out of a new ladder unless asked for; `alone` says why no other track has a level
    of this rank.
    """

    id: str
    name: str
    short: str = ""
    rank: Annotated[int, Field(ge=1, le=99)]
    track: str | None = None
    scope: str
    responsibilities: list[str]
    competencies: list[str]
    expects: dict[str, int] = Field(default_factory=dict)
    apart: str = ""
    titles: list[str] = Field(default_factory=list)
    variants: dict[str, Variant] = Field(default_factory=dict)
    optional: bool = False
    alone: str = ""


class Step(Form):
    """Holds one allowed step between two levels."""

    source: Annotated[str, Field(alias="from")]
    to: str


class LadderFile(Form):
    """Holds what a ladder file says."""

    ladder: str
    name: str
    says: str = ""
    scale: Scale
    tracks: dict[str, Track] = Field(default_factory=dict)
    variants: dict[str, str] = Field(default_factory=dict)
    actions: dict[str, str] = Field(default_factory=dict)
    commitment: Commitment = Field(default_factory=Commitment)
    interim: InterimRole = Field(default_factory=InterimRole)
    categories: list[Category]
    competencies: list[Competency]
    levels: list[Level]
    moves: list[Step]
