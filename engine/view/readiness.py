"""A readiness as JSON, with the track of its level and the earliest date."""

from __future__ import annotations

from datetime import date

from engine.case.readiness import Assessed, assess, targets
from engine.round.ahead import Opening, opening
from engine.store.transaction import Tx
from terms.canonical import Json


def assessed(
    tx: Tx, person: str, target: str | None, on: date, *, policy: str | None = None, seen: str | None = None
) -> list[Assessed]:
    """Returns somebody's readiness for a level, or for every level that they can move to, on a day."""
    levels = (target,) if target else targets(tx, person, on, seen)
    return [assess(tx, person, level, as_of=on, named=policy, known_at=seen) for level in levels]


def opening_of(tx: Tx, one: Assessed) -> Opening | None:
    """Returns the first round that takes somebody from their earliest date on; None without a date or such rounds.

    Where some criteria have no date, it is the earliest on which all others are met, as with the cut-off.
    """
    found = one.when()
    on = found.on or found.rest
    return None if on is None else opening(tx, one.move.source, one.move.target, on)


def ready_json(one: Assessed, round_: Opening | None) -> dict[str, Json]:
    """Returns a readiness as JSON, with the track of its level, the earliest date and the round that takes it."""
    return {
        **one.readiness.json(),
        "track": one.ladder.level(one.move.target).track,
        "earliest": {**one.when().json(), "round": None if round_ is None else round_.json()},
    }
