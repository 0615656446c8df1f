"""What a gap report holds: plain values, ready for a table, a page or JSON."""

from __future__ import annotations

from dataclasses import dataclass

from terms.canonical import Json
from terms.quantity import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Holds the scores of one cycle in millionths of a point: the manager's, and the person's own beside it."""

    cycle: str
    value: int | None
    own: int | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapLine:
    """Holds one competency on one level: what is asked, what each cycle showed, what is still lacking.

    Amounts are millionths of a point. `to_raise` is what the rules say must still rise (0: nothing), `criteria`
    who asks; none where only the ladder expects it, and then nothing blocks.
    """

    competency: str
    name: str
    category: str
    category_name: str
    level: str
    asked: int
    strict: bool
    status: str
    criteria: tuple[str, ...]
    advisory: bool
    points: tuple[Point, ...]
    to_raise: int

    @property
    def latest(self) -> int | None:
        """Returns the manager's score of the newest cycle that has one."""
        return next((one.value for one in reversed(self.points) if one.value is not None), None)

    @property
    def own(self) -> int | None:
        """Returns the person's own score of the newest cycle that has one."""
        return next((one.own for one in reversed(self.points) if one.own is not None), None)

    @property
    def trend(self) -> int | None:
        """Returns how far the newest score lies above the one before it; None with fewer than two."""
        known = [one.value for one in self.points if one.value is not None]
        return known[-1] - known[-2] if len(known) > 1 else None

    def json(self) -> dict[str, Json]:
        """Returns the line as JSON."""
        return {
            "competency": self.competency,
            "name": self.name,
            "category": self.category,
            "level": self.level,
            "asked": plain(self.asked),
            "strict": self.strict,
            "status": self.status,
            "criteria": list(self.criteria),
            "advisory": self.advisory,
            "current": _plain(self.latest),
            "self": _plain(self.own),
            "trend": _plain(self.trend),
            "to_raise": plain(self.to_raise),
            "cycles": [
                {
                    "cycle": one.cycle,
                    "score": _plain(one.value),
                    "self": _plain(one.own),
                    "source": one.source,
                }
                for one in self.points
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryGap:
    """Holds one category: how many competencies are asked, met, unknown, and the points still to raise."""

    id: str
    name: str
    asked: int
    met: int
    unknown: int
    to_raise: int

    def json(self) -> dict[str, Json]:
        """Returns the category as JSON."""
        return {
            "category": self.id,
            "name": self.name,
            "asked": self.asked,
            "met": self.met,
            "unknown": self.unknown,
            "to_raise": plain(self.to_raise),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherGap:
    """Holds a required criterion of another kind: figures, evidence, time and so on, in words."""

    id: str
    status: str
    required: str
    observed: str
    lacking: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapReport:
    """Holds all that one person still lacks for one level on one day."""

    person: str
    name: str
    label: str
    source: str
    target: str
    source_name: str
    target_name: str
    edition: str
    as_of: str
    status: str
    lowest: int
    highest: int
    cycles: tuple[str, ...]
    lines: tuple[GapLine, ...]
    categories: tuple[CategoryGap, ...]
    others: tuple[OtherGap, ...]

    @property
    def to_raise(self) -> int:
        """Returns the points still to raise over all categories."""
        return sum(one.to_raise for one in self.categories)

    @property
    def groups(self) -> tuple[tuple[str, tuple[GapLine, ...]], ...]:
        """Returns the lines under the name of their category, those that nothing but the ladder expects too."""
        found: dict[str, list[GapLine]] = {}
        for one in self.lines:
            found.setdefault(one.category_name, []).append(one)
        return tuple((name, tuple(held)) for name, held in found.items())

    @property
    def sentence(self) -> str:
        """Returns where the gaps concentrate, in one sentence."""
        return concentration(self.categories)

    def json(self) -> dict[str, Json]:
        """Returns the report as JSON."""
        return {
            "person": self.label,
            "from": self.source,
            "to": self.target,
            "edition": self.edition,
            "as_of": self.as_of,
            "status": self.status,
            "concentrates": self.sentence,
            "cycles": list(self.cycles),
            "competencies": [one.json() for one in self.lines],
            "categories": [one.json() for one in self.categories],
            "others": [
                {
                    "criterion": one.id,
                    "status": one.status,
                    "required": one.required,
                    "observed": one.observed,
                    "lacking": one.lacking,
                }
                for one in self.others
            ],
        }


def concentration(categories: tuple[CategoryGap, ...]) -> str:
    """Returns where most of the points to raise lie, in one sentence."""
    total = sum(one.to_raise for one in categories)
    if not total:
        unknown = sum(one.unknown for one in categories)
        if unknown:
            return f"No known gap in competencies; {unknown} cannot be told for want of scores."
        return "No gap in competencies."
    widest = max(categories, key=lambda one: one.to_raise)
    if widest.to_raise == total:
        return f"All of the {_points(total)} to raise lie in {widest.name}."
    return f"{plain(widest.to_raise)} of the {_points(total)} to raise lie in {widest.name}."


def _points(micros: int) -> str:
    return f"{plain(micros)} point{'' if plain(micros) == '1' else 's'}"


def _plain(value: int | None) -> str | None:
    return None if value is None else plain(value)
