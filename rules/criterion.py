"""The kinds of criterion, as frozen values: what each asks, without saying how it is found out.

Amounts are millionths (`terms.quantity`). Every kind here has a reference evaluator, a fast evaluator, words
and a property test.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from rules.salestime import SalesTime


@dataclass(frozen=True, slots=True)
class Threshold:
    """Holds a bound in millionths of a unit; `strict` asks for more than it, not for at least it."""

    micros: int
    unit: str
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Holds the last n expected periods of a length, or those of a fiscal year (`year`: last or current).

    Where `reaches` is false a period passed over is not made up for by an older one.
    `time` is the policy's: its calendar, and what passes a period over or scales its target.
    """

    last: int
    unit: str
    fully_ramped: bool = False
    year: str = ""
    reaches: bool = True
    time: SalesTime = field(default_factory=SalesTime)

    @property
    def missing(self) -> bool:
        """Returns whether an expected period without a figure counts as one that fails."""
        return self.time.missing == "not_met"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion(ABC):
    """Holds what every kind has: an id, a sentence of its own, and where it was written."""

    id: str
    says: str
    place: str

    @property
    @abstractmethod
    def kind(self) -> str:
        """Returns the word that the policy language has for this kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attainment(Criterion):
    """Asks for actual against target (`ratio`), or for actual alone, over a window.

    `form`: each, cumulative, mean, min, max, latest, count (of which at least `count` periods hold), variance
    (actual within the bound of target, above or below, in each or in `count`), or trend (the last n together
    against the n before: for a ratio the difference, for an amount the growth).
    """

    metric: str
    ratio: bool
    form: str
    bound: Threshold
    over: Window
    count: int = 0
    floor: Threshold | None = None
    cap: int | None = None

    @property
    def kind(self) -> str:
        """Returns the word that the policy language has for this kind."""
        return "attainment" if self.ratio else "metric"


@dataclass(frozen=True, slots=True)
class Component:
    """Holds one weighted part of an attainment: a metric, its share in millionths, its own cap per period."""

    metric: str
    weight: int
    cap: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighted(Criterion):
    """Asks for several metrics together, each one's ratio capped, then weighted; forms as for Attainment.

    Each component's ratio is quantised half to even at six places before it is weighted.
    """

    components: tuple[Component, ...]
    form: str
    bound: Threshold
    over: Window
    count: int = 0
    floor: Threshold | None = None

    @property
    def kind(self) -> str:
        """Returns the word that the policy language has for this kind."""
        return "attainment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Competency(Criterion):
    """Asks for scores: `need` of the competencies at the bound, in each of the last cycles or on mean.

    `best` and `worst`: the ends of the scale, in millionths, where they are known.
    """

    names: tuple[str, ...]
    need: int
    level: str
    cycles: int
    mean: bool
    bound: Threshold
    lower_is_better: bool = False
    best: int | None = None
    worst: int | None = None

    @property
    def kind(self) -> str:
        """Returns the word that the policy language has for this kind."""
        return "competency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Track(Criterion):
    """Asks that the person's latest commitment is to a track."""

    track: str

    @property
    def kind(self) -> str:
        """Returns the word that the policy language has for this kind."""
        return "track"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenure(Criterion):
    """Asks for months in any of several names of a span kind, added up; leave stops the clock."""

    span: str
    names: tuple[str, ...]
    months: int

    @property
    def kind(self) -> str:
        """Returns the word that the policy language has for this kind."""
        return "tenure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Register(Criterion):
    """Asks for entries of a register Rung keeps (evidence, endorsement, attestation) of one kind.

    `by`: who may have made it: anybody (empty), candidate, manager, line, or outside_line. `least_rank`: the
    rank that whoever made it holds at the least. An endorsement by the person themselves never counts.
    """

    register: str
    entry: str
    count: int
    within_months: int | None = None
    verified: bool = False
    by: str = ""
    least_rank: int | None = None

    @property
    def kind(self) -> str:
        """Returns the word that the policy language has for this kind."""
        return self.register


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating(Criterion):
    """Asks that each of the last ratings is one of some words; `within_months` says how old they may be."""

    words: tuple[str, ...]
    last: int
    within_months: int | None = None

    @property
    def kind(self) -> str:
        """Returns the word that the policy language has for this kind."""
        return "rating"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat(Criterion):
    """Asks that the newest statement of open seats for a level has at least so many."""

    level: str
    count: int

    @property
    def kind(self) -> str:
        """Returns the word that the policy language has for this kind."""
        return "seat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Training(Criterion):
    """Asks for courses done: `need` of the named codes."""

    codes: tuple[str, ...]
    need: int
    stale_days: int

    @property
    def kind(self) -> str:
        """Returns the word that the policy language has for this kind."""
        return "training"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoneOf(Criterion):
    """Asks that no standing of these kinds holds."""

    kinds: tuple[str, ...]
    stale_days: int

    @property
    def kind(self) -> str:
        """Returns the word that the policy language has for this kind."""
        return "none_of"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Criterion):
    """Asks for `need` of its parts; all of them, any one, or at least n."""

    parts: tuple[Criterion, ...]
    need: int
    word: str

    @property
    def kind(self) -> str:
        """Returns the word that the policy language has for this kind."""
        return self.word


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(Criterion):
    """Asks that its part does not hold."""

    part: Criterion

    @property
    def kind(self) -> str:
        """Returns the word that the policy language has for this kind."""
        return "not"


Leaf: TypeAlias = (
    Attainment | Weighted | Competency | Track | Tenure | Register | Rating | Seat | Training | NoneOf
)


def leaves(criterion: Criterion) -> tuple[Leaf, ...]:
    """Returns the criteria at the ends of a tree, in order."""
    if isinstance(criterion, Group):
        return tuple(leaf for part in criterion.parts for leaf in leaves(part))
    if isinstance(criterion, Not):
        return leaves(criterion.part)
    assert isinstance(criterion, Leaf)
    return (criterion,)


def walk(criterion: Criterion) -> Iterator[Criterion]:
    """Yields a criterion and every part of it, outer ones first."""
    yield criterion
    if isinstance(criterion, Group):
        for part in criterion.parts:
            yield from walk(part)
    if isinstance(criterion, Not):
        yield from walk(criterion.part)
