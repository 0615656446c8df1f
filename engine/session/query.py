"""Finds and loads sessions: one by id or label (folded from its events), many from the projection."""

from __future__ import annotations

import re

from sqlalchemy import func, select

from engine.record.kept import folded
from engine.session.state import Session, apply
from engine.store.table.session import session_row
from engine.store.transaction import Tx
from terms.error import BadInput, Unknown

LABEL = re.compile(r"S-[0-9]{4,}\Z", re.IGNORECASE)


def find_session(tx: Tx, text: str) -> str:
    """Returns the id of the session with a label such as S-0007, or with that id.

    Raises BadInput where the text is neither, Unknown where no session has it.
    """
    if not LABEL.match(text) and len(text) != 36:
        raise BadInput(f"{text!r} is not a session; write its label, such as S-0001 (`rung session list`).")
    query = select(session_row.c.id).where((session_row.c.label == text.upper()) | (session_row.c.id == text))
    found = tx.connection.execute(query).scalar_one_or_none()
    if found is None:
        raise Unknown(f"No session {text}; `rung session list` shows those there are.")
    return str(found)


def load_session(tx: Tx, session_id: str) -> Session:
    """Returns a session folded from its events; raises Unknown where there is none."""
    found = folded(tx, f"session:{session_id}", apply)
    if found is None:
        raise Unknown(f"No session {session_id}.")
    return found


def sessions(tx: Tx) -> tuple[Session, ...]:
    """Returns every session, by label."""
    found = tx.connection.execute(select(session_row.c.id).order_by(session_row.c.label)).scalars()
    return tuple(load_session(tx, str(one)) for one in found)


def next_label(tx: Tx) -> str:
    """Returns the label that the next session gets."""
    count = tx.connection.execute(select(func.count()).select_from(session_row)).scalar_one()
    return f"S-{count + 1:04d}"
