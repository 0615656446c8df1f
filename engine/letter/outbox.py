"""The outbox: letters by number, one claimed for delivery at a time, and how each ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, not_, or_, select, update
from sqlalchemy import case as either

from engine.letter.state import DROPPED, FAILED, SENT, WAITING
from engine.letter.word import one_line
from engine.record.log import TIME
from engine.store.table.letter import letter
from engine.store.transaction import Tx
from terms.error import BadInput, Conflict, Unknown

LABEL = re.compile(r"L-([0-9]{4,9})\Z", re.IGNORECASE)
LEASE = timedelta(minutes=10)
"""How long a letter is one process's alone: longer than a delivery can take (see mail.WHOLE, webhook.WHOLE)."""
FIRST, LONGEST = timedelta(minutes=1), timedelta(hours=6)
FEWEST = 5
"""Tries before a letter is given up, however old it is: a machine that stood still over a week-end costs none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Holds one letter; `about` names everybody in it, `next_at` is when it is tried next."""

    id: str
    number: int
    kind: str
    event: int
    channel: str
    receiver: str
    about: str
    case: str | None
    subject: str
    text: str
    html: str
    state: str
    written_at: str
    next_at: str
    tries: int
    claimed_by: str | None
    claimed_until: str | None
    settled_at: str | None
    reason: str | None

    @property
    def label(self) -> str:
        """Returns what a letter is called: L-0007."""
        return label_of(self.number)


def label_of(number: int) -> str:
    """Returns what the letter with a number is called."""
    return f"L-{number:04d}"


def _letter(row: Row[Any]) -> Letter:
    held = row._mapping
    return Letter(**{name: held[name] for name in Letter.__slots__})


def letters(
    tx: Tx, *, state: str | None = None, receiver: str | None = None, last: int | None = None
) -> tuple[Letter, ...]:
    """Returns every letter, or those in a state, to a person, the last so many of them; oldest first."""
    query = select(letter).order_by(letter.c.number.desc()).limit(last)
    if state is not None:
        query = query.where(letter.c.state == state)
    if receiver is not None:
        query = query.where(letter.c.receiver == receiver)
    return tuple(_letter(row) for row in reversed(tx.connection.execute(query).all()))


def find_letter(tx: Tx, text: str) -> Letter:
    """Returns the letter with a label such as L-0007; raises BadInput where it is none, Unknown where none has it."""
    found = LABEL.match(text)
    if found is None:
        raise BadInput(f"{text!r} is not a letter; write its label, such as L-0001 (`rung letter list`).")
    row = tx.connection.execute(select(letter).where(letter.c.number == int(found[1]))).first()
    if row is None:
        raise Unknown(f"No letter {text.upper()}; `rung letter list` shows those there are.")
    return _letter(row)


def claim(tx: Tx, mine: str, channels: tuple[ColumnElement[bool], ...]) -> Letter | None:
    """Returns the letter that is due longest and now this process's alone for a while; None where none is.

    One UPDATE ... RETURNING: on SQLite the writer's lock orders two of them, on PostgreSQL SKIP LOCKED hands the
    second one the next letter.
    """
    now = tx.sources.clock()
    moment = now.strftime(TIME)
    first = (
        select(letter.c.id)
        .where(
            letter.c.state == WAITING,
            letter.c.next_at <= moment,
            or_(letter.c.claimed_until.is_(None), letter.c.claimed_until <= moment),
            or_(*channels),
        )
        .order_by(letter.c.next_at, letter.c.number)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    values = {"claimed_by": mine, "claimed_until": (now + LEASE).strftime(TIME), "tries": letter.c.tries + 1}
    done = update(letter).where(letter.c.id == first.scalar_subquery()).values(**values).returning(letter)
    row = tx.connection.execute(done).first()
    return None if row is None else _letter(row)


def sent(tx: Tx, held: Letter) -> None:
    """Notes that a letter was acknowledged by the other side; true whoever holds it now, and for good.

    Where its words were erased meanwhile, why stays with it.
    """
    why = either((letter.c.text == "", letter.c.reason), else_=None)
    _settle(tx, held.id, SENT, why)


def failed(tx: Tx, held: Letter, reason: str) -> None:
    """Notes that a letter is given up, and why; unless somebody else has delivered or dropped it meanwhile."""
    _settle(tx, held.id, FAILED, one_line(reason), only=_still(held))


def later(
    tx: Tx, held: Letter, reason: str, give_up: timedelta, wait: float | None = None
) -> datetime | None:
    """Returns when a letter is tried again, having noted it; None where it has waited long enough and is given up.

    The wait doubles with each try up to six hours, less a random part of up to a half, so that many letters that
    failed together do not come back together; it is never shorter than the other side asked for.
    """
    now = tx.sources.clock()
    if held.tries >= FEWEST and now - at(held.written_at) >= give_up:
        failed(tx, held, f"{reason}; given up after {held.tries} tries")
        return None
    whole: timedelta = min(FIRST * (1 << min(held.tries - 1, 20)), LONGEST)
    chance = int.from_bytes(tx.sources.salts()[:4]) / 2**32
    pause = max(whole * (1 - chance / 2), timedelta(seconds=min(wait or 0.0, 86_400.0)))
    again = now + pause
    values = {"next_at": again.strftime(TIME), "claimed_by": None, "claimed_until": None}
    tx.connection.execute(
        update(letter).where(letter.c.id == held.id, _still(held)).values(**values, reason=one_line(reason))
    )
    return again


def retry(tx: Tx, held: Letter) -> None:
    """Lets a letter be tried at once: one that waits, was given up or was dropped.

    Raises Conflict for one that was sent, that is being delivered, or whose text is gone.
    """
    if held.state == SENT:
        raise Conflict(f"{held.label} was sent on {held.settled_at}; it is not sent twice.")
    if not held.text:
        raise Conflict(f"The text of {held.label} is gone ({held.reason or 'kept no longer'}).")
    _refuse_held(tx, held)
    now = tx.sources.clock().strftime(TIME)
    values = {
        "state": WAITING,
        "written_at": now,
        "next_at": now,
        "tries": 0,
        "reason": None,
        "settled_at": None,
    }
    tx.connection.execute(
        update(letter).where(letter.c.id == held.id).values(**values, claimed_by=None, claimed_until=None)
    )


def drop(tx: Tx, held: Letter, reason: str) -> None:
    """Takes a letter out of delivery for a reason; raises Conflict for one that was sent or dropped already."""
    if not reason.strip():
        raise BadInput("Dropping a letter says why; write --reason TEXT.")
    if held.state in (SENT, DROPPED):
        raise Conflict(f"{held.label} was {held.state} on {held.settled_at}.")
    _refuse_held(tx, held)
    _settle(tx, held.id, DROPPED, one_line(reason))


def strand(tx: Tx, channels: tuple[ColumnElement[bool], ...], give_up: timedelta) -> int:
    """Returns how many letters are given up because there is no way for them and they have waited long enough."""
    now = tx.sources.clock()
    left = letter.c.state == WAITING, letter.c.written_at <= (now - give_up).strftime(TIME)
    done = update(letter).where(*left, letter.c.claimed_by.is_(None))
    if channels:
        done = done.where(not_(or_(*channels)))
    values = {"state": FAILED, "settled_at": now.strftime(TIME), "reason": NO_WAY}
    return tx.connection.execute(done.values(**values)).rowcount


def hold_back(tx: Tx) -> int:
    """Returns how many letters are dropped because they waited in a backup: they may have been sent since."""
    values = {"state": DROPPED, "settled_at": tx.sources.clock().strftime(TIME), "reason": RESTORED}
    free = {"claimed_by": None, "claimed_until": None}
    return tx.connection.execute(
        update(letter).where(letter.c.state == WAITING).values(**values, **free)
    ).rowcount


NO_WAY = "rung.toml names no way for it ([letter.smtp], or a webhook of that name)"
RESTORED = "it waited when the backup was made, and may have been sent since"


def _refuse_held(tx: Tx, held: Letter) -> None:
    if held.claimed_until is not None and held.claimed_until > tx.sources.clock().strftime(TIME):
        raise Conflict(f"{held.label} is being delivered; look again in a few minutes.")


def _still(held: Letter) -> ColumnElement[bool]:
    return (letter.c.state == WAITING) & (letter.c.claimed_by == held.claimed_by)


def _settle(
    tx: Tx, name: str, state: str, reason: object, *, only: ColumnElement[bool] | None = None
) -> None:
    now = tx.sources.clock().strftime(TIME)
    done = update(letter).where(letter.c.id == name)
    if only is not None:
        done = done.where(only)
    values = {"state": state, "reason": reason, "settled_at": now, "claimed_by": None, "claimed_until": None}
    tx.connection.execute(done.values(**values))


def at(moment: str) -> datetime:
    """Returns a moment as the record writes it (UTC) as a datetime."""
    return datetime.strptime(moment, TIME).replace(tzinfo=UTC)
