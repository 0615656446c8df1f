"""One person's facts laid out once, when they are loaded, in one flat tuple that a compiled move reads by place.

Where many people are asked about, what an evaluation costs is mostly the memory that it touches: so values stand
side by side, days are ordinals, whatever many people share is one object, and where a value stands is told by a
shape that they share too. Nothing here chooses or judges: which periods, cycles and entries count on a date is asked
at each evaluation.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeAlias, TypeVar

from rules.fact import Cycle, Figure, Mark, Score, Span

T = TypeVar("T")
Flat: TypeAlias = tuple[Any, ...]
"""By place: the shape; what stands at the places below; then each metric's and each competency's values."""

PERIODS, CYCLES = 8, 4  # of each metric and competency, the newest so many are laid out
MOST = 20_000
NEVER = date.max.toordinal()

SHAPE, SINCE, STEADY, AWAY = 0, 1, 2, 3
STANDING, CLEAR, TRAINED = (
    4,
    5,
    6,
)  # whether any entry; the days for which the two registers are complete, or 0
SIGNED, TRACK = 7, 8  # the newest commitment of the person's own: the day, or None, and the track
STAYS = {"level": 9, "function": 11, "employment": 13}  # the name of the one open stay, and the day it began
ENTRIES = {"evidence": 15, "attestation": 16, "training": 17}  # None, or `_entries`
NOTHING, FIRST = 18, 19

_SAME: dict[Any, Any] = {}


def same(one: T) -> T:
    """Returns the one object that stands for all that are equal to it: days, scores, names."""
    if len(_SAME) > MOST:
        _SAME.clear()
    return _SAME.setdefault(one, one)  # type: ignore[no-any-return]


class Shape:
    """Holds where values stand for everybody with the same metrics, periods, cycles and competencies.

    `metrics`: metric -> place, then its newest periods: where each begins, newest first, and where the newest ends.
    `rows`: (competency, level) -> place. `over`: the day on which the newest cycle ends.
    """

    __slots__ = ("metrics", "over", "rows")

    def __init__(
        self, metrics: Iterable[tuple[str, tuple[date, ...]]], over: date, rows: Iterable[Any]
    ) -> None:
        place = FIRST
        self.metrics: dict[str, tuple[int, tuple[date, ...]]] = {}
        for metric, periods in metrics:
            self.metrics[metric] = (place, periods)
            place += 1 + 2 * PERIODS
        self.over = over
        self.rows: dict[tuple[str, str], int] = {}
        for row in rows:
            self.rows[row] = place
            place += 1 + CYCLES


def lay(
    person: str,
    figures: Mapping[str, tuple[Figure, ...]],
    cycles: tuple[Cycle, ...],
    scores: Mapping[tuple[str, str], tuple[Score, ...]],
    spans: Mapping[str, tuple[Span, ...]],
    marks: Mapping[str, tuple[Mark, ...]],
    complete: Mapping[str, date],
) -> Flat:
    """Returns a person's facts, laid out."""
    employed = spans.get("employment", ())
    unbroken = len(employed) == 1 and employed[0].end is None
    away = bool(spans.get("leave"))
    own = [one for one in marks.get("commitment", ()) if one.by == person]
    over = max([one.end for one in cycles], default=date.max)
    found: list[Any] = [
        _shape(figures, over, tuple(scores)),
        _day(employed[0].start) if unbroken else NEVER,
        unbroken and not away,
        away,
        bool(marks.get("standing")),
        _day(complete.get("standing")) or 0,
        _day(complete.get("training")) or 0,
        _day(own[-1].on) if own else None,
        same(own[-1].kind) if own else None,
    ]
    for kind in STAYS:
        found += _stay(spans.get(kind, ()))
    found += [_entries(marks.get(register, ())) for register in ENTRIES]
    found.append(0)
    for held in figures.values():
        found += _periods(held)
    names = [one.name for one in reversed(cycles[-CYCLES:])]
    for row in scores.values():
        found += _row(names, row)
    return tuple(found)


def _day(one: date | None) -> int | None:
    return None if one is None else same(one.toordinal())


def _shape(figures: Mapping[str, tuple[Figure, ...]], over: date, rows: tuple[tuple[str, str], ...]) -> Shape:
    metrics = tuple([(metric, _begins(held)) for metric, held in figures.items()])
    key = (metrics, over, rows)
    found = _SAME.get(key)
    if found is None:
        if len(_SAME) > MOST:
            _SAME.clear()
        found = _SAME[key] = Shape(metrics, over, rows)
    return found


def _begins(held: tuple[Figure, ...]) -> tuple[date, ...]:
    newest = held[: -PERIODS - 1 : -1]
    return (*[one.start for one in newest], newest[0].end) if newest else ()


def _periods(held: tuple[Figure, ...]) -> list[Any]:
    """Returns how many of the newest periods are sound, then each one's actual and target, newest first.

    Sound ones follow on one another, are known, have a target above 0 and the newest one's unit.
    """
    newest = held[: -PERIODS - 1 : -1]
    sound = 0
    after: Figure | None = None
    found: list[Any] = [0]
    for one in newest:
        known = one.actual is not None and one.target is not None and one.target > 0
        if not known or (after is not None and (one.end != after.start or one.unit != after.unit)):
            break
        sound += 1
        after = one
        assert one.actual is not None
        assert one.target is not None
        found += [one.actual + 0, one.target + 0]  # new objects, so that they lie side by side in memory
    found[0] = sound
    return found + [None] * (1 + 2 * PERIODS - len(found))


def _row(names: list[str], held: tuple[Score, ...]) -> list[Any]:
    """Returns how many of the newest scores pair with the newest cycles, known and not the person's own; then those."""
    found: list[Any] = [0]
    for name, one in zip(names, reversed(held), strict=False):
        if one.cycle != name or one.by == "self" or one.value is None:
            break
        found.append(same(one.value))
    found[0] = len(found) - 1
    return found + [None] * (1 + CYCLES - len(found))


def _stay(held: tuple[Span, ...]) -> tuple[str | None, int | None]:
    """Returns the name and first day of the newest stay, if it goes on and is the only one of its name."""
    if not held or held[-1].end is not None or sum(one.name == held[-1].name for one in held) > 1:
        return None, None
    return same(held[-1].name), _day(held[-1].start)


def _entries(held: tuple[Mark, ...]) -> Flat | None:
    """Returns a register: where each kind stands; then the days of its entries and of its verified ones.

    Of both: how many, the first day, the last, and all of them ascending.
    """
    if not held:
        return None
    days: dict[str, tuple[list[int], list[int]]] = {}
    for one in held:
        every, verified = days.setdefault(one.kind, ([], []))
        day = same(one.on.toordinal())
        insort(every, day)
        if one.verified:
            insort(verified, day)
    key = tuple(days)
    places = _SAME.get(key)
    if places is None:
        places = _SAME[key] = {same(kind): 1 + 8 * n for n, kind in enumerate(days)}
    found: list[Any] = [places]
    for both in days.values():
        for some in both:
            found += [len(some), *([some[0], some[-1]] if some else [NEVER, 0]), tuple(some)]
    return tuple(found)
