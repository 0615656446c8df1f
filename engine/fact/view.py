"""Gives the rules their view: one person's facts as known at a moment, in the rules' own types."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from engine.fact.row import source
from engine.store.table.fact import fact
from engine.store.transaction import Tx
from rules.fact import Cycle, FactView, Figure, Mark, Score, Span
from terms.quantity import scaled

SPANS = ("level", "function", "team", "manager", "employment", "leave")
MARKS = ("evidence", "endorsement", "attestation", "training", "standing", "commitment")
CHUNK = 500
EVERYBODY = ""


def view(tx: Tx, person: str, *, as_of: date, known_at: str | None = None) -> FactView:
    """Returns one person's facts as known at a moment (all that are known, where none is given)."""
    return views(tx, [person], as_of=as_of, known_at=known_at)[person]


def views(tx: Tx, people: Sequence[str], *, as_of: date, known_at: str | None = None) -> dict[str, FactView]:
    """Returns the facts of many people, each as `view` would."""
    complete = _complete(_rows(tx, [EVERYBODY], known_at))
    held: dict[str, list[Row[Any]]] = defaultdict(list)
    for one in _rows(tx, people, known_at):
        held[one.person].append(one)
    return {person: _view(person, held[person], complete) for person in people}


def set_digest(tx: Tx, person: str, *, known_at: str | None = None) -> str:
    """Returns the SHA-256 over the sources of the facts that a view reads: it changes when any of them does."""
    hashed = hashlib.sha256()
    for one in _rows(tx, [EVERYBODY, person], known_at):
        hashed.update(f"{source(one.import_seq, one.row, one.field)}\n".encode())
    return hashed.hexdigest()


def _rows(tx: Tx, people: Iterable[str], known_at: str | None) -> list[Row[Any]]:
    """Returns the newest row of each person and key, oldest import first."""
    wanted = list(people)
    newest: dict[tuple[str, str], Row[Any]] = {}
    for start in range(0, len(wanted), CHUNK):
        query = select(fact).where(fact.c.person.in_(wanted[start : start + CHUNK]))
        if known_at is not None:
            query = query.where(fact.c.recorded_at <= known_at)
        for one in tx.connection.execute(query.order_by(fact.c.import_seq, fact.c.row, fact.c.field)):
            newest.pop((one.person, one.key), None)
            newest[one.person, one.key] = one
    return list(newest.values())


def _complete(rows: list[Row[Any]]) -> dict[str, date]:
    return {one.name: date.fromisoformat(one.start) for one in rows if one.kind == "complete"}


def _view(person: str, rows: list[Row[Any]], complete: Mapping[str, date]) -> FactView:
    by_kind: dict[str, list[Row[Any]]] = defaultdict(list)
    for one in rows:
        by_kind[one.kind].append(one)
    cycles = sorted(
        (Cycle(one.name, _day(one.start), _day(one.end)) for one in by_kind["cycle"]),
        key=lambda one: (one.end, one.name),
    )
    return FactView(
        person=person,
        figures=_figures(by_kind),
        cycles=tuple(cycles),
        scores=_scores(by_kind["score"]),
        spans={kind: _spans(by_kind[kind]) for kind in SPANS if by_kind[kind]},
        marks={kind: _marks(by_kind[kind]) for kind in MARKS if by_kind[kind]},
        complete=dict(complete),
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _source(one: Row[Any]) -> str:
    return source(one.import_seq, one.row, one.field)


def _figures(by_kind: Mapping[str, list[Row[Any]]]) -> dict[str, tuple[Figure, ...]]:
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
                start=_day(one.start),
                end=_day(one.end),
                actual=values[0],
                target=values[1],
                unit="+".join(sorted(units)) or str(one.unit),
                source="+".join(_source(row) for row in sides if row is not None),
            )
        )
    return {
        metric: tuple(sorted(held, key=lambda one: (one.end, one.start))) for metric, held in found.items()
    }


def _scores(rows: list[Row[Any]]) -> dict[tuple[str, str], tuple[Score, ...]]:
    found: dict[tuple[str, str], list[tuple[str, Score]]] = defaultdict(list)
    for one in rows:
        detail = json.loads(one.detail)
        value = None if one.value is None else scaled(one.value)
        score = Score(cycle=detail["cycle"], value=value, by=detail["by"], source=_source(one))
        found[one.name, detail["level"]].append((one.end, score))
    return {
        key: tuple(score for _, score in sorted(held, key=lambda one: one[0])) for key, held in found.items()
    }


def _spans(rows: list[Row[Any]]) -> tuple[Span, ...]:
    """Returns the spans of one kind in order; each ends at the latest where the next begins, but for leave."""
    ordered = sorted(rows, key=lambda one: one.start)
    spans: list[Span] = []
    for number, one in enumerate(ordered):
        end = None if one.end is None else _day(one.end)
        if one.kind != "leave" and number + 1 < len(ordered):
            begins = _day(ordered[number + 1].start)
            end = min(end, begins) if end else begins
        if one.name:
            spans.append(Span(one.name, _day(one.start), end, _source(one)))
    return tuple(spans)


def _marks(rows: list[Row[Any]]) -> tuple[Mark, ...]:
    marks = []
    for one in sorted(rows, key=lambda one: (one.start, one.import_seq, one.row)):
        detail = json.loads(one.detail)
        marks.append(
            Mark(
                kind=one.name,
                on=_day(one.start),
                end=None if one.end is None else _day(one.end),
                by=detail.get("by", ""),
                verified=bool(detail.get("verified_by")),
                text=detail.get("text", ""),
                source=_source(one),
            )
        )
    return tuple(marks)
