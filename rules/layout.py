"""One person's facts laid out once, when they are loaded, so that the compiled move reads them by few look-ups.

Nothing here chooses or judges: which periods, cycles and entries count on a date is asked at each evaluation.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from rules.fact import Cycle, Mark, Score, Span


MOST = 20_000
_SAME: dict[int | date, int | date] = {}


def same(one: date) -> date:
    """Returns the one object that stands for a day, so that equal days are mostly told by identity."""
    if len(_SAME) > MOST:
        _SAME.clear()
    return _SAME.setdefault(one, one)  # type: ignore[return-value]


def _point(one: int | None) -> int | None:
    """Returns the one object that stands for a score: there are few, and many people have them."""
    if one is None or len(_SAME) > MOST:
        return one
    return _SAME.setdefault(one, one)  # type: ignore[return-value]


Row: TypeAlias = tuple[Any, ...]
"""A competency's scores; how many of the newest pair with the newest cycles, are known and not the person's own;
then the scores' values, newest first. One flat tuple, since a look-up costs what it touches."""


class Entries(NamedTuple):
    """Holds a register's entries of one kind, the days of the first and last, and whether all are verified."""

    marks: tuple[Mark, ...]
    first: date
    last: date
    verified: bool


class Layout(NamedTuple):
    """Holds everything but figures as the compiled move reads it."""

    names: tuple[str, ...]
    over: date
    current: Mapping[str, Row]
    next: Mapping[str, Row]
    entries: Mapping[str, Mapping[str, Entries]]
    signed: Mark | None
    stays: Mapping[str, Mapping[str, Span]]
    away: bool


def layout(
    person: str,
    cycles: tuple[Cycle, ...],
    scores: Mapping[tuple[str, str], tuple[Score, ...]],
    spans: Mapping[str, tuple[Span, ...]],
    marks: Mapping[str, tuple[Mark, ...]],
) -> Layout:
    """Returns a person's facts, laid out."""
    names = tuple([one.name for one in cycles])
    levels: dict[str, dict[str, Row]] = {"current": {}, "next": {}}
    for (name, level), held in scores.items():
        levels.setdefault(level, {})[name] = _row(names, held)
    own = [one for one in marks.get("commitment", ()) if one.by == person]
    return Layout(
        names,
        max([one.end for one in cycles], default=date.max),
        levels["current"],
        levels["next"],
        {register: _entries(held) for register, held in marks.items()},
        own[-1] if own else None,
        {kind: _stays(held) for kind, held in spans.items()},
        bool(spans.get("leave")),
    )


def _row(names: tuple[str, ...], held: tuple[Score, ...]) -> Row:
    sound = 0
    for name, one in zip(reversed(names), reversed(held), strict=False):
        if one.cycle != name or one.by == "self" or one.value is None:
            break
        sound += 1
    return (held, sound, *[_point(one.value) for one in reversed(held)])


def _entries(held: tuple[Mark, ...]) -> dict[str, Entries]:
    found: dict[str, list[Mark]] = {}
    for one in held:
        found.setdefault(one.kind, []).append(one)
    return {
        kind: Entries(
            tuple(some),
            min([one.on for one in some]),
            max([one.on for one in some]),
            all(one.verified for one in some),
        )
        for kind, some in found.items()
    }


def _stays(held: tuple[Span, ...]) -> dict[str, Span]:
    """Returns the spans of which a person has exactly one by that name."""
    names = [one.name for one in held]
    return {one.name: one for one in held if names.count(one.name) == 1}
