"""Makes what an outsider needs to check entries of the log: one value, verified by engine.record.offline."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from engine.record.checkpoint import Checkpoint
from engine.record.log import PAGE
from engine.record.node import consistency_proofs, inclusion_proofs
from engine.record.note import Verifier
from engine.store.table.record import log, payload
from engine.store.transaction import Tx
from terms.canonical import Json

FORMAT = 1
MOST = 400  # older checkpoints that a bundle proves its own to continue


def bundle(
    tx: Tx,
    subject: str | None,
    seqs: Sequence[int],
    top: Checkpoint,
    key: Verifier,
    *,
    since: Collection[int] = (),
    rotations: Sequence[str] = (),
    bodies: bool = True,
    opened: Mapping[int, Collection[str]] | None = None,
    whole: bool = False,
    stamps: Sequence[Json] = (),
) -> dict[str, Json]:
    """Returns entries with their audit paths under a signed checkpoint, and what continues older ones.

    `bodies` adds each entry's bytes, `opened` names the fields whose salt and value are added too, and
    `whole` adds every entry of the log; `stamps` are time stamps on older checkpoints.
    Raises Broken where the stored tree does not hold together.
    """
    paths = inclusion_proofs(tx, seqs, top.size)
    rows, gone = _rows(tx, seqs), _erased(tx) if bodies else {}
    entries: list[Json] = []
    for seq in seqs:
        entry: dict[str, Json] = {
            "seq": seq,
            "leaf": rows[seq].leaf.hex(),
            "proof": [one.hex() for one in paths[seq]],
        }
        if bodies:
            entry["body"] = rows[seq].body.decode()
            entry["openings"] = _openings(tx, seq, (opened or {}).get(seq, ()))
            if seq in gone:
                entry["erased"] = gone[seq]
        entries.append(entry)
    sizes = sorted(one for one in set(since) if 0 < one < top.size)[-MOST:]
    found: dict[str, Json] = {
        "format": FORMAT,
        "subject": subject,
        "checkpoint": top.note,
        "key": str(key),
        "rotations": list(rotations),
        "entries": entries,
        "consistency": [
            {"size": size, "proof": [one.hex() for one in way]}
            for size, way in consistency_proofs(tx, sizes, top.size).items()
        ],
    }
    if stamps:
        found["stamps"] = list(stamps)
    if whole:
        query = select(log.c.body).where(log.c.seq < top.size).order_by(log.c.seq)
        found["log"] = [body.decode() for body in tx.connection.execute(query).scalars()]
    return found


def _rows(tx: Tx, seqs: Sequence[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for start in range(0, len(seqs), PAGE // 2):
        query = select(log).where(log.c.seq.in_(seqs[start : start + PAGE // 2]))
        found |= {row.seq: row for row in tx.connection.execute(query)}
    return found


def _erased(tx: Tx) -> dict[int, dict[str, Json]]:
    """Returns which fields of which entries were erased, and by which event."""
    found: dict[int, dict[str, Json]] = {}
    for row in tx.connection.execute(select(payload).where(payload.c.erased.is_not(None))):
        found.setdefault(row.event, {})[row.field] = row.erased
    return found


def _openings(tx: Tx, seq: int, fields: Collection[str]) -> list[Json]:
    if not fields:
        return []
    query = (
        select(payload)
        .where(payload.c.event == seq, payload.c.under.is_(None), payload.c.erased.is_(None))
        .order_by(payload.c.field)
    )
    held = [row for row in tx.connection.execute(query) if row.field in fields]
    return [{"field": row.field, "salt": row.salt, "value": json.loads(row.body)} for row in held]
