"""A readiness as JSON, with the track of its level and the earliest date."""

from __future__ import annotations

from datetime import date

from engine.case.readiness import Assessed, assess, targets
from engine.store.transaction import Tx
from terms.canonical import Json


def assessed(
    tx: Tx, person: str, target: str | None, on: date, *, policy: str | None = None, seen: str | None = None
) -> list[Assessed]:
    """Returns somebody's readiness for a level, or for every level that they can move to, on a day."""
    levels = (target,) if target else targets(tx, person, on, seen)
    return [assess(tx, person, level, as_of=on, named=policy, known_at=seen) for level in levels]


def ready_json(one: Assessed) -> dict[str, Json]:
    """Returns a readiness as JSON, with the track of its level and the earliest date."""
    return {
        **one.readiness.json(),
        "track": one.ladder.level(one.move.target).track,
        "earliest": one.when().json(),
    }
