"""Tells a case when facts behind its readiness are corrected, or come in, afterwards: an event, and never a change.

A correction is a newer fact of the same person and key as one that is cited; what comes in is the first fact of
something that the readiness names as lacking. Past decisions stay; they are marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from engine.case.apply import apply
from engine.case.arrival import Arrival, arrivals, filled, reached
from engine.case.project import project
from engine.case.query import cases, load
from engine.case.state import Case
from engine.fact.check import cited
from engine.fact.row import source
from engine.record.event import SYSTEM, Actor, Draft, Event
from engine.record.log import append
from engine.store.table.fact import fact
from engine.store.table.record import log, payload
from engine.store.transaction import Tx
from rules.lacking import lacking
from terms.canonical import Json
from terms.error import RungError

CITED = re.compile(r'"source":"([^"]+)"')
STATEMENTS = ("complete",)


def restate(tx: Tx, seq: int) -> tuple[Event, ...]:
    """Returns an event for each case whose last readiness cites what an import (by its seq) corrected, or lacks it."""
    newer, fresh = superseded(tx, seq), reached(tx, arrivals(tx, seq))
    if not newer and not fresh:
        return ()
    found: list[Event] = []
    for case_id, facts in _hit(tx, newer, fresh).items():
        case = load(tx, case_id)
        draft = Draft(
            type="FactsRestated",
            stream=f"case:{case.id}",
            data={"import": seq, "facts": facts},
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


def _hit(tx: Tx, newer: Mapping[str, str], fresh: Mapping[str, tuple[Arrival, ...]]) -> dict[str, list[Json]]:
    """Returns the cases whose last readiness rests on what was corrected, or lacks what came in, with those facts."""
    waiting = {one.id: fresh[one.person] for one in cases(tx) if one.person in fresh} if fresh else {}
    if not newer and not waiting:
        return {}
    query = (
        select(log.c.stream, payload.c.body)
        .join(payload, payload.c.event == log.c.seq)
        .where(payload.c.field == "readiness", payload.c.salt.is_not(None))
        .order_by(log.c.seq)
    )
    last: dict[str, str] = {}
    for stream, body in tx.connection.execute(query):
        case = stream.removeprefix("case:")
        if case != stream and (newer or case in waiting):
            last[case] = body
    found = {case: restated_facts(body, newer, waiting.get(case, ())) for case, body in last.items()}
    return {case: facts for case, facts in found.items() if facts}


def restated_facts(readiness: str, newer: Mapping[str, str], fresh: Sequence[Arrival]) -> list[Json]:
    """Returns what an event says of a readiness (JSON text): what it cites and what corrects that, what it lacked."""
    corrected: list[Json] = [{"was": was, "now": now} for was, now in pairs(readiness, newer)]
    return [*corrected, *({"lacked": name, "now": now} for name, now in filled(readiness, fresh))]


def pairs(readiness: str, newer: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yields each source that a readiness (canonical JSON text) cites and that was corrected, with its correction."""
    if not newer:
        return
    told = {part for held in CITED.findall(readiness) for part in held.split("+")}
    for one in sorted(told & set(newer)):
        yield one, newer[one]


def mark(case: Case) -> str:
    """Returns the sentence that a case is marked with; empty where no fact that it rests on was restated or came in."""
    if not case.restated:
        return ""
    came = all(lacking(was) is not None for one in case.restated for was, _ in one.facts)
    on = "before a fact that was due came in" if came else "on facts since restated"
    if case.decisions:
        return f"Decided {on}; the decision stands, and an appeal may name it."
    if case.final:
        return f"Closed {on}."
    if case.frozen:
        told = f"The file was frozen {on}: `rung case return` reopens it and the next freeze "
        return told + "takes the newest, or it goes on as it is frozen."
    return f"Its readiness was taken {on}; the freeze takes the newest."


def corrections(tx: Tx, case: Case) -> tuple[str, ...]:
    """Returns each correction since the last readiness in words: what was cited or lacking, and what it says now."""
    latest: dict[str, str] = {was: now for one in case.restated for was, now in one.facts}
    return tuple(f"{_said(tx, was)} -> {_said(tx, now)}" for was, now in latest.items())


def _said(tx: Tx, named: str) -> str:
    return f"{named} (not on file)" if lacking(named) is not None else f"{named} {_value(tx, named)}"


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
