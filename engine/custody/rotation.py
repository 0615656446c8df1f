"""Changes the log's signing key by an event that carries the statement both keys signed."""

from __future__ import annotations

from pathlib import Path

from engine.record.event import Actor, Draft
from engine.record.key import prepare
from engine.record.log import append
from engine.store.transaction import Tx

ROTATED = "KeyRotated"


def rotate(tx: Tx, root: Path, actor: Actor, rule: str) -> str:
    """Returns the statement of the change, which the log now holds; `record.key.settle` makes it so."""
    statement = prepare(root / "keys")
    draft = Draft(type=ROTATED, stream="workspace", data={"statement": statement}, rule=rule)
    append(tx, [draft], actor=actor, command="RotateKey")
    return statement
