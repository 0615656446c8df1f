"""Finds and loads interim roles, and says which have run over."""

from __future__ import annotations

import re

from sqlalchemy import func, select

from engine.growth.interim.state import Interim, fold, stream
from engine.people.directory import aliases
from engine.record.kept import read_stream
from engine.store.table.growth import interim_row
from engine.store.transaction import Tx
from terms.error import BadInput, Unknown

LABEL = re.compile(r"I-[0-9]{4,}\Z", re.IGNORECASE)


def find_interim(tx: Tx, text: str) -> str:
    """Returns the id of the role with a label such as I-0001; raises BadInput or Unknown where none has it."""
    if not LABEL.match(text) and len(text) != 36:
        raise BadInput(f"{text!r} is no interim role; write its label, such as I-0001 (`rung interim list`).")
    query = select(interim_row.c.id).where((interim_row.c.label == text.upper()) | (interim_row.c.id == text))
    found = tx.connection.execute(query).scalar_one_or_none()
    if found is None:
        raise Unknown(f"No interim role {text}; `rung interim list` shows those there are.")
    return str(found)


def load_interim(tx: Tx, interim: str) -> Interim:
    """Returns a role folded from its events; raises Unknown where there is none."""
    events = read_stream(tx, stream(interim))
    if not events:
        raise Unknown(f"No interim role {interim}.")
    return fold(events)


def interims(tx: Tx, person: str | None = None) -> tuple[Interim, ...]:
    """Returns every interim role, by label; of a human, under any account, where one is given."""
    query = select(interim_row.c.id).order_by(interim_row.c.label)
    if person is not None:
        query = query.where(interim_row.c.person.in_(aliases(tx, person)))
    return tuple(load_interim(tx, str(one)) for one in tx.connection.execute(query).scalars())


def next_label(tx: Tx) -> str:
    """Returns the label that the next role gets."""
    count = tx.connection.execute(select(func.count()).select_from(interim_row)).scalar_one()
    return f"I-{count + 1:04d}"
