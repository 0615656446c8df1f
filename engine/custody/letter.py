"""What custody does with letters: an erasure takes their words away, and so does time, unless a hold stands."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy import case as either

from engine.custody.hold import Hold, holds
from engine.custody.scope import TEXT, Scope
from engine.letter.state import DROPPED, WAITING
from engine.record.event import Gone
from engine.record.log import TIME
from engine.store.table.calendar import entry
from engine.store.table.letter import letter
from engine.store.transaction import Tx

BLANK = {"subject": "", "text": "", "html": ""}


def erase_letters(tx: Tx, scope: Scope, event: int) -> int:
    """Returns how many letters lost their words: those to and about the people of a scope, and on its cases.

    One that still waits is not sent. Single texts are never in letters, so their erasure leaves letters alone.
    """
    if scope.kind == TEXT:
        return 0
    if scope.erases_people:
        tx.connection.execute(delete(entry).where(entry.c.person.in_(scope.people)))
    reached: list[ColumnElement[bool]] = [letter.c.case.in_(scope.cases)]
    if scope.erases_people:
        reached += [
            letter.c.receiver.in_(scope.people),
            *(letter.c.about.contains(one) for one in scope.people),
        ]
    now = tx.sources.clock().strftime(TIME)
    state = either((letter.c.state == WAITING, DROPPED), else_=letter.c.state)
    settled = either((letter.c.state == WAITING, now), else_=letter.c.settled_at)
    done = (
        update(letter)
        .where(or_(*reached))
        .values(**BLANK, reason=str(Gone(event)), state=state, settled_at=settled)
    )
    return tx.connection.execute(done).rowcount


def forget_letters(tx: Tx, days: int) -> int:
    """Returns how many letters lost their words because they were settled so many days ago; held ones keep them."""
    before = (tx.sources.clock() - timedelta(days=days)).strftime(TIME)
    query = select(letter.c.id, letter.c.receiver, letter.c.about, letter.c.case).where(
        letter.c.state != WAITING, letter.c.settled_at < before, letter.c.text != ""
    )
    rows = tx.connection.execute(query).all()
    if not rows:
        return 0
    standing = [one for one in holds(tx) if one.lifted is None]
    gone = [row.id for row in rows if not _held(standing, (row.receiver, *row.about.split()), row.case)]
    for start in range(0, len(gone), 500):
        chosen = letter.c.id.in_(gone[start : start + 500])
        tx.connection.execute(update(letter).where(chosen).values(**BLANK, reason=f"kept for {days} days"))
    return len(gone)


def _held(standing: list[Hold], people: tuple[str, ...], case: str | None) -> bool:
    return any(one.reaches(people, (case,) if case else ()) for one in standing)
