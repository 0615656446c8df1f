"""A workforce made up for timing: distinct people of one level, most of them with nothing odd about them."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

from rules.fact import Cycle, Figure, Mark, Score, Span
from rules.policy import Move
from rules.view import FactView
from terms.fiscal import Fiscal
from terms.quantity import SCALE

CYCLES = tuple(
    Cycle(
        f"{year}-h{half}",
        date(year, 6 * half - 5, 1),
        date(year, 7, 1) if half == 1 else date(year + 1, 1, 1),
    )
    for year in (2024, 2025, 2026)
    for half in (1, 2)
)
ODD = 20  # one in so many is on leave, lacks a figure, or joined too late


class Dice:
    """Holds numbers that follow from a name alone, so that every run makes the same people."""

    def __init__(self, name: str) -> None:
        self.bytes = b"".join(hashlib.sha256(f"{name} {n}".encode()).digest() for n in range(16))
        self.at = 0

    def __call__(self, sides: int) -> int:
        """Returns the next number, from 0 to less than `sides`."""
        self.at += 2
        return int.from_bytes(self.bytes[self.at - 2 : self.at]) % sides


def population(move: Move, count: int, as_of: date, quarters: int = 8) -> list[FactView]:
    """Returns the facts of `count` people who could make a move, each with figures, scores and marks of their own."""
    return [person(f"person-{n}", move, as_of, quarters) for n in range(count)]


def person(name: str, move: Move, as_of: date, quarters: int) -> FactView:
    """Returns one person's facts on a date; equal names give equal facts."""
    roll = Dice(name)
    odd = roll(ODD) == 0
    kind = roll(3)
    due = Fiscal().last("quarter", quarters, as_of)
    figures: list[Figure] = []
    for n, one in enumerate(due):
        assert one.end is not None
        target = (200_000 + 1000 * roll(200)) * SCALE
        actual: int | None = target // 100 * (80 + roll(60))
        if odd and kind == 0 and n == quarters - 2:
            actual = None
        start, end = date.fromordinal(one.start.toordinal()), date.fromordinal(one.end.toordinal())
        figures.append(Figure(start, end, actual, target, "USD", f"f1.{name}.{n}"))
    cycles = tuple(one for one in CYCLES if one.end <= as_of)
    scores: dict[tuple[str, str], tuple[Score, ...]] = {}
    for skill in move.competencies:
        for level in ("current", "next"):
            scores[skill, level] = tuple(
                Score(one.name, (2 + roll(4)) * SCALE, "manager", f"f2.{name}.{one.name}") for one in cycles
            )
    joined = (
        as_of - timedelta(days=200 + roll(3000))
        if odd and kind == 1
        else date(2012 + roll(11), 1 + roll(12), 1)
    )
    away = (
        (Span("leave", as_of - timedelta(days=150), as_of - timedelta(days=90)),) if odd and kind == 2 else ()
    )
    spans: dict[str, tuple[Span, ...]] = {
        "employment": (Span("company", joined, None, "f3"),),
        "level": (Span("ae-1", joined, as_of - timedelta(days=160 + roll(700)), "f3"),),
        "team": (Span(f"team-{roll(40)}", joined, None, "f3"),),
        "manager": (Span(f"manager-{roll(40)}", joined, None, "f3"),),
    }
    begun = spans["level"][0].end
    assert begun is not None
    spans["level"] = (*spans["level"], Span(move.source, begun, None, "f4"))
    if away:
        spans["leave"] = away
    return FactView(
        person=name,
        figures={"quota": tuple(figures)},
        cycles=cycles,
        scores=scores,
        spans=spans,
        marks=registers(name, roll, as_of),
        complete={"training": as_of - timedelta(days=roll(60)), "standing": as_of - timedelta(days=roll(60))},
    )


def registers(name: str, roll: Dice, as_of: date) -> dict[str, tuple[Mark, ...]]:
    """Returns a person's entries: some evidence, mostly a commitment and a course, hardly ever a standing."""

    def entries(kinds: tuple[str, ...], most: int, back: int) -> tuple[Mark, ...]:
        found = [
            Mark(
                kinds[roll(len(kinds))],
                as_of - timedelta(days=1 + roll(back)),
                by=name,
                verified=roll(4) > 0,
                source=f"f5.{name}",
            )
            for _ in range(roll(most + 1))
        ]
        return tuple(sorted(found, key=lambda one: one.on))

    return {
        "evidence": entries(("executive-deal", "executive-deal", "account-plan"), 4, 700),
        "commitment": entries(("ic", "ic", "ic", "management"), 1, 300),
        "training": entries(("advanced-method", "first-course"), 2, 500),
        "standing": (Mark("performance-plan", as_of - timedelta(days=30)),) if roll(50) == 0 else (),
    }
