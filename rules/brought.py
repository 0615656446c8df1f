"""Which imports would bring what a finding lacks: by the kind of criterion, and the side that is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rules.criterion import (
    Attainment,
    Competency,
    Criterion,
    NoneOf,
    Rating,
    Register,
    Seat,
    Tenure,
    Training,
    Weighted,
)
from rules.fact import Figure
from rules.window import Chosen
from terms.supply import (
    ACTUALS,
    COACHING,
    PEOPLE,
    RATINGS,
    SCORES,
    SEATS,
    STANDING,
    TARGETS,
    TRAINING,
)

BROUGHT: tuple[tuple[type[Criterion], str], ...] = (
    (Competency, SCORES),
    (Tenure, PEOPLE),
    (Register, PEOPLE),
    (Rating, RATINGS),
    (Seat, SEATS),
    (Training, TRAINING),
    (NoneOf, STANDING),
)


def brought(criterion: Criterion, held: Any) -> tuple[str, ...]:
    """Returns the kinds of file that bring what a finding with something missing lacks, each once."""
    if isinstance(criterion, Attainment):
        return _once(_figures(criterion, criterion.metric, Chosen(*held)))
    if isinstance(criterion, Weighted):
        rows = zip(criterion.components, held[0], strict=True)
        return _once(kind for one, row in rows for kind in _figures(criterion, one.metric, Chosen(*row)))
    return tuple(kind for what, kind in BROUGHT if isinstance(criterion, what))


def _once(kinds: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(kinds))


def _figures(criterion: Attainment | Weighted, metric: str, held: Chosen) -> Iterator[str]:
    over = criterion.over
    if held.lacking.startswith("when "):
        yield PEOPLE
    if held.lacking and over.unit == "period":
        yield ACTUALS
    ratio = isinstance(criterion, Weighted) or criterion.ratio
    for one in held.figures:
        yield from _sides(one, metric, ratio=ratio, unit=criterion.bound.unit)


def _sides(one: Figure, metric: str, *, ratio: bool, unit: str) -> Iterator[str]:
    if metric.startswith("coached:") and (one.actual is None or one.target is None):
        yield COACHING
    if one.actual is None or (not ratio and one.unit != unit):
        yield ACTUALS
    if ratio and (one.target is None or one.target <= 0):
        yield TARGETS
