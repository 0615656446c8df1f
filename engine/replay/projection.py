"""The tables that the record leads to, each with the rows that it leads to; and why the others are none of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table, delete, insert, select, update

from engine.access.token import derived_tokens
from engine.case.due import due_rows
from engine.case.state import Case
from engine.case.task import JUDGING, member_rows
from engine.growth.derive import derived as derived_growth
from engine.people.directory import blotted
from engine.people.twin import JOINED
from engine.record.log import read_log
from engine.record.verify import ERASING
from engine.replay.difference import Difference
from engine.replay.round import derived_rounds
from engine.store.table.case import case_row
from engine.store.table.deadline import due_row
from engine.store.table.edition import edition
from engine.store.table.fact import fact, intake
from engine.store.table.person import person
from engine.store.table.session import session_row
from engine.store.table.task import task
from engine.store.table.token import token
from engine.store.transaction import Tx

STATES = ("published", "proposed", "approved", "withdrawn", "rejected")
PUBLISHING = tuple(
    f"{kind}{state.capitalize()}" for kind in ("Ladder", "Policy", "Workflow") for state in STATES
)
UNNAMED = "(the record keeps no name)"
REBUILT = (
    "action_row",
    "case_row",
    "cycle_row",
    "due_row",
    "edition",
    "intake",
    "interim_row",
    "person",
    "round_row",
    "session_row",
    "sheet_row",
    "task",
    "token",
)
NO_PROJECTION = {
    "calendar_entry": "it says what each person's calendar feed showed last",
    "log": "it is the record",
    "head": "it is the record's end, which verification holds to the entries",
    "payload": "it is what the record commits to, and verification holds it to the commitments",
    "fact": "it is what imports commit to, and verification holds it to their roots",
    "tombstone": "it keeps the commitments of erased facts, which no event lists, and verification holds it to them",
    "command": "it keeps the answers to commands, and verification holds them to their events",
    "glance": "it says what each person has looked at, which is no event",
    "letter": "it is an outbox: what is owed to whom, and what became of it outside",
    "schema": "it says which versions of Rung fit the schema",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """Holds the rows that the record leads to, by key: of a table, or of the part of it that follows from the record.

    A row holds the columns that follow; `whole` says that there may be no other row, `called` what names one to people.
    """

    table: Table
    rows: Mapping[Any, Mapping[str, object]]
    key: str = "id"
    within: ColumnElement[bool] | None = None
    whole: bool = True
    called: str | None = None
    besides: Mapping[str, object] = field(default_factory=dict)
    """What a new row holds in columns of which the record says nothing."""


def stored(tx: Tx, one: Projection) -> dict[Any, RowMapping]:
    """Returns the rows that stand in the database, by key."""
    query = select(one.table) if one.within is None else select(one.table).where(one.within)
    return {row._mapping[one.key]: row._mapping for row in tx.connection.execute(query)}


def differences(tx: Tx, one: Projection) -> Iterator[Difference]:
    """Yields, row by row, the first column that is not what the record leads to."""
    held = stored(tx, one)
    for key in sorted({*one.rows, *(held if one.whole else ())}, key=str):
        left, right = held.get(key), one.rows.get(key)
        named = (left or right or {}).get(one.called or "", key)
        if left is None or right is None:
            sides = ("no row", "a row") if left is None else ("a row", "no row")
            yield Difference(seq=None, what=f"{one.table.name} {named}", stored=sides[0], derived=sides[1])
            continue
        for column, value in right.items():
            if left[column] != value:
                yield Difference(
                    seq=None,
                    what=f"{one.table.name} {named}, {column}",
                    stored=str(left[column])[:80],
                    derived=str(value)[:80],
                )
                break


def put_right(tx: Tx, one: Projection) -> int:
    """Returns how many rows were written, taken away or changed, so that the table holds what the record leads to.

    A row of which only some columns follow from the record is changed where it stands, and not made.
    """
    held, column, done = stored(tx, one), one.table.c[one.key], 0
    if one.whole:
        for key in sorted(set(held) - set(one.rows), key=str):
            done += tx.connection.execute(delete(one.table).where(column == key)).rowcount
    fresh = []
    for key, row in one.rows.items():
        if key not in held:
            fresh += [{**one.besides, **row}] if one.whole else []
        elif values := {name: value for name, value in row.items() if held[key][name] != value}:
            done += tx.connection.execute(update(one.table).where(column == key).values(**values)).rowcount
    for start in range(0, len(fresh), 500):
        tx.connection.execute(insert(one.table), fresh[start : start + 500])
    return done + len(fresh)


def editions(tx: Tx) -> Projection:
    """Returns the published texts, which every case is derived under."""
    found: dict[str, dict[str, object]] = {}
    names = ("kind", "name", "label", "effective", "ladder", "text")
    for event in read_log(tx, types=PUBLISHING):
        row = found.setdefault(str(event.data["digest"]), {"ladder": None})
        state = next(one for one in STATES if event.type.lower().endswith(one))
        if "text" in event.data:
            if row.get("state") not in ("proposed", "approved"):
                row["proposed_by"] = event.actor
            row |= {name: event.data[name] for name in names if name in event.data}
        row |= {"digest": event.data["digest"], "state": state, "event": event.seq}
    return Projection(table=edition, key="digest", rows=found)


def walked(
    tx: Tx,
    cases: Sequence[Case],
    case_rows: Mapping[str, Mapping[str, object]],
    session_rows: Mapping[str, Mapping[str, object]],
) -> Iterator[Projection]:
    """Yields every projection but the published texts, once cases and sessions were walked."""
    yield Projection(table=case_row, rows=case_rows, called="label")
    yield Projection(table=session_row, rows=session_rows, called="label")
    for table, rows in (*derived_growth(tx), *derived_rounds(tx)):
        yield Projection(table=table, rows=rows, called="label" if "label" in table.c else None)
    yield Projection(table=person, rows=_people(tx), whole=False)
    yield Projection(table=intake, key="seq", rows=_imports(tx), besides={"file_name": UNNAMED})
    yield Projection(table=token, rows=derived_tokens(tx), called="label", besides={"last_used": None})
    wanted = {str(row["id"]): row for case in cases for row in member_rows(tx, case)}
    yield Projection(table=task, rows=wanted, within=task.c.kind.in_(JUDGING))
    dues = {name: row for case in cases for name, row in due_rows(tx, case).items()}
    yield Projection(table=due_row, rows=dues)


def _people(tx: Tx) -> dict[str, dict[str, object]]:
    """Returns what the record says of directory entries: whose second account one is, and which event erased one.

    Of somebody with facts and no entry it says that there is one, and nothing that it holds.
    """
    rows = tx.connection.execute(select(person.c.id, person.c.label)).all()
    labels = {str(row.id): str(row.label) for row in rows}
    found: dict[str, dict[str, object]] = {one: {"natural": one} for one in labels}
    for one in tx.connection.execute(select(fact.c.person).where(fact.c.person != "").distinct()).scalars():
        found.setdefault(str(one), {})
    for event in read_log(tx, types=(JOINED, ERASING)):
        if event.type == ERASING:
            gone: Any = event.data["people"]
            for one in gone:
                found.setdefault(one, {}).update(blotted(event.seq, labels.get(one, "")))
            continue
        joined = event.data["alias"]
        keep = event.stream.removeprefix("person:")
        for held in found.values():
            if held.get("natural") == joined:
                held["natural"] = keep
    return found


def _imports(tx: Tx) -> dict[int, dict[str, object]]:
    return {
        event.seq: {
            "seq": event.seq,
            "kind": event.data["kind"],
            "file_digest": event.data["file"],
            "mapping_digest": f"{event.data['mapping']}{event.data.get('complete') or ''}"[:74],
        }
        for event in read_log(tx, types=("FactsImported",))
        if "file" in event.data
    }
