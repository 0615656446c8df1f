"""Ways of editing the stored database past everything that guards it, and what verification says of each."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

from engine.record.tree import grow, leaf_hash
from terms.canonical import Json, canonical

Edit = Callable[[sqlite3.Connection], object]


def edit(workspace: Path, change: Edit) -> None:
    """Changes the stored database as somebody with a file editor would, past every trigger."""
    with sqlite3.connect(workspace / "rung.db") as held:
        for (name,) in held.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            held.execute(f"drop trigger {name}")
        change(held)
    held.close()


def rebuild(held: sqlite3.Connection) -> None:
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


def forge(held: sqlite3.Connection, seq: int) -> None:
    """Writes another rule into an event and makes all hashes fit."""
    (body,) = held.execute("select body from log where seq = ?", (seq,)).fetchone()
    fields = json.loads(body)
    fields["rule"] = "permit:forged"
    held.execute("update log set body = ? where seq = ?", (canonical(fields), seq))
    rebuild(held)


def flip(column: str, seq: int) -> Edit:
    def change(held: sqlite3.Connection) -> None:
        (raw,) = held.execute(f"select {column} from log where seq = ?", (seq,)).fetchone()
        spoilt = bytes([raw[0] ^ 1]) + raw[1:]
        held.execute(f"update log set {column} = ? where seq = ?", (spoilt, seq))

    return change


def cut(held: sqlite3.Connection, *, fit: bool) -> None:
    (size,) = held.execute("select max(seq) from log").fetchone()
    held.execute("delete from log where seq > ?", (size - 3,))
    held.execute("delete from payload where event > ?", (size - 3,))
    held.execute("delete from fact where import_seq > ?", (size - 3,))
    if fit:
        rebuild(held)


def empty(held: sqlite3.Connection, *, fit: bool) -> None:
    for table in ("log", "payload", "fact"):
        held.execute(f"delete from {table}")
    if fit:
        held.execute("update head set size = 0, frontier = '', recorded_at = ''")


def swap(held: sqlite3.Connection) -> None:
    held.execute("update log set seq = 99999 where seq = 5")
    held.execute("update log set seq = 5 where seq = 6")
    held.execute("update log set seq = 6 where seq = 99999")


EDITS: dict[str, tuple[Edit, str]] = {
    "a flipped byte of a body": (flip("body", 7), "event 7: "),
    "a flipped byte of the first body": (flip("body", 0), "event 0: "),
    "a flipped byte of a leaf": (
        flip("leaf", 7),
        "event 7: the stored bytes do not have the stored leaf hash",
    ),
    "a flipped byte of a node": (flip("nodes", 7), "event 7: the stored interior nodes do not follow"),
    "a deleted entry": (
        lambda held: held.execute("delete from log where seq = 9"),
        "event 9: entry 9 is missing; the next one is 10",
    ),
    "a deleted tail": (lambda held: cut(held, fit=False), "the head says"),
    "a deleted tail, hashes made to fit": (lambda held: cut(held, fit=True), "the end was cut off"),
    "an emptied log": (lambda held: empty(held, fit=False), "event 0: "),
    "an emptied log, head made to fit": (lambda held: empty(held, fit=True), "the end was cut off"),
    "two entries swapped": (swap, "event 5: the column seq says 5, the event 6"),
    "a renumbered entry": (
        lambda held: held.execute("update log set seq = seq + 100 where seq = 9"),
        "event 9: entry 9 is missing",
    ),
    "an entry rewritten, all hashes made to fit": (
        lambda held: forge(held, 12),
        "entries are not those that were signed",
    ),
    "the first entry rewritten, all hashes made to fit": (
        lambda held: forge(held, 0),
        "entries are not those that were signed",
    ),
    "a column that disagrees with its event": (
        lambda held: held.execute("update log set type = 'CaseDecided' where seq = 9"),
        "event 9: the column type says 'CaseDecided'",
    ),
    "a stream that disagrees with its event": (
        lambda held: held.execute("update log set stream = 'case:x', stream_version = 1 where seq = 9"),
        "event 9: the column stream says 'case:x'",
    ),
    "a payload changed": (
        lambda held: held.execute(
            "update payload set body = '\"other\"' where event = (select max(event) from payload)"
            " and field = 'because'"
        ),
        "the payload because is not what the event committed to",
    ),
    "a salt changed": (
        lambda held: held.execute(f"update payload set salt = '{'0' * 64}' where field = 'readiness'"),
        "the payload readiness is not what the event committed to",
    ),
    "a payload gone": (
        lambda held: held.execute("delete from payload where field = 'vote'"),
        "the payload vote is missing and no event erased it",
    ),
    "two payloads swapped": (
        lambda held: held.execute(
            "update payload set body = (select body from payload p where p.field = 'because' limit 1)"
            " where field = 'vote'"
        ),
        "the payload vote is not what the event committed to",
    ),
    "a payload added": (
        lambda held: held.execute("insert into payload values (3, 'extra', '00', null, '1', null)"),
        "event 3: the payload extra belongs to nothing in the event",
    ),
    "a payload beyond the end": (
        lambda held: held.execute("insert into payload values (9999, 'extra', '00', null, '1', null)"),
        "event 9999: the payload extra belongs to an entry that does not exist",
    ),
    "a fact changed": (
        lambda held: held.execute("update fact set value = '999999' where kind = 'actual' and row = 2"),
        "the facts of its import are not those that it committed to",
    ),
    "a fact given to somebody else": (
        lambda held: held.execute(
            "update fact set person = (select id from person where hr_id = 'H-1') where kind = 'score' and row = 3"
        ),
        "the facts of its import are not those that it committed to",
    ),
    "a fact gone": (
        lambda held: held.execute("delete from fact where kind = 'score' and row = 2"),
        "facts in the record",
    ),
    "all facts of an import gone": (
        lambda held: held.execute("delete from fact where kind in ('score', 'cycle')"),
        "facts of its import are gone",
    ),
    "a fact moved in time": (
        lambda held: held.execute("update fact set recorded_at = '2020-01-01T00:00:00.000000Z'"),
        "a fact of its import says another time of recording",
    ),
    "a fact added": (
        lambda held: held.execute(
            'insert into fact select import_seq, row + 1000, field, person, kind, key, name, start, "end",'
            " value, unit, detail, recorded_at, salt from fact where kind = 'actual' limit 1"
        ),
        "facts in the record",
    ),
    "facts of an import nobody made": (
        lambda held: held.execute(
            'insert into fact select 9999, row, field, person, kind, key, name, start, "end",'
            " value, unit, detail, recorded_at, salt from fact where kind = 'actual' limit 1"
        ),
        "belong to an import that the record does not have",
    ),
    "the head gone": (lambda held: held.execute("delete from head"), "the head of the record is gone"),
    "the head's size changed": (
        lambda held: held.execute("update head set size = size - 1"),
        "the head says",
    ),
    "the head's hashes changed": (
        lambda held: held.execute("update head set frontier = ''"),
        "the head does not have the root of the entries",
    ),
    "the head's origin changed": (
        lambda held: held.execute("update head set log = 'other/1'"),
        "the head names another log, other/1",
    ),
    "the head's time changed": (
        lambda held: held.execute("update head set recorded_at = ''"),
        "the head does not have the time of the last entry",
    ),
}


def body(held: sqlite3.Connection, at: int, **changed: Json) -> None:
    """Writes other fields into the stored bytes of an event."""
    (raw,) = held.execute("select body from log where seq = ?", (at,)).fetchone()
    held.execute("update log set body = ? where seq = ?", (canonical({**json.loads(raw), **changed}), at))


def refit(seq: int, **changed: Json) -> Edit:
    """Returns the edit that changes an event's fields and makes all hashes fit."""

    def change(held: sqlite3.Connection) -> None:
        body(held, seq, **changed)
        rebuild(held)

    return change


def graft(held: sqlite3.Connection) -> None:
    """Adds an entry that follows the last one in every hash, and gives it a sealed text nobody kept."""
    (size,) = held.execute("select max(seq) + 1 from log").fetchone()
    (raw,) = held.execute("select body from log where seq = ?", (size - 1,)).fetchone()
    fields = json.loads(raw) | {"seq": size, "recorded_at": "2030-01-01T00:00:00.000000Z"}
    fields["stream_version"] += 1
    values = (size, fields["stream"], fields["stream_version"], fields["type"], canonical(fields))
    held.execute("insert into log values (?, ?, ?, ?, ?, x'', x'')", values)
    rebuild(held)


def drop_one(held: sqlite3.Connection) -> None:
    """Takes an entry out, closes the gap and makes all hashes fit."""
    held.execute("delete from payload where event = 9")
    held.execute("delete from log where seq = 9")
    held.execute("update payload set event = event - 1 where event > 9")
    for (seq,) in held.execute("select seq from log where seq > 9 order by seq").fetchall():
        body(held, seq, seq=seq - 1)
        held.execute("update log set seq = seq - 1 where seq = ?", (seq,))
    rebuild(held)


def replace_row(held: sqlite3.Connection) -> None:
    held.execute(
        "insert or replace into log select seq, stream, stream_version, 'Forged', body, leaf, nodes"
        " from log where seq = 4"
    )


SQL: dict[str, tuple[str, str]] = {
    "bytes emptied": (
        "update log set body = x'' where seq = 6",
        "event 6: the stored bytes are not a canonical event",
    ),
    "bytes with a space added": (
        "update log set body = cast(' ' || cast(body as text) as blob) where seq = 6",
        "event 6: the stored bytes are not a canonical event",
    ),
    "bytes that are a list": (
        "update log set body = cast('[]' as blob) where seq = 6",
        "event 6: the stored bytes are not a canonical event",
    ),
    "bytes of two entries swapped": (
        "update log set body = (select body from log l where l.seq = 11 - log.seq) where seq in (5, 6)",
        "event 5: the column seq says 5, the event 6",
    ),
    "a leaf emptied": ("update log set leaf = x'' where seq = 3", "event 3: the stored bytes do not have"),
    "two leaves swapped": (
        "update log set leaf = (select leaf from log l where l.seq = 11 - log.seq) where seq in (5, 6)",
        "event 5: the stored bytes do not have the stored leaf hash",
    ),
    "nodes taken away": ("update log set nodes = x'' where seq = 7", "event 7: the stored interior nodes"),
    "a node too many": (
        "update log set nodes = cast(nodes || leaf as blob) where seq = 8",
        "event 8: the stored interior nodes",
    ),
    "two entries' nodes swapped": (
        "update log set nodes = (select nodes from log l where l.seq = 8 - log.seq) where seq in (3, 5)",
        "event 3: the stored interior nodes",
    ),
    "the first entry deleted": (
        "delete from log where seq = 0",
        "event 0: entry 0 is missing; the next one is 1",
    ),
    "the last entry deleted": (
        "delete from log where seq = (select max(seq) from log)",
        "the head says",
    ),
    "everything renumbered by one": ("update log set seq = seq + 1000", "event 0: entry 0 is missing"),
    "a stream's version changed": (
        "update log set stream_version = 77 where seq = 9",
        "event 9: the column stream_version says 77",
    ),
    "all types made alike": ("update log set type = 'X'", "event 0: the column type says 'X'"),
    "an entry doubled beyond the end": (
        "insert into log select 5000, stream, 5000, type, body, leaf, nodes from log where seq = 4",
        "is missing; the next one is 5000",
    ),
    "a payload emptied": (
        "update payload set body = '' where field = 'vote'",
        "the payload vote is not what the event committed to",
    ),
    "a salt emptied": (
        "update payload set salt = null where field = 'readiness'",
        "the payload readiness is not what the event committed to",
    ),
    "a salt that is no hexadecimal": (
        "update payload set salt = 'zz' where field = 'readiness'",
        "the payload readiness is not what the event committed to",
    ),
    "two salts swapped": (
        "update payload set salt = (select max(salt) from payload where field = 'because')"
        " where field = 'readiness'",
        "the payload readiness is not what the event committed to",
    ),
    "a payload moved to another event": (
        "update payload set event = 2 where field = 'vote' and event = (select min(event) from payload"
        " where field = 'vote')",
        "event 2: the payload vote belongs to nothing in the event",
    ),
    "a payload under another name": (
        "update payload set field = 'voice' where field = 'vote'",
        "the payload voice belongs to nothing in the event",
    ),
    "a payload said to be erased by an event that erased nothing": (
        "update payload set erased = 3, body = '', salt = null where field = 'readiness'",
        "the payload readiness is gone, and event 3 did not erase it",
    ),
    "a payload said to be sealed under another name": (
        "update payload set under = 'session/none/none' where field = 'readiness'",
        "the payload readiness is not what the event committed to",
    ),
    "all payloads gone": ("delete from payload", "is missing and no event erased it"),
    "a fact's salt changed": (
        f"update fact set salt = '{'0' * 64}' where kind = 'actual' and row = 2",
        "the facts of its import are not those that it committed to",
    ),
    "a fact's day changed": (
        "update fact set start = '1999-01-01' where kind = 'actual' and row = 2",
        "the facts of its import are not those that it committed to",
    ),
    "a fact's unit changed": (
        "update fact set unit = 'XXX' where kind = 'actual' and row = 2",
        "the facts of its import are not those that it committed to",
    ),
    "a fact's detail changed": (
        "update fact set detail = '{\"by\":\"self\"}' where kind = 'score' and row = 2",
        "the facts of its import are not those that it committed to",
    ),
    "all facts gone": ("delete from fact", "facts of its import are gone"),
    "a fact moved to another row": (
        "update fact set row = row + 5000 where kind = 'actual' and row = 2",
        "the facts of its import are not those that it committed to",
    ),
    "a fact erased by a tombstone that no event explains": (
        "insert into tombstone select import_seq, row, field, salt, 3 from fact where kind = 'actual' limit 1",
        "1 tombstones name it, and it erased nothing",
    ),
    "an answer to a key gone": (
        "delete from command where key = 'form-0'",
        "the answer kept for its key is gone: asked again, it would act twice",
    ),
    "an answer moved to other events": (
        "update command set first = first - 1, last = last - 1 where key = 'form-0'",
        "the answer kept for its key names the events ",
    ),
    "an answer widened": (
        "update command set last = last + 1 where key = 'form-0'",
        "the answer kept for its key names the events ",
    ),
    "an answer given another key": (
        "update command set key = 'form-9' where key = 'form-0'",
        "an answer is kept for the key 'form-9', which no event bears",
    ),
    "two answers' keys swapped": (
        "update command set key = case key when 'form-0' then 'x-1' else 'x-0' end;"
        "update command set key = replace(key, 'x-', 'form-')",
        "the answer kept for its key names the events ",
    ),
    "an answer for a key nobody used": (
        "insert into command select 'form-9', reply, first, last from command where key = 'form-0'",
        "an answer is kept for the key 'form-9', which no event bears",
    ),
    "an answer with another label": (
        "update command set reply = replace(reply, 'C-0001', 'C-0002') where key = 'form-0'",
        "the answer kept for its key is not what its events tell",
    ),
    "an answer about something else": (
        "update command set reply = '[\"C-0001\",\"other\"]' where key = 'form-0'",
        "the answer kept for its key is not what its events tell",
    ),
    "an answer that is no answer": (
        "update command set reply = '' where key = 'form-0'",
        "the answer kept for its key is not what its events tell",
    ),
    "all answers gone": ("delete from command", "the answer kept for its key is gone"),
    "the head counts too many": ("update head set size = size + 5", "the head says"),
    "the head's hashes cut": (
        "update head set frontier = substr(frontier, 65)",
        "the head does not have the root of the entries",
    ),
}
EDITS |= {
    name: (lambda held, statement=statement: held.executescript(statement), said)  # type: ignore[misc]  # bound now
    for name, (statement, said) in SQL.items()
}
EDITS |= {
    "an entry put in by INSERT OR REPLACE": (replace_row, "event 4: the column type says 'Forged'"),
    "an entry taken out, the gap closed, all hashes made to fit": (drop_one, "event "),
    "another actor in an event, all hashes made to fit": (
        refit(12, actor="somebody"),
        "entries are not those that were signed",
    ),
    "another time in an event, all hashes made to fit": (
        refit(12, recorded_at="2020-01-01T00:00:00.000000Z"),
        "event 12: its time is not after the entry before it",
    ),
    "another log's entry, all hashes made to fit": (
        refit(12, log="other/1"),
        "event 12: it comes from another log, other/1",
    ),
    "another key in an event, all hashes made to fit": (
        refit(12, key="0" * 64),
        "entries are not those that were signed",
    ),
    "a key that is none in an event, all hashes made to fit": (
        refit(12, key=None),
        "event 12: the stored bytes are not a canonical event",
    ),
    "a field taken from an event": (refit(12, sealed="none"), "event 12: "),
    "an unknown field in an event, all hashes made to fit": (
        refit(12, extra=1),
        "event 12: the stored bytes are not a canonical event",
    ),
    "an entry grafted on after the last, all hashes made to fit": (
        graft,
        "facts of its import are gone",
    ),
}
