"""Signs checkpoints (at a decision, daily, on demand) and never one that an earlier one contradicts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from engine.custody.authority import with_stamps
from engine.fact.check import check_facts
from engine.record.checkpoint import (
    Checkpoint,
    checkpoints,
    newest,
    parse,
    refuse_fork,
    sign,
    write_checkpoint,
)
from engine.record.command import check_commands
from engine.record.key import load_key, load_public, trusted
from engine.record.log import TIME
from engine.record.offline import note_in
from engine.record.verify import Verdict, verify
from engine.store.transaction import Tx
from terms.error import BadInput

CHECKPOINTS, KEYS = "checkpoints", "keys"


def last(root: Path) -> Checkpoint | None:
    """Returns the newest checkpoint of a workspace; None where nothing has been signed."""
    return newest(root / CHECKPOINTS, *trusted(root / KEYS))


def sign_now(tx: Tx, root: Path) -> Checkpoint:
    """Returns a checkpoint of the log as it stands; raises Broken where it does not continue the last one."""
    refuse_fork(tx, last(root))
    return parse(sign(tx, load_key(root / KEYS)), load_public(root / KEYS))


def keep(root: Path, one: Checkpoint) -> Path:
    """Returns the file outside the database that a checkpoint now stands in."""
    return write_checkpoint(root / CHECKPOINTS, one.note)


def due(tx: Tx, root: Path) -> bool:
    """Returns whether no checkpoint was signed today, in the workspace's zone."""
    held = last(root)
    if held is None or not held.at:
        return True
    signed = datetime.strptime(held.at, TIME).replace(tzinfo=UTC)
    return signed.astimezone(tx.sources.zone).date() < tx.sources.today()


def verify_now(tx: Tx, root: Path, since: Sequence[Path] = (), tsa: Sequence[Path] = ()) -> Verdict:
    """Returns the verdict on the record against the checkpoints of a workspace, and others kept elsewhere.

    With an authority's certificates, the time stamps on those checkpoints are checked too.
    Raises BadInput for a file that holds no checkpoint.
    """
    keys = trusted(root / KEYS)
    known = list(checkpoints(root / CHECKPOINTS, *keys))
    for path in since:
        if not path.is_file():
            raise BadInput(f"No file {path}; give a checkpoint (`rung audit checkpoint` writes one).")
        known.append(parse(note_in(path), *keys))
    verdict = verify(tx, known, [check_facts, check_commands])
    return with_stamps(verdict, root / CHECKPOINTS, tsa) if tsa else verdict
