"""Counts exceptions by the manager who nominated: asked for, granted, refused, beside the cases nominated."""

from __future__ import annotations

from dataclasses import dataclass

from engine.case.query import cases, load
from engine.people.directory import natural
from engine.store.transaction import Tx


@dataclass(slots=True, kw_only=True)
class Rate:
    """Holds one nominator's cases and the exceptions on them; `excepted` counts cases with one granted."""

    nominator: str
    cases: int = 0
    excepted: int = 0
    asked: int = 0
    granted: int = 0
    refused: int = 0


def exception_rates(tx: Tx) -> tuple[Rate, ...]:
    """Returns the figures of everybody who nominated, by id."""
    found: dict[str, Rate] = {}
    for line in cases(tx):
        case = load(tx, line.id)
        who = natural(tx, case.nominator)
        rate = found.setdefault(who, Rate(nominator=who))
        granted = sum(one.until is not None for one in case.exceptions)
        rate.cases += 1
        rate.excepted += granted > 0
        rate.asked += len(case.exceptions)
        rate.granted += granted
        rate.refused += sum(one.refused is not None for one in case.exceptions)
    return tuple(found[who] for who in sorted(found))
