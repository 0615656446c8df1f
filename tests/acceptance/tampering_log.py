"""Edits of the log and its head: entries flipped, cut off, swapped, put in, rewritten; and what is said of each."""

from __future__ import annotations

import json

from terms.canonical import canonical
from tests.acceptance.tampering import Edits, Held, body, flip, forge, put, rebuild, refit, told_in_sql

UNREADABLE = "event 6: the stored bytes are not a canonical event"


def cut(held: Held, *, fit: bool) -> None:
    (size,) = held.execute("select max(seq) from log").fetchone()
    held.execute("delete from log where seq > ?", (size - 3,))
    held.execute("delete from payload where event > ?", (size - 3,))
    held.execute("delete from fact where import_seq > ?", (size - 3,))
    if fit:
        rebuild(held)


def empty(held: Held, *, fit: bool) -> None:
    for table in ("log", "payload", "fact"):
        held.execute(f"delete from {table}")
    if fit:
        held.execute("update head set size = 0, frontier = '', recorded_at = ''")


def swap(held: Held) -> None:
    held.execute("update log set seq = 99999 where seq = 5")
    held.execute("update log set seq = 5 where seq = 6")
    held.execute("update log set seq = 6 where seq = 99999")


def graft(held: Held) -> None:
    """Adds an entry that follows the last one in every hash, and gives it a sealed text nobody kept."""
    (size,) = held.execute("select max(seq) + 1 from log").fetchone()
    (raw,) = held.execute("select body from log where seq = ?", (size - 1,)).fetchone()
    fields = json.loads(raw) | {"seq": size, "recorded_at": "2030-01-01T00:00:00.000000Z"}
    fields["stream_version"] += 1
    values = (size, fields["stream"], fields["stream_version"], fields["type"], canonical(fields))
    held.execute("insert into log values (?, ?, ?, ?, ?, ?, ?)", (*values, b"", b""))
    rebuild(held)


def drop_one(held: Held) -> None:
    """Takes an entry out, closes the gap and makes all hashes fit."""
    held.execute("delete from payload where event = 9")
    held.execute("delete from log where seq = 9")
    held.execute("update payload set event = event - 1 where event > 9")
    for (seq,) in held.execute("select seq from log where seq > 9 order by seq").fetchall():
        body(held, seq, seq=seq - 1)
        held.execute("update log set seq = seq - 1 where seq = ?", (seq,))
    rebuild(held)


def replace_row(held: Held) -> None:
    held.execute(
        "insert or replace into log select seq, stream, stream_version, 'Forged', body, leaf, nodes"
        " from log where seq = 4"
    )


ENTRIES: Edits = {
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
    "bytes emptied": (put("body", 6, lambda _: b""), UNREADABLE),
    "bytes with a space added": (
        put("body", 6, lambda raw: b" " + raw),
        UNREADABLE,
    ),
    "bytes that are a list": (
        put("body", 6, lambda _: b"[]"),
        UNREADABLE,
    ),
    "a leaf emptied": (put("leaf", 3, lambda _: b""), "event 3: the stored bytes do not have"),
    "nodes taken away": (put("nodes", 7, lambda _: b""), "event 7: the stored interior nodes"),
    "a node too many": (put("nodes", 8, lambda raw: raw + bytes(32)), "event 8: the stored interior nodes"),
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
        UNREADABLE.replace("6", "12"),
    ),
    "a field taken from an event": (refit(12, sealed="none"), "event 12: "),
    "an unknown field in an event, all hashes made to fit": (
        refit(12, extra=1),
        UNREADABLE.replace("6", "12"),
    ),
    "an entry grafted on after the last, all hashes made to fit": (
        graft,
        "facts of its import are gone",
    ),
}
ENTRIES = {
    **ENTRIES,
    **told_in_sql(
        {
            "bytes of two entries swapped": (
                "update log set body = (select body from log l where l.seq = 11 - log.seq) where seq in (5, 6)",
                "event 5: the column seq says 5, the event 6",
            ),
            "two leaves swapped": (
                "update log set leaf = (select leaf from log l where l.seq = 11 - log.seq) where seq in (5, 6)",
                "event 5: the stored bytes do not have the stored leaf hash",
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
            "everything renumbered by one": (
                "update log set seq = seq + 1000",
                "event 0: entry 0 is missing",
            ),
            "a stream's version changed": (
                "update log set stream_version = 77 where seq = 9",
                "event 9: the column stream_version says 77",
            ),
            "all types made alike": ("update log set type = 'X'", "event 0: the column type says 'X'"),
            "an entry doubled beyond the end": (
                "insert into log select 5000, stream, 5000, type, body, leaf, nodes from log where seq = 4",
                "is missing; the next one is 5000",
            ),
            "the head counts too many": ("update head set size = size + 5", "the head says"),
            "the head's hashes cut": (
                "update head set frontier = substr(frontier, 65)",
                "the head does not have the root of the entries",
            ),
        }
    ),
}
ON_A_FILE: Edits = {
    "an entry put in by INSERT OR REPLACE": (replace_row, "event 4: the column type says 'Forged'"),
}
"""Edits that one kind of database alone has words for."""
ON_A_SERVER: Edits = told_in_sql(
    {
        "an entry put in by ON CONFLICT DO UPDATE": (
            "insert into log select seq, stream, stream_version, 'Forged', body, leaf, nodes from log where seq = 4"
            " on conflict (seq) do update set type = excluded.type",
            "event 4: the column type says 'Forged'",
        ),
        "a truncated log": ("truncate log", "the head says"),
        "a truncated head": ("truncate head", "the head of the record is gone"),
        "truncated payloads": ("truncate payload", "is missing and no event erased it"),
        "truncated facts": ("truncate fact", "facts of its import are gone"),
        "truncated answers": ("truncate command", "the answer kept for its key is gone"),
        "everything truncated": (
            "truncate log, head, payload, fact, tombstone, command",
            "the end was cut off",
        ),
    }
)
