"""Tells a case when facts that its readiness cites are corrected afterwards: an event, and never a change.

A correction is a newer fact of the same person and key. Past decisions stay; they are marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sqlalchemy import select

from engine.case.apply import apply
from engine.case.project import project
from engine.case.query import load
from engine.case.state import Case
from engine.fact.check import cited
from engine.fact.row import source
from engine.record.event import SYSTEM, Actor, Draft, Event
from engine.record.log import append
from engine.store.table.fact import fact
from engine.store.table.record import log, payload
from engine.store.transaction import Tx
from terms.canonical import Json
from terms.error import RungError

CITED = re.compile(r'"source":"([^"]+)"')
STATEMENTS = ("complete",)


def restate(tx: Tx, seq: int) -> tuple[Event, ...]:
    """Returns an event for each case whose last readiness cites a fact that an import (by its seq) corrected."""
    newer = superseded(tx, seq)
    if not newer:
        return ()
    found: list[Event] = []
    for case_id, pairs in _hit(tx, newer).items():
        case = load(tx, case_id)
        draft = Draft(
            type="FactsRestated",
            stream=f"case:{case.id}",
            data={"import": seq, "facts": [{"was": was, "now": now} for was, now in pairs]},
            about=(case.person,),
            rule="law:10",
            edition=case.policy,
            workflow=case.workflow,
        )
        stream = {draft.stream: case.version}
        event = append(tx, [draft], actor=Actor(SYSTEM, "system"), command="Import", expected=stream)[0]
        project(tx, apply(event, case), case)
        found.append(event)
    return tuple(found)


def superseded(tx: Tx, seq: int) -> dict[str, str]:
    """Returns every older fact that an import corrected: its source -> the source of the fact that corrects it."""
    new, old = fact.alias("fresh"), fact.alias("before")
    query = (
        select(
            old.c.import_seq.label("old_seq"),
            old.c.row.label("old_row"),
            old.c.field.label("old_field"),
            new.c.row,
            new.c.field,
        )
        .join(old, (old.c.person == new.c.person) & (old.c.kind == new.c.kind) & (old.c.key == new.c.key))
        .where(new.c.import_seq == seq, old.c.import_seq < seq, new.c.kind.not_in(STATEMENTS))
    )
    return {
        source(one.old_seq, one.old_row, one.old_field): source(seq, one.row, one.field)
        for one in tx.connection.execute(query)
    }


def _hit(tx: Tx, newer: Mapping[str, str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Returns the cases whose last readiness cites a corrected fact, with (source cited, source now)."""
    query = (
        select(log.c.stream, payload.c.body)
        .join(payload, payload.c.event == log.c.seq)
        .where(payload.c.field == "readiness", payload.c.salt.is_not(None))
        .order_by(log.c.seq)
    )
    last: dict[str, tuple[tuple[str, str], ...]] = {}
    for stream, body in tx.connection.execute(query):
        if stream.startswith("case:"):
            last[stream.removeprefix("case:")] = tuple(pairs(body, newer))
    return {case: held for case, held in last.items() if held}


def pairs(readiness: str, newer: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yields each source that a readiness (canonical JSON text) cites and that was corrected, with its correction."""
    told = {part for held in CITED.findall(readiness) for part in held.split("+")}
    for one in sorted(told & set(newer)):
        yield one, newer[one]


def mark(case: Case) -> str:
    """Returns the sentence that a case is marked with; empty where no fact that it rests on was restated."""
    if not case.restated:
        return ""
    if case.decisions:
        return "Decided on facts since restated; the decision stands, and an appeal may name it."
    if case.final:
        return "Closed on facts since restated."
    if case.frozen:
        told = (
            "The file was frozen on facts since restated: `rung case return` reopens it and the next freeze "
        )
        return told + "takes the newest, or it goes on as it is frozen."
    return "Its readiness was taken on facts since restated; the freeze takes the newest."


def corrections(tx: Tx, case: Case) -> tuple[str, ...]:
    """Returns each correction since the last readiness in words: what was cited, what it said, what it says now."""
    latest: dict[str, str] = {was: now for one in case.restated for was, now in one.facts}
    return tuple(f"{was} {_value(tx, was)} -> {now} {_value(tx, now)}" for was, now in latest.items())


def _value(tx: Tx, named: str) -> str:
    try:
        row = cited(tx, named)[0]
    except RungError:
        return "(erased)"
    told = row.value or row.name
    return f"({told} {row.unit})" if row.value and row.unit else f"({told})"


def json_of(tx: Tx, case: Case) -> Json:
    """Returns a case's mark as JSON: None where it has none."""
    if not case.restated:
        return None
    facts: list[Json] = [
        {"was": was, "now": now, "event": one.seq} for one in case.restated for was, now in one.facts
    ]
    return {"told": mark(case), "facts": facts, "corrections": list(corrections(tx, case))}


def marked(tx: Tx) -> dict[str, str]:
    """Returns the mark of every case that has one, by case id."""
    query = select(log.c.stream).where(log.c.type == "FactsRestated").distinct()
    streams = tx.connection.execute(query).scalars().all()
    found = [load(tx, one.removeprefix("case:")) for one in streams]
    return {one.id: mark(one) for one in found if one.restated}
