"""Derives what stands beside cases and sessions: editions, imports taken, the directory, members' tasks, erasures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, select

from engine.case.due import due_rows
from engine.case.state import Case
from engine.case.task import JUDGING, member_rows
from engine.people.directory import blotted
from engine.record.log import read_log
from engine.record.verify import ERASING
from engine.replay.difference import Difference
from engine.replay.erasure import erasure_differences
from engine.store.table.deadline import due_row
from engine.store.table.edition import edition
from engine.store.table.fact import intake
from engine.store.table.person import person
from engine.store.table.task import task
from engine.store.transaction import Tx

STATES = ("published", "proposed", "approved", "withdrawn", "rejected")
PUBLISHING = tuple(
    f"{kind}{state.capitalize()}" for kind in ("Ladder", "Policy", "Workflow") for state in STATES
)


def beside(tx: Tx, cases: Sequence[Case]) -> Iterator[Difference]:
    """Yields where the directory, imports or open tasks are not what the record leads to."""
    yield from _held(tx, person, "id", _people(tx))
    yield from _held(tx, intake, "seq", _imports(tx))
    wanted = {str(row["id"]): row for case in cases for row in member_rows(tx, case)}
    yield from _held(tx, task, "id", wanted, members=True)
    yield from _held(
        tx, due_row, "id", {name: row for case in cases for name, row in due_rows(tx, case).items()}
    )
    yield from erasure_differences(tx)


def edition_rows(tx: Tx) -> Iterator[Difference]:
    """Yields where the published texts, which every case is derived under, are not those of the record."""
    yield from _held(tx, edition, "digest", _editions(tx))


def _held(
    tx: Tx, table: Table, key: str, derived: Mapping[Any, Mapping[str, object]], *, members: bool = False
) -> Iterator[Difference]:
    """Yields each column that differs, of those that were derived; where rows are all derived, strays too."""
    query = select(table).where(table.c.kind.in_(JUDGING)) if members else select(table)
    stored = {row._mapping[key]: row._mapping for row in tx.connection.execute(query)}
    whole = table is not person
    for name in sorted({*derived, *(stored if whole else ())}, key=str):
        left, right = stored.get(name), derived.get(name)
        if left is None or right is None:
            sides = ("no row", "a row") if left is None else ("a row", "no row")
            yield Difference(seq=None, what=f"{table.name} {name}", stored=sides[0], derived=sides[1])
            continue
        for column, value in right.items():
            if left[column] != value:
                yield Difference(
                    seq=None,
                    what=f"{table.name} {name}, {column}",
                    stored=str(left[column])[:80],
                    derived=str(value)[:80],
                )
                break


def _people(tx: Tx) -> dict[str, dict[str, object]]:
    """Returns what the record says of directory entries: whose second account one is, and which event erased one."""
    rows = tx.connection.execute(select(person.c.id, person.c.label)).all()
    labels = {str(row.id): str(row.label) for row in rows}
    found: dict[str, dict[str, object]] = {one: {"natural": one} for one in labels}
    for event in read_log(tx, types=("AliasesJoined", ERASING)):
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


def _editions(tx: Tx) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    names = ("kind", "name", "label", "effective", "ladder", "text")
    for event in read_log(tx, types=PUBLISHING):
        digest = str(event.data["digest"])
        state = next(one for one in STATES if event.type.lower().endswith(one))
        told = {name: event.data[name] for name in names if name in event.data and "text" in event.data}
        found[digest] = {**found.get(digest, {}), **told, "state": state}
    return found


def _imports(tx: Tx) -> dict[int, dict[str, object]]:
    return {
        event.seq: {"kind": event.data["kind"], "file_digest": event.data["file"]}
        for event in read_log(tx, types=("FactsImported",))
        if "file" in event.data
    }
