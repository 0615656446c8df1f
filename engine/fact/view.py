"""Gives the rules their view: one person's facts as known at a moment, in the rules' own types."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Row

from engine.fact.around import NO_RANKS, NOTHING, Around
from engine.fact.newest import EVERYBODY, figures, newest, sorted_out, source_of
from engine.store.transaction import Tx
from rules.continuation import continued
from rules.fact import Cycle, Mark, Score, Span
from rules.view import FactView, Needs
from terms.quantity import scaled

SPANS = ("level", "function", "team", "manager", "employment", "leave")
MARKS = ("evidence", "endorsement", "attestation", "training", "standing", "commitment", "rating")


def view(
    tx: Tx,
    person: str,
    *,
    as_of: date,
    known_at: str | None = None,
    needs: Needs = NOTHING,
    ranks: Mapping[str, int] = NO_RANKS,
) -> FactView:
    """Returns one person's facts as known at a moment (all that are known, where none is given)."""
    return views(tx, [person], as_of=as_of, known_at=known_at, needs=needs, ranks=ranks)[person]


def views(
    tx: Tx,
    people: Sequence[str],
    *,
    as_of: date,
    known_at: str | None = None,
    needs: Needs = NOTHING,
    ranks: Mapping[str, int] = NO_RANKS,
) -> dict[str, FactView]:
    """Returns the facts of many people, each as `view` would; `ranks` gives each level's rank on the ladder."""
    return gather(tx, people, as_of=as_of, known_at=known_at, needs=needs, ranks=ranks)[0]


def gather(
    tx: Tx,
    people: Sequence[str],
    *,
    as_of: date,
    known_at: str | None = None,
    needs: Needs = NOTHING,
    ranks: Mapping[str, int] = NO_RANKS,
) -> tuple[dict[str, FactView], str]:
    """Returns people's facts, and the SHA-256 over the sources of all that was read: it changes when one does."""
    read = newest(tx, [EVERYBODY, *people], known_at)
    common, held = [one for one in read if not one.person], [one for one in read if one.person]
    around = Around(tx, people, held, known_at, needs)
    own: dict[str, list[Row[Any]]] = defaultdict(list)
    for one in held:
        own[one.person].append(one)
    by_kind = sorted_out(common)
    complete = {one.name: _day(one.start) for one in by_kind["complete"]}
    cycles = tuple(Cycle(one.name, _day(one.start), _day(one.end)) for one in by_kind["cycle"])
    seats = _marks(by_kind["seat"])
    found = {}
    for person in people:
        basic = _view(person, sorted_out(own[person]), cycles)
        employed = basic.spans.get("employment", ())
        figures = {
            metric: held if metric.startswith("coached:") else continued(held, as_of, employed)
            for metric, held in {**basic.figures, **around.figures(person)}.items()
        }
        spans, line_known = around.line(person, as_of)
        makers = {one.by for marks in basic.marks.values() for one in marks if one.by}
        found[person] = replace(
            basic,
            figures=figures,
            spans={**basic.spans, **spans},
            marks={**basic.marks, "seat": seats} if seats else basic.marks,
            complete=complete,
            line_known=line_known,
            ranks=around.ranks(makers, ranks, as_of),
        )
    read_all = "".join([f"{source_of(one)}\n" for one in (*common, *held, *around.read)])
    return found, hashlib.sha256(read_all.encode()).hexdigest()


def _view(person: str, by_kind: Mapping[str, list[Row[Any]]], cycles: Sequence[Cycle]) -> FactView:
    spans = {kind: _spans(by_kind[kind]) for kind in SPANS if by_kind.get(kind)}
    return FactView(
        person=person,
        figures=figures(by_kind),
        cycles=_due(cycles, by_kind.get("cycle", ()), spans.get("employment", ())),
        scores=_scores(by_kind.get("score", [])),
        spans=spans,
        marks={kind: _marks(by_kind[kind]) for kind in MARKS if by_kind.get(kind)},
    )


def _due(cycles: Sequence[Cycle], own: Sequence[Row[Any]], employed: Sequence[Span]) -> tuple[Cycle, ...]:
    """Returns the company's scoring cycles in which a score of somebody is due.

    Those are the ones that they were employed for from the first day to the last, and those that they have a row in.
    """
    theirs = [Cycle(one.name, _day(one.start), _day(one.end)) for one in own]
    named = {one.name for one in theirs}
    cycles = (*cycles, *(one for one in theirs if one.name not in {held.name for held in cycles}))

    def whole(cycle: Cycle) -> bool:
        return not employed or any(
            one.start <= cycle.start and (one.end is None or one.end >= cycle.end) for one in employed
        )

    due = [one for one in cycles if one.name in named or whole(one)]
    return tuple(sorted(due, key=lambda one: (one.end, one.name)))


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _scores(rows: list[Row[Any]]) -> dict[tuple[str, str], tuple[Score, ...]]:
    found: dict[tuple[str, str], list[tuple[str, Score]]] = defaultdict(list)
    for one in rows:
        detail = json.loads(one.detail)
        value = None if one.value is None else scaled(one.value)
        score = Score(cycle=detail["cycle"], value=value, by=detail["by"], source=source_of(one))
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
            spans.append(Span(one.name, _day(one.start), end, source_of(one)))
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
                source=source_of(one),
                count=detail.get("count", 1),
            )
        )
    return tuple(marks)
