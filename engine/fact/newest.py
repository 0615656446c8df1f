"""The facts that hold: of each person and key the newest row known at a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from engine.fact.row import source
from engine.record.kept import remembered
from engine.store.table.fact import fact
from engine.store.transaction import Tx
from rules.fact import Figure
from terms.quantity import scaled

CHUNK = 500
EVERYBODY = ""
FACTS = "facts"
"""Under which name somebody's facts are remembered."""


def newest(
    tx: Tx, people: Sequence[str], known_at: str | None, kinds: Collection[str] = ()
) -> list[Row[Any]]:
    """Returns the newest row of each person and key, oldest import first; of all kinds where none is named."""
    if known_at is None and not kinds and len(people) == 2 and people[0] == EVERYBODY:
        return remembered(tx, FACTS, people[1], lambda: _newest(tx, people, None, ()))
    return _newest(tx, people, known_at, kinds)


def fetch(tx: Tx, people: Iterable[str]) -> None:
    """Reads the facts of many people at once, for whoever asks for one after the other in this transaction."""
    read: dict[str, list[Row[Any]]] = tx.held.setdefault(FACTS, {})
    wanted = sorted({EVERYBODY, *people} - set(read))
    read |= {one: [] for one in wanted}
    for start in range(0, len(wanted), CHUNK):
        query = select(fact).where(fact.c.person.in_(wanted[start : start + CHUNK]))
        for one in tx.connection.execute(query.order_by(fact.c.import_seq, fact.c.row, fact.c.field)):
            read[one.person].append(one)


def _newest(tx: Tx, people: Sequence[str], known_at: str | None, kinds: Collection[str]) -> list[Row[Any]]:
    found: dict[tuple[str, str], Row[Any]] = {}
    read: dict[str, list[Row[Any]]] = tx.held.get(FACTS, {})
    if not kinds and all(one in read for one in people):
        for person in people:
            for one in read[person]:
                if known_at is None or one.recorded_at <= known_at:
                    found.pop((person, one.key), None)
                    found[person, one.key] = one
        return list(found.values())
    for start in range(0, len(people), CHUNK):
        query = select(fact).where(fact.c.person.in_(people[start : start + CHUNK]))
        if kinds:
            query = query.where(fact.c.kind.in_(sorted(kinds)))
        if known_at is not None:
            query = query.where(fact.c.recorded_at <= known_at)
        for one in tx.connection.execute(query.order_by(fact.c.import_seq, fact.c.row, fact.c.field)):
            found.pop((one.person, one.key), None)
            found[one.person, one.key] = one
    return list(found.values())


def sorted_out(rows: Iterable[Row[Any]]) -> Mapping[str, list[Row[Any]]]:
    """Returns rows by kind."""
    by_kind: dict[str, list[Row[Any]]] = defaultdict(list)
    for one in rows:
        by_kind[one.kind].append(one)
    return by_kind


def source_of(one: Row[Any]) -> str:
    """Returns the text by which a finding cites a row."""
    return source(one.import_seq, one.row, one.field)


def figures(by_kind: Mapping[str, list[Row[Any]]]) -> dict[str, tuple[Figure, ...]]:
    """Returns each metric's expected periods, ascending by end, with what is known of them."""
    actual, target = (
        {(one.name, one.start, one.end): one for one in by_kind.get(kind, ())}
        for kind in ("actual", "target")
    )
    found: dict[str, list[Figure]] = defaultdict(list)
    for one in by_kind.get("expected", ()):
        place = (one.name, one.start, one.end)
        sides = [side.get(place) for side in (actual, target)]
        values = [None if row is None or row.value is None else scaled(row.value) for row in sides]
        units = {row.unit for row in sides if row is not None and row.value is not None}
        found[one.name].append(
            Figure(
                start=date.fromisoformat(one.start),
                end=date.fromisoformat(one.end),
                actual=values[0],
                target=values[1],
                unit="+".join(sorted(units)) or str(one.unit),
                source="+".join(source_of(row) for row in sides if row is not None),
            )
        )
    return {
        metric: tuple(sorted(held, key=lambda one: (one.end, one.start))) for metric, held in found.items()
    }
