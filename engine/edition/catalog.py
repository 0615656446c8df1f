"""Says what an import may speak of, by the published ladders; and what a policy may read, by the imports there are."""

from __future__ import annotations

from engine.access.permit import PERMITS
from engine.edition.library import ladder, names, newest
from engine.fact.kind import COLUMNS
from engine.fact.reading import Catalog
from engine.people.staff import ROLES
from engine.store.transaction import Tx
from rules.policysupply import Supply


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


def supply() -> Supply:
    """Returns the kinds of file that can be imported, and whom evidence can be verified by, here or before it came."""
    return Supply(frozenset(COLUMNS), frozenset(("candidate", *PERMITS["verify evidence"], *ROLES)))
