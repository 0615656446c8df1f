"""The log: appends drafts at its end, in one order, and reads events back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, insert, or_, select, update

from engine.record.event import Actor, Draft, Event, opened
from engine.record.memory import memory
from engine.record.payload import Payload, Stored, commitment_of, payloads, store
from engine.record.tree import frontier_root, grow, leaf_hash
from engine.store.prepared import Prepared
from engine.store.table.record import head as head_table
from engine.store.table.record import log as log_table
from engine.store.table.record import payload as payload_table
from engine.store.transaction import Tx
from terms.canonical import Json, canonical, read_back
from terms.error import Broken, Conflict

TIME = "%Y-%m-%dT%H:%M:%S.%fZ"
HASH = 32
PAGE = 1000
ENTERED = tuple(name for name in Event.__slots__ if name != "payload")
ENTERING = attrgetter(*ENTERED)
INSERT = Prepared(insert(log_table), *log_table.columns.keys())
MOVE = Prepared(update(head_table), "size", "frontier", "recorded_at", "generation")


@dataclass(frozen=True, slots=True)
class _End:
    """Holds the head row as this transaction has written it."""

    log: str
    size: int
    frontier: str
    recorded_at: str
    generation: int


@dataclass(frozen=True, slots=True)
class Head:
    """Holds the end of the log: its origin, how many entries, their RFC 6962 root, the time of the last."""

    log: str
    size: int
    root: str
    recorded_at: str


def begin(tx: Tx, origin: str) -> None:
    """Writes the head of a new log; raises IntegrityError where there is one."""
    values = {"id": 1, "log": origin, "size": 0, "frontier": "", "recorded_at": ""}
    tx.connection.execute(insert(head_table).values(**values))
    tx.held.clear()


def head(tx: Tx) -> Head:
    """Returns the end of the log; raises Broken where it is gone."""
    row = _head_row(tx)
    return Head(row.log, row.size, frontier_root(peaks_of(row.frontier)).hex(), row.recorded_at)


def _head_row(tx: Tx) -> Any:
    """Returns the head row, as locked or last written in this transaction; raises Broken where it is gone.

    A transaction that writes has locked it from its beginning (see engine.store).
    """
    row = tx.held.get("head")
    if row is None:
        row = tx.connection.execute(select(head_table)).first()
    if row is None:
        raise Broken("The head of the record is gone.")
    tx.held["head"] = row
    return row


def append(
    tx: Tx,
    drafts: Sequence[Draft],
    *,
    actor: Actor,
    command: str,
    expected: Mapping[str, int] | None = None,
) -> tuple[Event, ...]:
    """Returns the events that drafts become at the end of the log.

    Raises Conflict where a stream is no longer at its expected version.
    """
    end = _head_row(tx)
    versions = _versions(tx, {draft.stream for draft in drafts} | set(expected or ()))
    for stream, version in (expected or {}).items():
        if versions.get(stream, 0) != version:
            raise Conflict(f"{stream} has changed since it was read; look again and repeat.")
    size, peaks, last = int(end.size), peaks_of(end.frontier), str(end.recorded_at)
    events: list[Event] = []
    rows: list[dict[str, Any]] = []
    for draft in drafts:
        last = _after(last, tx.sources.clock())
        version = versions[draft.stream] = versions.get(draft.stream, 0) + 1
        tx.held.get("streams", {}).pop(draft.stream, None)
        salted = {field: (tx.sources.salts(), canonical(value)) for field, value in draft.sealed.items()}
        payload = store(tx, size, salted, draft.under)
        event = _event(
            draft, end.log, size, version, last, actor, command, salted, payload, tx.held.get("key")
        )
        body = canonical(envelope(event))
        leaf = leaf_hash(body)
        peaks, nodes = grow(peaks, size, leaf)
        _note(tx, event)
        rows.append(
            {
                "seq": size,
                "stream": event.stream,
                "stream_version": version,
                "type": event.type,
                "body": body,
                "leaf": leaf,
                "nodes": b"".join(nodes),
            }
        )
        events.append(event)
        size += 1
    tx.held.setdefault("appended", []).extend(events)
    INSERT.run_each(tx.connection, rows)
    _end(tx, _End(end.log, size, b"".join(peaks).hex(), last, end.generation))
    return tuple(events)


def _note(tx: Tx, event: Event) -> None:
    """Notes what is appended, for this process to remember once it is committed."""
    noted: list[Event] = tx.held.setdefault("noted", [])
    noted.append(event)
    if "remembers" not in tx.held:
        tx.held["remembers"] = True
        tx.after.append(lambda: _remember(tx, noted))


def _remember(tx: Tx, noted: Sequence[Event]) -> None:
    number = generation(tx)
    if number is not None:
        held = memory(tx.shared, number)
        held.note(noted[0].seq, noted, tx.held.get("forgotten", ()))
        held.folds.update(tx.held.get("folds", {}))


def _carry(tx: Tx, number: int) -> None:
    """Carries what is remembered over to the next generation, where only payloads of some streams were opened."""
    if "looks" in tx.held:
        return
    looked, held = tx.shared.get("kept"), tx.shared.get("memory")
    if looked is not None and looked[0] == number:
        tx.shared["kept"] = (number + 1, looked[1])
    if held is not None and held.generation == number:
        opened_ = tx.held["opened"]
        tx.shared["memory"] = after = held.without(opened_)
        if noted := tx.held.get("noted"):
            open_ = {event.seq: event for events in opened_.values() for event in events}
            noted = [open_.get(one.seq, one) for one in noted]
            for stream, events in opened_.items():
                whole = tuple(one for one in events if one.seq < noted[0].seq)
                after.keep(stream, whole, noted[0].seq)
            after.note(noted[0].seq, noted, tx.held.get("forgotten", ()))


def _end(tx: Tx, end: _End) -> None:
    """Notes the end of the log as it is now; the head row is written once, last of all."""
    tx.held["head"] = end
    if "moved" not in tx.held:
        tx.held["moved"] = True
        tx.closing.append(lambda: _move(tx))


def _move(tx: Tx) -> None:
    end = tx.held["head"]
    values = {
        "size": end.size,
        "frontier": end.frontier,
        "recorded_at": end.recorded_at,
        "generation": end.generation,
    }
    MOVE.run(tx.connection, values)


def touch(tx: Tx, *, looks: bool = True) -> None:
    """Notes that people, facts, editions or payloads change in this transaction, so that nobody reads an older one.

    Without `looks` only payloads do, and what this transaction looks up besides is as it was.
    """
    end = _head_row(tx)
    if looks:
        tx.held.pop("kept", None)
        tx.held["looks"] = True
    if "touched" not in tx.held:
        tx.held["touched"] = True
        if not looks:
            tx.after.append(lambda: _carry(tx, end.generation))
        _end(tx, _End(end.log, end.size, end.frontier, end.recorded_at, end.generation + 1))


def generation(tx: Tx) -> int | None:
    """Returns the number under which people, facts and editions can be kept between transactions.

    None in a transaction that changes them: what it sees may still be undone.
    """
    return None if "touched" in tx.held else int(_head_row(tx).generation)


def looking(tx: Tx) -> int | None:
    """Returns the same for what was looked up beside the log: it stays where only payloads change."""
    return None if "looks" in tx.held else int(_head_row(tx).generation) - ("touched" in tx.held)


def _event(
    draft: Draft,
    log: str,
    seq: int,
    version: int,
    recorded_at: str,
    actor: Actor,
    command: str,
    salted: Mapping[str, tuple[bytes, bytes]],
    payload: Payload,
    key: str | None,
) -> Event:
    """Returns an event as a reading of the database would give it."""
    return Event(
        log=log,
        seq=seq,
        v=draft.v,
        type=draft.type,
        stream=draft.stream,
        stream_version=version,
        about=draft.about,
        command=command,
        recorded_at=recorded_at,
        happened_at=draft.happened_at,
        actor=actor.person,
        acting_for=actor.acting_for,
        authenticated=actor.authenticated,
        rule=draft.rule,
        edition=draft.edition,
        workflow=draft.workflow,
        data=read_back(draft.data),
        sealed={field: commitment_of(salt, value) for field, (salt, value) in salted.items()},
        key=key,
        payload=payload,
    )


def envelope(event: Event) -> dict[str, Json]:
    """Returns what of an event enters the log: everything but its payloads, and no key where there was none."""
    kept = dict(zip(ENTERED, ENTERING(event), strict=True))
    if event.key is None:
        del kept["key"]
    kept["about"], kept["data"], kept["sealed"] = list(event.about), dict(event.data), dict(event.sealed)
    return kept


def size(tx: Tx) -> int:
    """Returns how many entries the log has, as this transaction sees it."""
    return int(_head_row(tx).size)


def read_newer(tx: Tx, known: Mapping[str, int]) -> dict[str, tuple[Event, ...]]:
    """Returns the events of some streams after the version that is known of each, oldest first."""
    streams = sorted(known)
    asked: dict[str, str | int] = {}
    for number, one in enumerate(streams):
        asked |= {f"stream{number}": one, f"version{number}": known[one]}
    bodies: dict[int, Any] = {}
    held: dict[int, dict[str, Stored]] = {}
    for row in _newer(len(streams)).rows(tx.connection, asked):
        bodies[row.seq] = row
        if row.field is not None:
            held.setdefault(row.seq, {})[row.field] = row.under, row.erased, row.held
    found: dict[str, list[Event]] = {one: [] for one in streams}
    for seq, row in bodies.items():
        found[row.stream].append(opened(row.body, Payload(held.get(seq, {}))))
    versions = tx.held.setdefault("versions", {})
    for one, events in found.items():
        versions[one] = events[-1].stream_version if events else known[one]
    return {one: tuple(events) for one, events in found.items()}


@lru_cache(maxsize=64)
def _newer(count: int) -> Prepared:
    """Returns the query for the events of so many streams, each after a version."""
    joined = log_table.outerjoin(payload_table, payload_table.c.event == log_table.c.seq)
    columns = (log_table.c.seq, log_table.c.stream, log_table.c.stream_version, log_table.c.body)
    sealed = (
        payload_table.c.field,
        payload_table.c.under,
        payload_table.c.erased,
        payload_table.c.body.label("held"),
    )
    each = (
        and_(
            log_table.c.stream == bindparam(f"stream{one}"),
            log_table.c.stream_version > bindparam(f"version{one}"),
        )
        for one in range(count)
    )
    query = select(*columns, *sealed).select_from(joined).where(or_(*each)).order_by(log_table.c.seq)
    return Prepared(query)


def read_log(tx: Tx, after: int = -1, types: Collection[str] | None = None) -> Iterator[Event]:
    """Yields the events after an entry, oldest first, of some types or of all."""
    while True:
        query = select(log_table).where(log_table.c.seq > after).order_by(log_table.c.seq).limit(PAGE)
        if types is not None:
            query = query.where(log_table.c.type.in_(sorted(types)))
        rows = tx.connection.execute(query).all()
        yield from _opened(tx, rows)
        if len(rows) < PAGE:
            return
        after = rows[-1].seq


def read_between(tx: Tx, first: int, last: int) -> tuple[Event, ...]:
    """Returns the events from one entry to another, both included."""
    query = select(log_table).where(log_table.c.seq.between(first, last)).order_by(log_table.c.seq)
    return _opened(tx, tx.connection.execute(query).all())


def _opened(tx: Tx, rows: Sequence[Row[Any]]) -> tuple[Event, ...]:
    held = payloads(tx, [row.seq for row in rows])
    return tuple(opened(row.body, held.get(row.seq, Payload({}))) for row in rows)


def opens(tx: Tx, stream: str) -> str:
    """Returns the name of a stream that begins in this transaction, under an id made for it."""
    tx.held.setdefault("versions", {}).setdefault(stream, 0)
    return stream


def _versions(tx: Tx, streams: Collection[str]) -> dict[str, int]:
    """Returns the version of each stream, from what this transaction has read of it where it has."""
    known: dict[str, int] = tx.held.setdefault("versions", {})
    unread = sorted(set(streams) - set(known))
    if unread:
        query = (
            select(log_table.c.stream, func.max(log_table.c.stream_version))
            .where(log_table.c.stream.in_(unread))
            .group_by(log_table.c.stream)
        )
        known |= dict.fromkeys(unread, 0)
        known |= {row[0]: row[1] for row in tx.connection.execute(query)}
    return known


def peaks_of(text: str) -> tuple[bytes, ...]:
    """Returns the frontier that the head row keeps as hexadecimal text."""
    raw = bytes.fromhex(text)
    return tuple(raw[start : start + HASH] for start in range(0, len(raw), HASH))


def _after(last: str, now: datetime) -> str:
    """Returns the later of the clock and one microsecond after the last entry."""
    moment = now.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if moment > last:  # moments of one shape and length sort as text
        return moment
    before = datetime.strptime(last, TIME).replace(tzinfo=UTC)
    return (before + timedelta(microseconds=1)).strftime(TIME)
