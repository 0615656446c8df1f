"""What falls due on a case and when: drawn from its fold, and kept beside it for the tick."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select, update

from engine.case.state import LATE, Case
from engine.case.task import due_on
from engine.edition.library import workflow
from engine.record.event import Event
from engine.record.kept import read_stream
from engine.store.table.deadline import due_row
from engine.store.transaction import Tx
from workflows.definition import Workflow

LEAD = 3
"""Days before a deadline on which it is reminded of."""


def dues(case: Case, definition: Workflow, zone: ZoneInfo) -> Iterator[dict[str, object]]:
    """Yields what is due on a case: leaving its state, telling the candidate, an exception's end, the new role's start.

    Only the first two are reminded of and escalated; the others take place on their day, decided long before.
    """
    if not case.final:
        by = due_on(case, definition, zone)
        if by is not None:
            yield _row(case, "leave", case.entered_at, by, definition.states[case.state].escalate)
        for asked in case.questions:
            if asked.answered_on is None:
                by = date.fromisoformat(asked.until)
                yield _row(case, f"answer {asked.id}", str(asked.seq), by, definition.information.escalate)
        for one in case.exceptions:
            if one.until is not None and one.criterion != LATE:
                yield _row(case, f"exception {one.id}", str(one.seq), date.fromisoformat(one.until))
        return
    if not case.decisions:
        return
    last = case.decisions[-1]
    if last.tell_by is not None and not case.told:
        yield _row(case, "tell", str(last.seq), date.fromisoformat(last.tell_by), "hr")
    if last.outcome == "promoted" and last.effective is not None:
        yield _row(case, "effective", str(last.seq), date.fromisoformat(last.effective))


def _row(case: Case, kind: str, since: str, due: date, escalate: str | None = None) -> dict[str, object]:
    return {
        "id": f"{case.id}:{kind}",
        "case": case.id,
        "label": case.label,
        "kind": kind,
        "state": case.state,
        "since": since,
        "due": due.isoformat(),
        "remind": (due - timedelta(days=LEAD)).isoformat() if escalate else None,
        "escalate": escalate,
        "reminded": None,
        "passed": None,
    }


def stream_of(case: str) -> str:
    """Returns the stream that holds what deadlines did on a case: never the case's own (law 9)."""
    return f"deadline:{case}"


def marked(row: dict[str, object], events: Iterable[Event]) -> dict[str, object]:
    """Returns a row with the days on which its very deadline was reminded of and passed on."""
    for event in events:
        if all(event.data[name] == row[name] for name in ("kind", "since", "due")):
            row = {**row, str(event.data["mark"]): event.data["on"]}
    return row


def due_rows(tx: Tx, case: Case) -> dict[str, dict[str, object]]:
    """Returns the rows that case and record lead to, by id."""
    found = list(dues(case, workflow(tx, case.workflow), tx.sources.zone))
    events = read_stream(tx, stream_of(case.id)) if found else ()
    return {str(one["id"]): marked(one, events) for one in found}


def note_dues(tx: Tx, case: Case, before: Case | None) -> None:
    """Writes what is due on a case where that differs from what was due before."""
    if before is not None and _ground(before) == _ground(case):
        return
    zone = tx.sources.zone
    wanted = {one["id"]: one for one in dues(case, workflow(tx, case.workflow), zone)}
    held = (
        {}
        if before is None
        else {one["id"]: one for one in dues(before, workflow(tx, before.workflow), zone)}
    )
    gone = sorted(str(name) for name in held if name not in wanted)
    if gone:
        tx.connection.execute(delete(due_row).where(due_row.c.id.in_(gone)))
    changed = [one for name, one in wanted.items() if held.get(name) != one]
    if before is not None and any(one["since"] in _known(before) for one in changed):
        events = read_stream(tx, stream_of(case.id))
        changed = [marked(one, events) for one in changed]
    fresh = [one for one in changed if one["id"] not in held or not _rewritten(tx, one)]
    if fresh:
        tx.connection.execute(insert(due_row), fresh)


def _rewritten(tx: Tx, row: dict[str, object]) -> bool:
    """Returns whether there was such a row to write anew."""
    return tx.connection.execute(update(due_row).where(due_row.c.id == row["id"]).values(**row)).rowcount > 0


def _known(case: Case) -> set[str]:
    """Returns since when, or by which entries, something was or had been due: only that can be marked already."""
    seqs = [one.seq for held in (case.decisions, case.exceptions, case.questions) for one in held]
    return {case.entered_at, *map(str, seqs)}


def _ground(case: Case) -> tuple[object, ...]:
    """Returns all of a case that what is due on it is drawn from."""
    return (
        case.workflow,
        case.state,
        case.final,
        case.entered_at,
        case.questions,
        case.exceptions,
        case.decisions,
        case.told,
        case.round,
        case.appeals,
    )


def unnoted(tx: Tx, cases: Iterable[Case]) -> int:
    """Writes what is due on cases of which nothing is noted yet, and returns of how many."""
    known = set(tx.connection.execute(select(due_row.c.case)).scalars())
    rows = [row for case in cases if case.id not in known for row in due_rows(tx, case).values()]
    if rows:
        tx.connection.execute(insert(due_row), rows)
    return len({row["case"] for row in rows})
