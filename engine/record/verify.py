"""Verifies the record: every byte against its hash, every payload against its commitment, the whole against
what was signed. Three answers: consistent with a trusted checkpoint, broken at an entry, or cannot tell."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Row, select

from engine.record.checkpoint import Checkpoint
from engine.record.event import Event
from engine.record.log import PAGE
from engine.record.payload import commitment, place, unseal
from engine.record.stamp import Stamp
from engine.record.tree import frontier_root, grow, leaf_hash
from engine.store.kind import odd
from engine.store.table.record import head as head_table
from engine.store.table.record import log as log_table
from engine.store.table.record import payload as payload_table
from engine.store.transaction import Tx
from terms.canonical import canonical
from terms.error import CannotTell, RungError

CONSISTENT, BROKEN, UNKNOWN = "consistent", "broken", "cannot tell"
ERASING = "ErasureApproved"
FIELDS = {*Event.__slots__} - {"payload", "key"}


@dataclass(frozen=True, slots=True)
class Fault:
    """Holds one place where the record does not hold: the entry, where there is one, and what is wrong."""

    seq: int | None
    told: str

    def __str__(self) -> str:
        return f"event {self.seq}: {self.told}" if self.seq is not None else self.told


Checker: TypeAlias = Callable[[Tx], Iterable[Fault]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Holds the answer, how many entries were read, their root, and every fault found."""

    answer: str
    size: int
    root: str
    faults: tuple[Fault, ...]
    checkpoints: int
    stamps: tuple[Stamp, ...] = ()
    stamped: bool = False
    """Whether stamps were asked for."""

    @property
    def sentence(self) -> str:
        """Returns the answer in one sentence."""
        if self.answer == BROKEN:
            return f"Broken: {self.faults[0]}."
        if self.answer == UNKNOWN and self.stamped and self.checkpoints:
            return (
                f"Cannot tell: {self.size} entries agree with what was signed, but no checkpoint bears a time "
                "stamp; ask an authority for one with `rung audit stamp`."
            )
        if self.answer == UNKNOWN:
            return (
                f"Cannot tell: {self.size} entries agree with each other, but no signed checkpoint says that "
                "they are all, or the first; make one with `rung audit checkpoint` and keep it elsewhere."
            )
        notes = f"{self.checkpoints} signed checkpoint{'' if self.checkpoints == 1 else 's'}"
        seen = ""
        if self.stamps:
            last = max(self.stamps, key=lambda one: (one.size, one.at))
            seen = f", of which the one of {last.size} entries was there by {last.at}, says its time stamp"
        return f"Consistent: {self.size} entries agree with {notes}{seen}."


def verify(tx: Tx, checkpoints: Sequence[Checkpoint], checkers: Sequence[Checker] = ()) -> Verdict:
    """Returns the verdict on the whole record.

    Checkers add what other rooms keep beside the log; they read the log, so they run where it holds.
    """
    roots: dict[int, bytes] = {0: frontier_root(())}
    if kinds := tuple(Fault(None, one) for one in odd(tx.connection)):
        return Verdict(BROKEN, 0, roots[0].hex(), kinds, len(checkpoints))
    faults: list[Fault] = []
    wanted = {one.size for one in checkpoints}
    peaks: tuple[bytes, ...] = ()
    size, origin = 0, ""
    last: str = ""
    versions: dict[str, int] = {}
    erased = _erasures(tx)
    for row, held in _rows(tx):
        if row.seq != size:
            faults.append(Fault(size, f"entry {size} is missing; the next one is {row.seq}"))
            break
        fields = _fields(row, faults)
        if fields is not None:
            faults += _envelope(row, fields, versions, last, origin)
            faults += _payloads(tx, row.seq, fields, held, erased)
            last, origin = str(fields.get("recorded_at")), origin or str(fields.get("log"))
        leaf = leaf_hash(row.body)
        if leaf != row.leaf:
            faults.append(Fault(row.seq, "the stored bytes do not have the stored leaf hash"))
        peaks, nodes = grow(peaks, size, leaf)
        if b"".join(nodes) != row.nodes:
            faults.append(Fault(row.seq, "the stored interior nodes do not follow from the entries"))
        size += 1
        if size in wanted:
            roots[size] = frontier_root(peaks)
    roots[size] = frontier_root(peaks)
    faults += _end(tx, size, peaks, last, origin)
    faults += _strays(tx, size)
    faults += _signed(checkpoints, roots, size, origin)
    if not faults:
        for checker in checkers:
            faults += checker(tx)
    ordered = tuple(sorted(faults, key=lambda one: (one.seq is None, one.seq or 0)))
    answer = BROKEN if ordered else CONSISTENT if checkpoints else UNKNOWN
    return Verdict(answer, size, frontier_root(peaks).hex(), ordered, len(checkpoints))


def _rows(tx: Tx) -> Iterator[tuple[Row[Any], dict[str, Row[Any]]]]:
    after = -1
    while True:
        query = select(log_table).where(log_table.c.seq > after).order_by(log_table.c.seq).limit(PAGE)
        rows = tx.connection.execute(query).all()
        if not rows:
            return
        held: dict[int, dict[str, Row[Any]]] = {}
        between = payload_table.c.event.between(rows[0].seq, rows[-1].seq)
        for one in tx.connection.execute(select(payload_table).where(between)):
            held.setdefault(one.event, {})[one.field] = one
        for row in rows:
            yield row, held.get(row.seq, {})
        after = rows[-1].seq


def _fields(row: Row[Any], faults: list[Fault]) -> dict[str, Any] | None:
    try:
        fields: Any = json.loads(row.body)
        if not isinstance(fields, dict) or set(fields) - {"key"} != FIELDS or canonical(fields) != row.body:
            raise ValueError
        if not isinstance(fields["data"], dict) or not isinstance(fields["sealed"], dict):
            raise ValueError
        if "key" in fields and not isinstance(fields["key"], str):
            raise ValueError
    except (ValueError, RungError):
        faults.append(Fault(row.seq, "the stored bytes are not a canonical event"))
        return None
    return fields


def _envelope(
    row: Row[Any], fields: dict[str, Any], versions: dict[str, int], last: str, origin: str
) -> Iterator[Fault]:
    for name in ("seq", "stream", "stream_version", "type"):
        if fields.get(name) != getattr(row, name):
            told = f"the column {name} says {getattr(row, name)!r}, the event {fields.get(name)!r}"
            yield Fault(row.seq, told)
    stream = str(fields.get("stream"))
    versions[stream] = versions.get(stream, 0) + 1
    if fields.get("stream_version") != versions[stream]:
        yield Fault(
            row.seq, f"it is entry {versions[stream]} of {stream}, not {fields.get('stream_version')}"
        )
    if str(fields.get("recorded_at")) <= last:
        yield Fault(row.seq, "its time is not after the entry before it")
    if origin and fields.get("log") != origin:
        yield Fault(row.seq, f"it comes from another log, {fields.get('log')}")


def _erasures(tx: Tx) -> dict[tuple[int, str], int]:
    """Returns which payloads were erased, each with the event that says so."""
    query = select(log_table.c.body).where(log_table.c.type == ERASING)
    found: dict[tuple[int, str], int] = {}
    for body in tx.connection.execute(query).scalars():
        with suppress(ValueError, KeyError, TypeError):
            held = json.loads(body)
            found |= {(int(event), str(field)): int(held["seq"]) for event, field in held["data"]["payloads"]}
    return found


def _payloads(
    tx: Tx, seq: int, fields: dict[str, Any], held: dict[str, Row[Any]], erased: dict[tuple[int, str], int]
) -> Iterator[Fault]:
    sealed: dict[str, str] = fields.get("sealed", {})
    for field in sorted({*sealed, *held}):
        row = held.get(field)
        if row is None:
            if (seq, field) not in erased:
                yield Fault(seq, f"the payload {field} is missing and no event erased it")
            continue
        if field not in sealed:
            yield Fault(seq, f"the payload {field} belongs to nothing in the event")
            continue
        if row.erased is not None:
            if erased.get((seq, field)) != row.erased:
                yield Fault(seq, f"the payload {field} is gone, and event {row.erased} did not erase it")
            elif row.body or row.salt is not None or row.under is not None:
                yield Fault(
                    seq, f"the payload {field} was erased by event {row.erased}, and something is left"
                )
            continue
        if (seq, field) in erased:
            yield Fault(seq, f"the payload {field} was erased by event {erased[seq, field]}, and is back")
            continue
        try:
            if row.under is None:
                salt, value = bytes.fromhex(row.salt), json.loads(row.body)
            else:
                salt, value = unseal(tx.sources.vault.open(row.under), row.body, place(seq, field))
            if commitment(salt, value) != sealed[field]:
                raise ValueError
        except CannotTell:
            yield Fault(seq, f"the payload {field} is sealed under a key that is gone")
        except (ValueError, TypeError, RungError):
            yield Fault(seq, f"the payload {field} is not what the event committed to")


def _end(tx: Tx, size: int, peaks: tuple[bytes, ...], last: str, origin: str) -> Iterator[Fault]:
    row = tx.connection.execute(select(head_table)).first()
    if row is None:
        yield Fault(None, "the head of the record is gone")
        return
    if row.size != size:
        yield Fault(min(row.size, size), f"the head says {row.size} entries, the log has {size}")
    elif row.frontier != b"".join(peaks).hex():
        yield Fault(None, "the head does not have the root of the entries")
    elif row.recorded_at != last:
        yield Fault(None, "the head does not have the time of the last entry")
    if origin and row.log != origin:
        yield Fault(None, f"the head names another log, {row.log}")


def _strays(tx: Tx, size: int) -> Iterator[Fault]:
    query = select(payload_table.c.event, payload_table.c.field).where(payload_table.c.event >= size)
    for row in tx.connection.execute(query):
        yield Fault(row.event, f"the payload {row.field} belongs to an entry that does not exist")


def _signed(
    checkpoints: Sequence[Checkpoint], roots: dict[int, bytes], size: int, origin: str
) -> Iterator[Fault]:
    for one in checkpoints:
        if origin and one.origin != origin:
            yield Fault(None, f"the checkpoint of size {one.size} is of another log, {one.origin}")
        elif one.size > size:
            told = f"a signed checkpoint counts {one.size} entries, the log has {size}: the end was cut off"
            yield Fault(size, told)
        elif roots.get(one.size) != one.root:
            yield Fault(None, f"the first {one.size} entries are not those that were signed")
