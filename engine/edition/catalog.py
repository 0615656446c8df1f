"""Says which levels, competencies and scale an import may speak of: those of the published ladders."""

from __future__ import annotations

from engine.edition.library import ladder, names, newest
from engine.fact.reading import Catalog
from engine.store.transaction import Tx


def catalog(tx: Tx) -> Catalog:
    """Returns the levels and competencies that published ladders know."""
    levels: set[str] = set()
    competencies: set[str] = set()
    scales = []
    for name in names(tx, "ladder"):
        digest = newest(tx, "ladder", name)
        assert digest is not None
        held = ladder(tx, digest)
        levels |= set(held.levels)
        competencies |= set(held.competencies)
        scales.append(held.scale)
    lowest = min((one.lowest for one in scales), default=1)
    highest = max((one.highest for one in scales), default=5)
    return Catalog(frozenset(levels), frozenset(competencies), lowest, highest)
