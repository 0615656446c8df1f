"""Does what the day asks for, in one transaction: reminds, escalates, gives back leases, brings editions into effect.

Safe to run from many machines at once: a transaction that writes has locked the head of the record, each row
says what was done for it already, and what one tick has written the next one sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Row, or_, select, update

from engine.case.due import following_lead, marked, stream_of, unnoted
from engine.case.edition import settle_all
from engine.case.execute import escalate_all
from engine.case.query import load
from engine.deadline.audience import escalated, reminded
from engine.deadline.duty import duties
from engine.deadline.notice import DUTIES, EFFECTIVE, ENDED, ESCALATED, LAPSED, REMINDED, notice
from engine.record.event import SYSTEM, Actor, Draft, Event
from engine.record.kept import read_streams
from engine.record.log import append
from engine.session.queue import expire
from engine.store.table.case import case_row
from engine.store.table.deadline import due_row
from engine.store.transaction import Tx
from terms.canonical import Json

CLOCK = Actor(SYSTEM, "system")
CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Holds one thing that a deadline did: on which case, what was due when, who is to hear."""

    type: str
    label: str
    kind: str
    state: str
    due: str
    to: tuple[str, ...]
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """Holds what a tick did; it counts leases given back, cases moved to an edition, chains that nobody can answer."""

    notices: tuple[Notice, ...]
    leases: int
    editions: int
    chains: int = 0


def tick(tx: Tx) -> Ticked:
    """Returns what the day asked for, all of it done and on record; a second tick on the day finds nothing left."""
    leases, editions = expire(tx), len(settle_all(tx))
    chains = escalate_all(tx)
    unnoted(tx, (load(tx, one) for one in _unknown(tx)))
    today = tx.sources.today().isoformat()
    waiting = select(due_row).where(
        due_row.c.passed.is_(None), or_(due_row.c.remind <= today, due_row.c.due <= today)
    )
    rows = tx.connection.execute(waiting.order_by(due_row.c.due, due_row.c.id)).all()
    beside = tuple(_duties(tx, today))
    found = [(row, type_) for row in rows if (type_ := notice(dict(row._mapping), today)) is not None]
    noted = tuple(_note(tx, row, type_, today) for row, type_ in found)
    return Ticked(notices=(*noted, *beside), leases=leases,
                  editions=editions, chains=chains)  # fmt: skip


def _duties(tx: Tx, today: str) -> Iterator[Notice]:
    """Yields what is noted of everything due beside the cases; what was noted before is read from its stream."""
    held = [(one, stream_of(f"{one.subject}")) for one in duties(tx)]
    done: dict[str, tuple[Event, ...]] = {}
    for start in range(0, len(held), CHUNK):
        done |= read_streams(tx, [stream for _, stream in held[start : start + CHUNK]])
    for one, stream in held:
        row = marked(one.row(), done[stream])
        asked = notice({name: None if value is None else str(value) for name, value in row.items()}, today)
        if asked is None:
            continue
        type_ = DUTIES[asked]
        to = one.up() if type_ == DUTIES[ESCALATED] and one.up is not None else one.to()
        data: dict[str, Json] = {
            "label": one.label,
            "kind": one.kind,
            "state": "open",
            "since": one.subject,
            "due": str(row["due"]),
            "on": today,
            "mark": "reminded" if asked == REMINDED else "passed",
            "to": list(to),
        }
        draft = Draft(type=type_, stream=stream, data=data, about=one.about, rule="law:9")
        event = append(tx, [draft], actor=CLOCK, command="Tick")[0]
        yield Notice(
            type=type_,
            label=one.label,
            kind=one.kind,
            state="open",
            due=str(row["due"]),
            to=to,
            seq=event.seq,
        )


def _unknown(tx: Tx) -> list[str]:
    noted = select(due_row.c.case)
    query = select(case_row.c.id).where(case_row.c.open == 1, case_row.c.id.not_in(noted))
    return list(tx.connection.execute(query).scalars())


def _note(tx: Tx, row: Row[tuple[object, ...]], type_: str, today: str) -> Notice:
    held = row._mapping
    case = load(tx, held["case"])
    if type_ in (ENDED, EFFECTIVE):
        to = escalated(tx, case, "nominator" if type_ == ENDED else "manager of candidate")
    elif type_ == LAPSED:
        to = escalated(tx, case, "hr")
    else:
        to = reminded(tx, case, held["kind"]) if type_ == REMINDED else escalated(tx, case, held["escalate"])
    column = "reminded" if type_ == REMINDED else "passed"
    draft = Draft(
        type=type_,
        stream=stream_of(case.id),
        data={
            **{name: held[name] for name in ("kind", "state", "since", "due")},
            "on": today,
            "mark": column,
            "to": list(to),
        },
        about=(case.person,),
        rule="law:9",
        workflow=case.workflow,
    )
    event = append(tx, [draft], actor=CLOCK, command="Tick")[0]
    done: dict[str, str | None] = {column: today}
    if type_ == REMINDED:
        done["remind"] = following_lead(held["leads"], today)
    tx.connection.execute(update(due_row).where(due_row.c.id == held["id"]).values(done))
    return Notice(type=type_, label=held["label"], kind=held["kind"], state=held["state"], due=held["due"],
                  to=to, seq=event.seq)  # fmt: skip
