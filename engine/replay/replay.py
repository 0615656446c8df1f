"""Re-derives from the record what the projections and the decisions say, and reports each difference."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select

from engine.case.apply import apply as apply_case
from engine.case.project import changes
from engine.case.project import row as case_projection
from engine.case.readiness import assess
from engine.case.state import Case
from engine.edition.library import workflow
from engine.fact.newest import FACTS, fetch
from engine.record.event import Event, Gone
from engine.record.kept import read_streams
from engine.record.log import read_log, size
from engine.record.payload import stored_of
from engine.replay.difference import UNREADABLE, Difference, unreadable
from engine.replay.edition import edition_differences, restatement_differences, workflow_differences
from engine.replay.erasure import erasure_differences
from engine.replay.projection import differences, editions, walked
from engine.replay.round import round_differences
from engine.session.decide import tally
from engine.session.project import row as session_projection
from engine.session.state import fold as fold_session
from engine.store.kind import odd
from engine.store.table.record import log
from engine.store.transaction import Tx
from terms.canonical import Json, canonical

AT_ONCE = 50
"""How many streams are read in one statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """Holds what was re-derived, how much of it could not be (erased), and every difference."""

    cases: int
    decided: int
    sessions: int
    readiness: int
    votes: int
    erased: int
    restated: tuple[str, ...]
    differences: tuple[Difference, ...]


@dataclass(slots=True)
class _Count:
    decided: int = 0
    readiness: int = 0
    votes: int = 0
    erased: int = 0


@dataclass(slots=True)
class Walk:
    """Holds every case and session as its events lead to it, with the rows they show, and what differs on the way."""

    cases: list[Case] = field(default_factory=list)
    case_rows: dict[str, dict[str, object]] = field(default_factory=dict)
    session_rows: dict[str, dict[str, object]] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    count: _Count = field(default_factory=_Count)


def walk(tx: Tx) -> Walk:
    """Returns the walk through every case and session of the record; published texts are read as they are stored."""
    found, streams = Walk(), _streams(tx)
    for start in range(0, len(streams), AT_ONCE):
        read = read_streams(tx, streams[start : start + AT_ONCE])
        fetch(tx, {one for events in read.values() for one in events[0].about})
        for stream, events in read.items():
            kind, _, name = stream.partition(":")
            try:
                if kind == "case":
                    case, found.case_rows[name] = _walk(tx, events, found.count, found.differences)
                    found.cases.append(case)
                elif kind == "session":
                    found.session_rows[name] = session_projection(fold_session(events))
            except UNREADABLE as error:
                found.differences.append(unreadable(events[0].seq, f"the events of {stream}", error))
        for stream in read:
            tx.held["streams"].pop(stream, None)
        tx.held.pop(FACTS, None)
    return found


def replay(tx: Tx) -> Replayed:
    """Returns how the record and what is derived from it agree; every case and session is re-derived.

    Where a published text is not the record's, nothing is derived under it: that difference is the answer. So it is
    where a table holds what its columns cannot be, or the head counts other entries than there are.
    """
    found, told = Walk(), list(_unfit(tx)) or list(differences(tx, editions(tx)))
    if not told:
        found = walk(tx)
        told += found.differences
        try:
            for one in walked(tx, found.cases, found.case_rows, found.session_rows):
                told += differences(tx, one)
        except UNREADABLE as error:
            told.append(unreadable(None, "the tables that the record leads to", error))
        told += [*erasure_differences(tx), *round_differences(tx)]
    return Replayed(
        cases=len(found.cases),
        decided=found.count.decided,
        sessions=len(found.session_rows),
        readiness=found.count.readiness,
        votes=found.count.votes,
        erased=found.count.erased,
        restated=tuple(one.label for one in found.cases if one.restated),
        differences=tuple(told),
    )


def _unfit(tx: Tx) -> Iterator[Difference]:
    kinds = tuple(odd(tx.connection))
    for one in kinds:
        yield Difference(seq=None, what=one, stored="such a value", derived="none")
    if not kinds:
        stored, found = size(tx), tx.connection.execute(select(func.count()).select_from(log)).scalar_one()
        if stored != found:
            what = "the head's count of entries"
            yield Difference(seq=None, what=what, stored=str(stored), derived=str(found))


def _streams(tx: Tx) -> list[str]:
    firsts = read_log(tx, types=("CaseNominated", "SessionOpened"))
    return [event.stream for event in firsts]


def _walk(
    tx: Tx, events: tuple[Event, ...], count: _Count, found: list[Difference]
) -> tuple[Case, dict[str, object]]:
    """Returns the case and its row after all its events, checking each step on the way."""
    case: Case | None = None
    row: dict[str, object] = {}
    for event in events:
        before, case = case, apply_case(event, case)
        row |= case_projection(case) if before is None else changes(before, case)
        if "readiness" in event.sealed:
            found += _readiness(tx, case, event, count)
        if event.type in ("EditionMoved", "EditionKept"):
            found += edition_differences(tx, case, event)
        if event.type == "FactsRestated" and before is not None:
            found += restatement_differences(tx, before, event)
        if event.type == "WorkflowMoved" and before is not None:
            found += workflow_differences(tx, before, event)
        if before is not None and "transition" in event.data:
            found += _step(tx, before, event)
        if event.type == "VotesRevealed":
            found += _votes(case, event, count)
        if event.type == "CaseDecided":
            count.decided += 1
    assert case is not None
    return case, row


def _readiness(tx: Tx, case: Case, event: Event, count: _Count) -> Iterator[Difference]:
    under, erased, text = stored_of(event).get("readiness", (None, None, None))
    if text is None or under is not None or erased is not None:
        count.erased += 1
        return
    count.readiness += 1
    data: Mapping[str, Any] = event.data
    again = assess(
        tx,
        case.person,
        case.target,
        as_of=date.fromisoformat(data["as_of"]),
        edition=case.policy,
        source=case.source,
        known_at=event.recorded_at,
    )
    if again.fact_set != data["fact_set"]:
        yield Difference(
            seq=event.seq,
            what=f"the facts that {case.label} rests on",
            stored=str(data["fact_set"])[:16],
            derived=again.fact_set[:16],
        )
    derived = again.readiness.bytes()
    if text.encode() == derived:
        return
    stored: Json = json.loads(text)
    if canonical(stored) != derived:
        left, right = _first_difference(stored, again.readiness.json())
        yield Difference(seq=event.seq, what=f"the readiness of {case.label}", stored=left, derived=right)


def _first_difference(stored: Json, derived: Json, way: str = "") -> tuple[str, str]:
    """Returns where two JSON values part, on both sides, with the way that leads there."""
    if isinstance(stored, Mapping) and isinstance(derived, Mapping):
        for name in sorted({*stored, *derived}):
            if stored.get(name) != derived.get(name):
                return _first_difference(stored.get(name), derived.get(name), f"{way}/{name}")
    if isinstance(stored, list) and isinstance(derived, list) and len(stored) == len(derived):
        for index, (left, right) in enumerate(zip(stored, derived, strict=True)):
            if left != right:
                return _first_difference(left, right, f"{way}/{index}")
    return f"{way} {stored}", f"{way} {derived}"


def _step(tx: Tx, before: Case, event: Event) -> Iterator[Difference]:
    definition = workflow(tx, before.workflow)
    name, target = str(event.data["transition"]), str(event.data["to"])
    possible = [one.to for one in definition.transitions if one.name == name and before.state in one.source]
    if event.data["from"] != before.state or target not in possible:
        yield Difference(
            seq=event.seq,
            what=f"the step {name} of {before.label} from {before.state}",
            stored=target,
            derived=" or ".join(possible) or "no such step",
        )


def _votes(case: Case, event: Event, count: _Count) -> Iterator[Difference]:
    held = case.judged(case.votes)
    if any(isinstance(one.body, Gone) for one in held.values()):
        count.erased += 1
        return
    count.votes += 1
    counted = tally(case)
    if dict(counted) != event.data["tally"]:
        yield Difference(
            seq=event.seq,
            what=f"the votes on {case.label}",
            stored=str(event.data["tally"]),
            derived=str(counted),
        )
    if case.panel is not None and len(held) < case.panel.quorum:
        yield Difference(
            seq=event.seq,
            what=f"the quorum on {case.label}",
            stored=str(case.panel.quorum),
            derived=str(len(held)),
        )
