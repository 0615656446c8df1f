"""The kinds of criterion, as frozen values: what each asks, without saying how it is found out.

Amounts are millionths (`terms.quantity`). Every kind here has a reference evaluator, a fast evaluator, words
and a property test; what the policy language names beyond them is refused by the loader with "not yet".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Threshold:
    """Holds a bound in millionths of a unit; `strict` asks for more than it, not for at least it."""

    micros: int
    unit: str
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Holds the last n expected periods of a length, ramp and leave periods passed over where it says so."""

    last: int
    unit: str
    fully_ramped: bool = False
    ramp_months: int = 0
    ramp_from: str = "employment"
    skip_leave: bool = False


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

    `form`: each, cumulative, mean, min, max, latest, or count (of which at least `count` periods hold).
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Competency(Criterion):
    """Asks for scores: `need` of the competencies at the bound, in each of the last cycles or on mean."""

    names: tuple[str, ...]
    need: int
    level: str
    cycles: int
    mean: bool
    bound: Threshold
    lower_is_better: bool = False

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
    """Asks for entries of a register Rung keeps (evidence, endorsement, attestation) of one kind."""

    register: str
    entry: str
    count: int
    within_months: int | None = None
    verified: bool = False
    outside_line: bool = False

    @property
    def kind(self) -> str:
        """Returns the word that the policy language has for this kind."""
        return self.register


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


Leaf: TypeAlias = Attainment | Competency | Track | Tenure | Register | Training | NoneOf


def leaves(criterion: Criterion) -> tuple[Leaf, ...]:
    """Returns the criteria at the ends of a tree, in order."""
    if isinstance(criterion, Group):
        return tuple(leaf for part in criterion.parts for leaf in leaves(part))
    if isinstance(criterion, Not):
        return leaves(criterion.part)
    assert isinstance(criterion, Attainment | Competency | Track | Tenure | Register | Training | NoneOf)
    return (criterion,)
