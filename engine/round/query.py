"""Finds and loads rounds, and counts the cases in each by stage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select

from engine.record.kept import folded, remembered
from engine.round.state import Round, apply, stream
from engine.store.table.case import case_row
from engine.store.table.round import round_row
from engine.store.transaction import Tx
from terms.error import Unknown

ROUNDS = "rounds"
"""Under which name the rounds there are are remembered."""
STAGES = ("nomination", "evidence", "calibration", "decision", "closed")


def find_round(tx: Tx, text: str) -> str:
    """Returns the id of the round with a label such as half-yearly-2027-04; raises Unknown where none has it."""
    query = select(round_row.c.id).where((round_row.c.label == text.lower()) | (round_row.c.id == text))
    found = tx.connection.execute(query).scalar_one_or_none()
    if found is None:
        raise Unknown(f"No round {text}; `rung round list` shows those there are.")
    return str(found)


def load_round(tx: Tx, round_id: str) -> Round:
    """Returns a round folded from its events; raises Unknown where there is none."""
    found = folded(tx, stream(round_id), apply)
    if found is None:
        raise Unknown(f"No round {round_id}.")
    return found


def rounds(tx: Tx) -> tuple[Round, ...]:
    """Returns every round, in the order of their days."""
    query = select(round_row.c.id).order_by(round_row.c.opens, round_row.c.label)
    return tuple(load_round(tx, str(one)) for one in tx.connection.execute(query).scalars().all())


def round_rows(tx: Tx) -> Sequence[Row[Any]]:
    """Returns every round as a list shows it, in the order of their days."""
    query = select(round_row).order_by(round_row.c.opens, round_row.c.label)
    return remembered(tx, ROUNDS, "", lambda: tx.connection.execute(query).all())


def stages(tx: Tx) -> dict[str, dict[str, int]]:
    """Returns, per round, how many of its cases are in each stage, or closed."""
    stage = case_row.c.stage
    query = (
        select(case_row.c.round, stage, case_row.c.open, func.count())
        .where(case_row.c.round.is_not(None))
        .group_by(case_row.c.round, stage, case_row.c.open)
    )
    found: dict[str, dict[str, int]] = {}
    for name, held, open_, count in tx.connection.execute(query).all():
        stages = found.setdefault(str(name), dict.fromkeys(STAGES, 0))
        stages[str(held) if open_ else "closed"] += int(count)
    return found


def labels_in(tx: Tx, round_id: str) -> Sequence[tuple[str, str]]:
    """Returns label and state of each case in a round."""
    query = select(case_row.c.label, case_row.c.state).where(case_row.c.round == round_id)
    return [
        (str(label), str(state)) for label, state in tx.connection.execute(query.order_by(case_row.c.label))
    ]
