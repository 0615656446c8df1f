"""Everybody of a workspace who could move to a level, screened on an engine: one statement per move."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from engine.case.readiness import movers
from engine.fact.view import views
from engine.screen.choice import warehouse
from engine.screen.run import Screened, screen
from engine.screen.staging import Staging
from engine.store.transaction import Tx
from rules.policy import Move, needs

BATCH = 2_000


def workforce(
    tx: Tx,
    target: str,
    on: str,
    database: str | None,
    *,
    as_of: date,
    named: str | None = None,
    known_at: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[tuple[Move, Screened], ...]:
    """Returns everybody's row with the move it is of, by label.

    Raises Unknown where no edition in effect has a move to the level, BadInput where the engine cannot be had.
    """
    chosen, levels, moves = movers(tx, target, as_of=as_of, named=named, known_at=known_at)
    found: dict[str, tuple[Move, Screened]] = {}
    with warehouse(on, database, len(chosen)) as engine:
        for source, (_, move, steps) in moves.items():
            here = [person for person in chosen if levels[person] == source]
            with tempfile.TemporaryDirectory(prefix="rung-screen-") as name:
                with Staging(Path(name)) as staged:
                    for start in range(0, len(here), BATCH):
                        held = views(
                            tx,
                            here[start : start + BATCH],
                            as_of=as_of,
                            known_at=known_at,
                            needs=needs(move),
                            ranks=steps.ranks,
                        )
                        if start == 0:
                            staged.company(next(iter(held.values())))
                        staged.add(held.values())
                        progress(f"{move.id}: {staged.people:,} of {len(here):,} people read")
                if not here:
                    continue
                engine.load(Path(name))
                for one in screen(engine, move, as_of, staged, progress=progress):
                    found[one.person] = (move, one)
    return tuple(found[person] for person in chosen)
