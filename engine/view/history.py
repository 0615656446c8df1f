"""The events of a case in words, as far as their reader may know of them."""

from __future__ import annotations

from engine.case import ballot
from engine.case.query import find_case, load
from engine.case.word import told
from engine.people.directory import people
from engine.record.kept import read_stream
from engine.store.transaction import Tx
from engine.view.course import who
from terms.canonical import Json

COLUMNS = ("seq", "recorded_at", "event", "by", "what", "says")


def history_json(tx: Tx, label: str, reader: str | None) -> list[dict[str, Json]]:
    """Returns the same rows as JSON."""
    return [dict(zip(COLUMNS, row, strict=True)) for row in history_rows(tx, label, reader)]


def history_rows(tx: Tx, label: str, reader: str | None) -> list[tuple[str, ...]]:
    """Returns a case's events: seq, time, type, who, what moved, and the event in words.

    The seq is empty where it would tell how many judgements under seal came before.
    """
    case_id = find_case(tx, label)
    events, since = read_stream(tx, f"case:{case_id}"), None
    if not ballot.knows(tx, load(tx, case_id), reader):
        events, since = ballot.told(events)
    names = {one.id: one.name for one in people(tx)}
    rows: list[tuple[str, ...]] = []
    for event in events:
        moved = f"{event.data['from']} -> {event.data['to']}" if "transition" in event.data else ""
        by = who(event.acting_for or event.actor, event.actor, names)
        what = moved or str(event.data.get("exhibit", ""))
        number = str(event.seq) if since is None or event.seq <= since else ""
        rows.append((number, event.recorded_at[:19], event.type, by, what, told(event)))
    return rows
