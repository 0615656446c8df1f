"""Writes facts: the rows that are new or changed, under one event that commits to all of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import insert, select

from engine.fact.newest import FACTS
from engine.fact.row import FactRow
from engine.people.line import KEPT
from engine.record.event import Actor, Draft, Event
from engine.record.kept import forget
from engine.record.log import append, touch
from engine.record.tree import leaf_hash, root
from engine.store.table.fact import fact
from engine.store.transaction import Tx
from terms.canonical import Json, canonical

NOTED = "FactsNoted"


def known(tx: Tx, kinds: Iterable[str]) -> dict[tuple[str, str], dict[str, Json]]:
    """Returns what holds now of some kinds: (person, key) -> content."""
    query = select(fact).where(fact.c.kind.in_(sorted(set(kinds)))).order_by(fact.c.import_seq, fact.c.row)
    held: dict[tuple[str, str], dict[str, Json]] = {}
    for one in tx.connection.execute(query):
        names = ("person", "kind", "key", "name", "start", "end", "value", "unit")
        content: dict[str, Json] = {name: getattr(one, name) for name in names}
        held[one.person, one.key] = {**content, "detail": json.loads(one.detail)}
    return held


def sort_out(
    rows: Sequence[FactRow], held: Mapping[tuple[str, str], Mapping[str, Json]]
) -> tuple[list[FactRow], int, int]:
    """Returns the rows to write (new or changed), and how many are changed and unchanged."""
    fresh: dict[tuple[str, str], FactRow] = {}
    changed = unchanged = 0
    for one in rows:
        before = held.get((one.person, one.key))
        if before == one.content():
            unchanged += 1
            continue
        changed += before is not None
        fresh[one.person, one.key] = one
    return list(fresh.values()), changed, unchanged


def write_rows(
    tx: Tx,
    rows: Sequence[FactRow],
    actor: Actor,
    *,
    type_: str,
    data: Mapping[str, Json],
    command: str,
    rule: str | None,
) -> Event:
    """Returns the event that commits to the rows (RFC 6962 root over their salted commitments), rows written."""
    rows = sorted(rows, key=lambda one: (one.row, one.field))
    salts = [tx.sources.salts() for _ in rows]
    about = tuple(sorted({one.person for one in rows if one.person}))
    draft = Draft(
        type=type_,
        stream="workspace",
        data={
            **data,
            "rows": len(rows),
            "root": rows_root([one.committed(salt) for one, salt in zip(rows, salts, strict=True)]),
        },
        about=about if len(about) == 1 else (),
        rule=rule,
    )
    event = append(tx, [draft], actor=actor, command=command)[0]
    if type_ != NOTED or any(one.kind in KEPT for one in rows):
        touch(tx)
    tx.held.pop(FACTS, None)
    for one in {one.person for one in rows}:
        forget(tx, FACTS, one)
    if rows:
        tx.connection.execute(
            insert(fact),
            [
                {
                    **{name: getattr(one, name) for name in FactRow.__slots__ if name != "detail"},
                    "import_seq": event.seq,
                    "detail": canonical(dict(one.detail)).decode(),
                    "recorded_at": event.recorded_at,
                    "salt": salt.hex(),
                }
                for one, salt in zip(rows, salts, strict=True)
            ],
        )
    return event


def rows_root(commitments: Sequence[str]) -> str:
    """Returns the RFC 6962 root over commitments, in the order of row and field."""
    return root([leaf_hash(bytes.fromhex(one)) for one in commitments]).hex()


def write_facts(tx: Tx, rows: Sequence[FactRow], actor: Actor, because: Event) -> Event:
    """Returns the event by which the engine itself notes facts, citing the event that made them so."""
    placed = [replace(one, row=n) for n, one in enumerate(rows)]
    return write_rows(
        tx,
        placed,
        actor,
        type_=NOTED,
        data={"because": because.seq},
        command=because.command,
        rule=because.rule,
    )
