"""Finds facts that came in for the first time, and that a readiness recorded before names as lacking."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, select

from engine.fact.around import manager_on
from engine.fact.newest import CHUNK, newest
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


def reached(
    tx: Tx, fresh: Mapping[str, tuple[Arrival, ...]], known_at: str | None = None
) -> dict[str, tuple[Arrival, ...]]:
    """Returns arrivals by everybody whose criteria they reach: their own, and those of people led or coached.

    A figure of somebody led is named `team:M` as the criterion names it, one of somebody coached `coached:M`: of a
    team, whoever led them on the last day of its period; of coaching, whoever began to coach them before it.
    """
    found = {who: list(held) for who, held in fresh.items()}
    figures = {who: [one for one in held if one.kind in SIDES] for who, held in fresh.items()}
    moved = sorted(who for who, held in figures.items() if held)
    lines: dict[str, list[Any]] = {}
    for row in newest(tx, moved, known_at, ["manager"]):
        lines.setdefault(row.person, []).append(row)
    for who, rows in lines.items():
        for one in figures[who]:
            lead = manager_on(rows, date.fromisoformat(one.end) - timedelta(days=1))
            if lead:
                found.setdefault(lead, []).append(replace(one, name=f"team:{one.name}"))
    for row in newest(tx, _coaches(tx, moved), known_at, ["coaching"]):
        for one in figures.get(row.name, ()):
            if one.start >= row.start:
                found.setdefault(row.person, []).append(replace(one, name=f"coached:{one.name}"))
    return {who: tuple(held) for who, held in found.items()}


def _coaches(tx: Tx, people: Sequence[str]) -> list[str]:
    """Returns who ever coached some people."""
    found: set[str] = set()
    for start in range(0, len(people), CHUNK):
        some = people[start : start + CHUNK]
        query = select(fact.c.person).where(fact.c.kind == "coaching", fact.c.name.in_(some)).distinct()
        found |= set(tx.connection.execute(query).scalars())
    return sorted(found)


def filled(readiness: str, fresh: Sequence[Arrival]) -> Iterator[tuple[str, str]]:
    """Yields each thing that a readiness (JSON text) lacked and that came in, with the fact that it is.

    It lacked what it names; and of a team or of people coached also a figure of a period that it read without it.
    """
    if not fresh:
        return
    held: Mapping[str, Json] = json.loads(readiness)
    parts = [held.get(part) for part in ("findings", "advisory")]
    names = dict.fromkeys(name for part in parts for name in _missing(part))
    read = dict.fromkeys(each for part in parts for each in _read(part))
    names |= {str(LackingFigure(side, *each)): None for each in read for side in SIDES}
    for name in names:
        gap = lacking(name)
        for one in fresh if gap is not None else ():
            assert gap is not None
            if one.fills(gap):
                yield name, one.source


def _read(findings: Json) -> Iterator[tuple[str, str, str]]:
    """Yields each period of a team's metric, or of one of people coached, that findings read: metric, start, end."""
    for one in findings if isinstance(findings, list) else ():
        if isinstance(one, dict):
            told = one.get("inputs")
            for each in told if isinstance(told, list) else ():
                if isinstance(each, dict) and "of" in each:
                    start, _, end = str(each["period"]).strip("[)").partition(", ")
                    yield str(each["of"]), start, end
            yield from _read(one.get("children"))


def _missing(findings: Json) -> Iterator[str]:
    for one in findings if isinstance(findings, list) else ():
        if isinstance(one, dict):
            told = one.get("missing")
            yield from (str(each) for each in told) if isinstance(told, list) else ()
            yield from _missing(one.get("children"))
