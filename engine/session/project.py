"""Writes what a list of sessions shows, in the transaction of the events that changed it."""

from __future__ import annotations

from sqlalchemy import insert, update

from engine.session.state import Session
from engine.store.table.session import session_row
from engine.store.transaction import Tx


def row(session: Session) -> dict[str, object]:
    """Returns the projection of a session, as replay derives it too."""
    return {
        "id": session.id,
        "label": session.label,
        "chair": session.chair,
        "held_on": session.held_on,
        "quorum": session.quorum,
        "state": session.state,
        "version": session.version,
    }


def project(tx: Tx, session: Session, *, new: bool = False) -> None:
    """Writes a session's row."""
    values = row(session)
    if new:
        tx.connection.execute(insert(session_row).values(**values))
    else:
        tx.connection.execute(update(session_row).where(session_row.c.id == session.id).values(**values))
