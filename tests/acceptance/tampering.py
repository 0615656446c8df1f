"""How the stored database is edited past everything that guards it, on a file and on a server."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection

from engine.bootstrap import open_engine
from engine.case.command import DeclareInterest
from engine.case.query import find_case
from engine.record.tree import grow, leaf_hash
from terms.canonical import Json, canonical
from tests.acceptance.terminal import Terminal


class Held(Protocol):
    """Holds a connection that an edit is made through."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Any:
        """Returns the rows that a statement gives, as `fetchone` and `fetchall`."""

    def executescript(self, sql: str, /) -> Any:
        """Runs several statements."""


Edit = Callable[[Held], object]
Edits = Mapping[str, tuple[Edit, str]]
"""What is edited, how, and what verification says of it."""

GUARDED = """
select distinct c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid
where c.relnamespace = current_schema()::regnamespace and not t.tgisinternal
"""


def edit(workspace: Path, change: Edit) -> None:
    """Changes the stored database as somebody with a file editor would, past every trigger."""
    with sqlite3.connect(workspace / "rung.db") as held:
        for (name,) in held.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            held.execute(f"drop trigger {name}")
        change(held)
    held.close()


class Server:
    """Holds a connection to PostgreSQL that takes statements as they are written for SQLite, every trigger disabled."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        for table in connection.exec_driver_sql(GUARDED).scalars().all():
            connection.exec_driver_sql(f"alter table {table} disable trigger all")

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Any:
        """Returns the rows that a statement gives."""
        told = re.sub(r'(?<!")\brow\b(?!")', '"row"', sql).replace("?", "%s")
        return self.connection.exec_driver_sql(told, tuple(parameters))

    def executescript(self, sql: str, /) -> Any:
        """Runs several statements."""
        for one in sql.split(";"):
            self.execute(one)


def told_in_sql(edits: Mapping[str, tuple[str, str]]) -> Edits:
    """Returns edits out of their statements."""
    return {
        name: (lambda held, statement=statement: held.executescript(statement), said)  # type: ignore[misc]  # bound now
        for name, (statement, said) in edits.items()
    }


def rebuild(held: Held) -> None:
    """Makes every hash fit what now stands in the log: what a careful forger does."""
    peaks: tuple[bytes, ...] = ()
    rows = held.execute("select seq, body from log order by seq").fetchall()
    for size, (seq, body) in enumerate(rows):
        leaf = leaf_hash(body)
        peaks, nodes = grow(peaks, size, leaf)
        held.execute("update log set leaf = ?, nodes = ? where seq = ?", (leaf, b"".join(nodes), seq))
    last = json.loads(rows[-1][1])["recorded_at"] if rows else ""
    held.execute(
        "update head set size = ?, frontier = ?, recorded_at = ?", (len(rows), b"".join(peaks).hex(), last)
    )


def body(held: Held, at: int, **changed: Json) -> None:
    """Writes other fields into the stored bytes of an event."""
    (raw,) = held.execute("select body from log where seq = ?", (at,)).fetchone()
    held.execute("update log set body = ? where seq = ?", (canonical({**json.loads(raw), **changed}), at))


def refit(seq: int, **changed: Json) -> Edit:
    """Returns the edit that changes an event's fields and makes all hashes fit."""

    def change(held: Held) -> None:
        body(held, seq, **changed)
        rebuild(held)

    return change


def forge(held: Held, seq: int) -> None:
    """Writes another rule into an event and makes all hashes fit."""
    (body,) = held.execute("select body from log where seq = ?", (seq,)).fetchone()
    fields = json.loads(body)
    fields["rule"] = "permit:forged"
    held.execute("update log set body = ? where seq = ?", (canonical(fields), seq))
    rebuild(held)


def put(column: str, seq: int, change: Callable[[bytes], bytes]) -> Edit:
    """Returns the edit that changes the bytes of a column of an entry."""

    def edited(held: Held) -> None:
        (raw,) = held.execute(f"select {column} from log where seq = ?", (seq,)).fetchone()
        held.execute(f"update log set {column} = ? where seq = ?", (change(bytes(raw)), seq))

    return edited


def flip(column: str, seq: int) -> Edit:
    """Returns the edit that flips a bit of a column of an entry."""
    return put(column, seq, lambda raw: bytes([raw[0] ^ 1]) + raw[1:])


def decide(held: Terminal, *, decides: bool = True) -> None:
    """Has C-0001 judged in S-0001 and promoted; two commands are sent under the keys form-0 and form-1."""
    root, because = held.workspace, ("--because", "Because")
    engine = open_engine(root)
    with engine.read() as tx:
        case = find_case(tx, "C-0001")
    for n, who in enumerate(("H-10", "H-11")):
        engine.act(DeclareInterest(case=case, because="A friend"), engine.actor(who), key=f"form-{n}")
    engine.close()
    for member in ("H-3", "H-4", "H-5"):
        held.run("session", "score", "S-0001", "C-0001", "deal-complexity=4", acting=member)
    held.run("session", "reveal", "S-0001", "C-0001", acting="H-3")
    for member in ("H-3", "H-4", "H-5"):
        held.run("session", "vote", "S-0001", "C-0001", "yes", *because, acting=member)
    held.run("session", "reveal", "S-0001", "C-0001", acting="H-3")
    held.run("session", "close", "S-0001", acting="H-3")
    if decides:
        held.run("decide", "C-0001", "promoted", *because, acting="H-2")
