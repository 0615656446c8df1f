"""Finds facts that came in for the first time, and that a readiness recorded before names as lacking."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select

from engine.fact.row import source
from engine.store.table.fact import fact
from engine.store.transaction import Tx
from rules.lacking import LackingFigure, LackingScore, lacking
from terms.canonical import Json

SIDES = ("actual", "target")


@dataclass(frozen=True, slots=True)
class Arrival:
    """Holds a fact that is the first of its key: a side of a period's figure, or a score."""

    source: str
    kind: str
    name: str
    start: str
    end: str
    level: str = ""
    cycle: str = ""

    def fills(self, gap: LackingFigure | LackingScore) -> bool:
        """Returns whether this is what a readiness lacked; a month fills its part of a quarter."""
        if isinstance(gap, LackingScore):
            return (self.kind, self.name, self.level, self.cycle) == ("score", *gap)
        inside = gap.start <= self.start and self.end <= gap.end
        return (self.kind, self.name) == (gap.side, gap.metric) and inside


def arrivals(tx: Tx, seq: int) -> dict[str, tuple[Arrival, ...]]:
    """Returns the figures and scores that an import (by its seq) brought for the first time, by person."""
    new, old = fact.alias("fresh"), fact.alias("before")
    same = and_(
        old.c.person == new.c.person,
        old.c.kind == new.c.kind,
        old.c.key == new.c.key,
        old.c.import_seq < seq,
    )
    query = (
        select(new)
        .outerjoin(old, same)
        .where(new.c.import_seq == seq, new.c.kind.in_((*SIDES, "score")), old.c.import_seq.is_(None))
        .order_by(new.c.row, new.c.field)
    )
    found: dict[str, list[Arrival]] = {}
    for row in tx.connection.execute(query):
        detail = json.loads(row.detail)
        if detail.get("by") == "self":
            continue
        one = Arrival(
            source(seq, row.row, row.field),
            row.kind,
            row.name,
            row.start,
            row.end or "",
            str(detail.get("level", "")),
            str(detail.get("cycle", "")),
        )
        found.setdefault(str(row.person), []).append(one)
    return {person: tuple(held) for person, held in found.items()}


def filled(readiness: str, fresh: Sequence[Arrival]) -> Iterator[tuple[str, str]]:
    """Yields each thing that a readiness (JSON text) names as lacking and that came in, with the fact that it is."""
    if not fresh:
        return
    held: Mapping[str, Json] = json.loads(readiness)
    names = dict.fromkeys(name for part in ("findings", "advisory") for name in _missing(held.get(part)))
    for name in names:
        gap = lacking(name)
        for one in fresh if gap is not None else ():
            assert gap is not None
            if one.fills(gap):
                yield name, one.source


def _missing(findings: Json) -> Iterator[str]:
    for one in findings if isinstance(findings, list) else ():
        if isinstance(one, dict):
            told = one.get("missing")
            yield from (str(each) for each in told) if isinstance(told, list) else ()
            yield from _missing(one.get("children"))
